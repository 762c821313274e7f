import type { GivenRole } from '#contracts/member.ts'
import type { Words } from '../mail/words.ts'

/** Names are others' words: no line breaks, and nothing that turns the text around. */
export const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim()

const can: Record<GivenRole, string> = {
  admin: 'As an admin you can change its settings, invite others, and work on all of its videos.',
  editor: 'As an editor you can upload videos and work on those that are there.',
  viewer: 'As a viewer you can watch all of its videos, also those that are not public.',
}

interface Offer {
  workspace: string
  invitedBy: string
  role: GivenRole
  url: string
}

export function invitationWords({ workspace, invitedBy, role, url }: Offer): Words {
  const [team, host] = [oneLine(workspace), oneLine(invitedBy)]
  return {
    subject: `${host} invites you to ${team} on Lantern`,
    paragraphs: [
      `${host} would like you to join the workspace “${team}”.`,
      can[role],
      'The invitation is for this address alone and can be accepted for seven days.',
    ],
    action: { label: 'See the invitation', url },
    foot: `This mail came because ${host} entered your address. If you do not know them, you can ignore it: nothing happens unless you accept.`,
  }
}
