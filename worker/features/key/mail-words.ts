import type { Words } from '../mail/words.ts'

interface NewKey {
  name: string
  prefix: string
  /** Its name. */
  workspace: string
}

export const toKeyMade = ({ name, prefix, workspace }: NewKey): Words => ({
  subject: `A new API key for ${workspace}`,
  paragraphs: [
    `You have made the API key “${name}” for the workspace “${workspace}”. It begins with ${prefix}.`,
    'Whoever holds the key can act in your name within its scopes, so keep it where you keep passwords.',
  ],
  foot: 'This mail came because a key was made with your account. If that was not you, change your password and revoke the key in the settings of the workspace.',
})
