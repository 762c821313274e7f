import { AppError } from '../../core/error.ts'
import { isTaken } from '../../core/refuse.ts'

/** First parts of our own addresses, and names that would pass for us. */
const reserved = new Set(
  `about abuse account accounts admin admins administrator api app apps assets auth avatar avatars
  billing blog callback cdn contact dashboard dev developer docs download email embed explore feed
  files health healthz help home internal invite invitations invoice join lantern legal live login
  logout mail media moderator oauth official outbox owner playlist playlists policy postmaster press
  pricing privacy profile public register reset root search security settings shop signin signup
  site sitemap staff static status studio support system team terms test trust upload uploads user
  users verify video videos watch webhook webhooks webmaster well-known workspace workspaces www`
    .trim()
    .split(/\s+/),
)

export const isReserved = (handle: string): boolean => reserved.has(handle)

export const handleTaken = (cause?: unknown) => new AppError('handle_taken', undefined, { cause })

/** Did a write fail because another workspace has the handle? */
export const isHandleTaken = (error: unknown): boolean => isTaken(error, 'workspaces.handle')
