import type { Words } from '../mail/words.ts'

/** `workspace`: its name. */
export const toSigningKeyMade = (key: { name: string; workspace: string }): Words => ({
  subject: `A new signing key for ${key.workspace}`,
  paragraphs: [
    `You have made the signing key “${key.name}” for the workspace “${key.workspace}”.`,
    'Whoever holds its private part can open every video of the workspace, also private ones, so keep it where you keep passwords.',
  ],
  foot: 'This mail came because a key was made with your account. If that was not you, change your password and revoke the key in the settings of the workspace.',
})
