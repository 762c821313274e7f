import type { Words } from '../mail/words.ts'

interface Linked {
  service: string
  /** What the service calls the account; empty where it does not say. */
  email: string
  url: string
}

export const linkedWords = ({ service, email, url }: Linked): Words => ({
  subject: `You can now sign in with ${service}`,
  paragraphs: [
    `Your Lantern account was linked with an account at ${service}${email && ` (${email})`}. From now on it opens yours.`,
  ],
  action: { label: 'See how you can sign in', url },
  foot: `You get this mail because the way into your account has changed. If it was not you, unlink ${service} there, sign out everywhere else and change your password.`,
})
