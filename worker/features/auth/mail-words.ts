import type { Words } from '../mail/words.ts'

const ignore = 'If that was not you, you need do nothing'

export const verifyWords = (url: string): Words => ({
  subject: 'Confirm your e-mail address',
  paragraphs: [
    'Welcome to Lantern. Please confirm that this address is yours: until then you can upload, but not show anything to others.',
    'The link works once, for 24 hours.',
  ],
  action: { label: 'Confirm this address', url },
  foot: `You get this mail because somebody opened an account with this address. ${ignore}: without the link it stays unconfirmed.`,
})

export const resetWords = (url: string): Words => ({
  subject: 'Set a new password',
  paragraphs: [
    'Here is the link to set a new password for your account. It works once, for one hour.',
    'With the new password you are signed out everywhere, and sign in anew.',
  ],
  action: { label: 'Set a new password', url },
  foot: `You get this mail because somebody asked for a new password for this address. ${ignore}: your password stays as it is.`,
})

const unlessYou =
  'If that was not you, set a new password at once: choose “Forgot your password?” where you sign in.'

export const passwordChangedWords = (url: string): Words => ({
  subject: 'Your password was changed',
  paragraphs: [
    'Your password was changed just now, and other devices were signed out.',
    `If that was you, all is well. ${unlessYou}`,
  ],
  action: { label: 'Go to sign-in', url },
  foot: 'You get this mail because the password of your account was changed.',
})

export const leaveWords = (url: string, newEmail: string): Words => ({
  subject: 'Confirm that your address changes',
  paragraphs: [
    `Your account is to move from this address to ${newEmail}. It moves once both addresses have confirmed it.`,
    'The link works once, for 24 hours.',
  ],
  action: { label: 'Let my account move', url },
  foot: 'You get this mail because somebody who is signed in to your account asked for it. If that was not you, do not use the link, and change your password.',
})

export const arriveWords = (url: string): Words => ({
  subject: 'Confirm your new e-mail address',
  paragraphs: [
    'An account at Lantern is to move to this address. It moves once both addresses, the old one and this one, have confirmed it.',
    'The link works once, for 24 hours.',
  ],
  action: { label: 'Confirm this address', url },
  foot: `You get this mail because somebody gave this address as their new one. ${ignore}: without the link nothing changes.`,
})

export const addressInUseWords = (): Words => ({
  subject: 'This address has an account already',
  paragraphs: [
    'Somebody who is signed in to another account at Lantern asked to move it to this address. This address has an account of its own, so the other one cannot move here.',
    'If that was you, sign in with this address instead, or give the other account another one.',
  ],
  foot: `You get this mail because somebody gave this address as their new one. ${ignore}: nothing changes.`,
})

interface Move {
  from: string
  to: string
}

/** To the address that the account has left. */
export const leftWords = ({ from, to }: Move): Words => ({
  subject: 'Your e-mail address was changed',
  paragraphs: [
    `Your account has moved from ${from} to ${to}. Sign in with the new address from now on; other devices were signed out.`,
  ],
  foot: 'You get this mail because both addresses confirmed the change. If that was not you, write to whoever keeps this server.',
})

/** To the address that the account has now. */
export const arrivedWords = ({ from, to }: Move, url: string): Words => ({
  subject: 'Your e-mail address was changed',
  paragraphs: [
    `Your account has moved from ${from} to ${to}. Sign in with this address from now on; other devices were signed out.`,
  ],
  action: { label: 'Go to sign-in', url },
  foot: `You get this mail because both addresses confirmed the change. ${unlessYou}`,
})
