import type { Factors } from '#contracts/factor.ts'

interface Ways {
  typed: 'code' | 'password' | undefined
  isPasskey: boolean
}

/** With an authenticator app on, a password alone proves nothing, and the app's code does. */
export const stepUpWays = (
  { hasPassword, totp, passkeys }: Pick<Factors, 'hasPassword' | 'totp' | 'passkeys'>,
  hasPasskeys: boolean,
): Ways => ({
  typed: totp ? 'code' : hasPassword ? 'password' : undefined,
  isPasskey: hasPasskeys && passkeys.length > 0,
})

export interface Cut {
  left: number
  top: number
  side: number
  sizePx: number
}

/** The largest square in the middle, and how large it is drawn. */
export function planCut(width: number, height: number, maxPx: number): Cut {
  const side = Math.min(width, height)
  const sizePx = Math.max(1, Math.min(maxPx, Math.round(side)))
  return { left: (width - side) / 2, top: (height - side) / 2, side, sizePx }
}

const devices: [RegExp, string][] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android phone'],
  [/CrOS/, 'Chromebook'],
  [/Mac OS X/, 'Mac'],
  [/Windows/, 'Windows computer'],
  [/Linux/, 'Linux computer'],
]

/** A name to begin with: what somebody would call the thing that they hold. */
export const suggestPasskeyName = (userAgent: string): string =>
  devices.find(([sign]) => sign.test(userAgent))?.[1] ?? 'My passkey'

/** As a file: a line each, with what they are for. */
export const toCodesFile = (codes: string[], email: string, host: string): string =>
  [
    `Recovery codes of ${email} at ${host}`,
    'Each works once, in place of the code of your authenticator app.',
    '',
    ...codes,
    '',
  ].join('\n')
