import { challengeSeconds } from '#contracts/limit.ts'
import type { SecondStep } from '../../api/session.ts'

export type Method = SecondStep['methods'][number]

const known: Method[] = ['totp', 'passkey', 'recovery']

/** What a sign-in at another service still lacks: `#challenge=…&methods=totp,recovery`. */
export function stepOfFragment(fields: URLSearchParams): SecondStep | undefined {
  const token = fields.get('challenge')
  const named = fields.get('methods')?.split(',') ?? []
  const methods = known.filter((method) => named.includes(method))
  return token && methods.length > 0 ? { token, methods, expiresIn: challengeSeconds } : undefined
}

/** A passkey is no help in a browser without them. */
export const firstMethod = (methods: Method[], hasPasskeys: boolean): Method =>
  known.find((method) => methods.includes(method) && (method !== 'passkey' || hasPasskeys)) ??
  'recovery'
