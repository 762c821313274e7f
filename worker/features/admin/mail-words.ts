import type { Words } from '../mail/words.ts'

const toHelp = 'If you think that this is a mistake, write to whoever runs this server.'

export const toUserSuspended = (reason: string): Words => ({
  subject: 'Your account has been suspended',
  paragraphs: [
    'Those who run this server have suspended your account. You are signed out everywhere, and your API keys have stopped. Your videos are still there.',
    `The reason they gave: ${reason}`,
    toHelp,
  ],
  foot: 'This mail came because you have an account with this address.',
})

export const toUserRestored = (): Words => ({
  subject: 'Your account is open again',
  paragraphs: ['Your account is no longer suspended. Welcome back: you can sign in as before.'],
  foot: 'This mail came because you have an account with this address.',
})

export const toWorkspaceSuspended = (name: string, reason: string): Words => ({
  subject: `${name} has been suspended`,
  paragraphs: [
    `Those who run this server have suspended your workspace “${name}”. Nobody outside sees its videos, and its members can only look.`,
    `The reason they gave: ${reason}`,
    toHelp,
  ],
  foot: 'This mail came because you own this workspace.',
})

export const toWorkspaceRestored = (name: string): Words => ({
  subject: `${name} is open again`,
  paragraphs: [`Your workspace “${name}” is no longer suspended. Its videos are shown as before.`],
  foot: 'This mail came because you own this workspace.',
})
