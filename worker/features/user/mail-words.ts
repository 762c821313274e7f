import type { Words } from '../mail/words.ts'

export const goodbyeWords = (): Words => ({
  subject: 'Your Lantern account is deleted',
  paragraphs: [
    'Your account is gone, and with it the workspaces that were yours alone and their videos. Videos that you made in workspaces of others stay with them.',
    'Nobody can sign in with this address any more. You can use it for a new account whenever you like. Thank you for having been here.',
  ],
  foot: 'This mail came because the account of this address was deleted. It cannot be brought back. If that was not you, somebody who was signed in as you did it: change the password of your mail.',
})
