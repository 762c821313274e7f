import type { Role } from '#contracts/auth.ts'
import { type Link, type LinkRestrictions, defaultLinkDays, maxLinkDays } from '#contracts/link.ts'
import { AppError } from '../../core/error.ts'
import type { LinkRow } from './table.ts'

const dayMs = 24 * 3600_000

/** Who makes and ends links: as in `canEdit`. */
export const makers: readonly Role[] = ['owner', 'admin', 'editor']

const wrong = (field: string, message: string) =>
  new AppError('invalid_fields', message, { fields: [{ field: `restrictions.${field}`, message }] })

/**
 * The restrictions with an end. Throws `invalid_fields` for what can never open: an end that is
 * past or too far, a part outside the film.
 */
export function planLink(
  now: number,
  durationMs: number | null,
  wish: LinkRestrictions,
): LinkRestrictions & { expiresAt: string } {
  const endsAt = wish.expiresAt ? Date.parse(wish.expiresAt) : now + defaultLinkDays * dayMs
  if (endsAt <= now) throw wrong('expiresAt', 'Choose an end that is still to come.')
  if (endsAt > now + maxLinkDays * dayMs) {
    throw wrong('expiresAt', `A link lasts at most ${maxLinkDays} days.`)
  }
  if (wish.notBefore && Date.parse(wish.notBefore) >= endsAt) {
    throw wrong('notBefore', 'The link would end before it opens.')
  }
  if (wish.clip && wish.clip.toSeconds > Math.ceil((durationMs ?? 0) / 1000)) {
    const sentence = durationMs === null ? 'The length is not known yet.' : 'The film ends before.'
    throw wrong('clip.toSeconds', sentence)
  }
  return { ...wish, expiresAt: new Date(endsAt).toISOString() }
}

/** `epoch`: of the video now. */
export function stateOf(
  { revokedAt, epoch, endsAt }: LinkRow,
  now: number,
  video: { epoch: number },
): Link['state'] {
  if (revokedAt !== null || epoch !== video.epoch) return 'withdrawn'
  return endsAt <= now ? 'ended' : 'live'
}
