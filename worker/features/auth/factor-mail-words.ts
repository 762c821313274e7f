import type { Words } from '../mail/words.ts'

const foot = (what: string) =>
  `You get this mail whenever ${what}. Was it not you? Set a new password by “Forgot password” on the sign-in page, then sign out everywhere else and look through your ways to sign in.`

const changed = foot('a way to sign in to your account changes')

export const totpAddedWords: Words = {
  subject: 'Authenticator app turned on',
  paragraphs: [
    'From now on, signing in to Lantern with your password also asks for a code of your authenticator app.',
    'Keep your recovery codes somewhere safe: each opens your account once if the app is lost.',
  ],
  foot: changed,
}

export const totpRemovedWords: Words = {
  subject: 'Authenticator app turned off',
  paragraphs: ['Signing in to Lantern no longer asks for a code of your authenticator app.'],
  foot: changed,
}

export const passkeyAddedWords = (name: string): Words => ({
  subject: 'Passkey added',
  paragraphs: [`The passkey “${name}” opens your Lantern account from now on.`],
  foot: changed,
})

export const passkeyRemovedWords = (name: string): Words => ({
  subject: 'Passkey removed',
  paragraphs: [`The passkey “${name}” no longer opens your Lantern account.`],
  foot: changed,
})

export const recoveryRenewedWords: Words = {
  subject: 'New recovery codes',
  paragraphs: [
    'New recovery codes were made for your Lantern account. The former ones no longer work.',
  ],
  foot: changed,
}

export const recoveryUsedWords = (left: number): Words => ({
  subject: 'A recovery code was used',
  paragraphs: [
    'Somebody signed in to your Lantern account with your password and a recovery code.',
    left === 0
      ? 'That was the last one. Make new codes in your settings while you are signed in.'
      : `${left} ${left === 1 ? 'code is' : 'codes are'} left. You can make new ones in your settings.`,
  ],
  foot: foot('a recovery code is used'),
})

/** `at` in epoch ms. */
export const newSignInWords = (device: string, at: number): Words => ({
  subject: 'New sign-in',
  paragraphs: [
    `Somebody signed in to your Lantern account on a device that we have not seen with it before: ${device}.`,
    `It was on ${new Date(at).toISOString().slice(0, 16).replace('T', ' at ')} UTC. If that was you, all is well.`,
  ],
  foot: foot('a new device signs in to your account'),
})
