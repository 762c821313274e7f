import { eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { VideoId } from '#contracts/id.ts'
import { AppError } from '../../core/error.ts'
import type { Env } from '../../env.ts'
import { videos } from '../video/table.ts'
import { workspaces } from '../workspace/table.ts'
import type { MediaPath } from './path.ts'
import { verifyGrant } from './token.ts'

/** What of a video decides over its links. */
export interface VideoState {
  epoch: number
  /** Or its workspace is closed: suspended or deleted. */
  isDeleted: boolean
}

/** The light context of a media request: no id, no actor, no database unless something is cold. */
export interface MediaCtx {
  env: Env
  config: { TOKEN_KEYS: Record<string, string> }
  now: number
  defer: (work: Promise<unknown>) => void
}

/** A link that was ended is dead after so long in every isolate. */
const lifeMs = 3000
const refreshAfterMs = 1500
const maxEntries = 5000

interface Entry {
  state: VideoState | undefined
  readAt: number
  isRefreshing: boolean
}
const entries = new Map<VideoId, Entry>()

/** Read from D1 at most every few seconds; a busy video is refreshed beside its requests. */
export async function findState(ctx: MediaCtx, videoId: VideoId): Promise<VideoState | undefined> {
  const entry = entries.get(videoId)
  const ageMs = entry ? ctx.now - entry.readAt : lifeMs
  if (!entry || ageMs < 0 || ageMs >= lifeMs) return readState(ctx, videoId)
  if (ageMs >= refreshAfterMs && !entry.isRefreshing) {
    entry.isRefreshing = true
    ctx.defer(readState(ctx, videoId))
  }
  return entry.state
}

async function readState(ctx: MediaCtx, videoId: VideoId): Promise<VideoState | undefined> {
  const [row] = await drizzle(ctx.env.DB)
    .select({
      epoch: videos.epoch,
      deletedAt: videos.deletedAt,
      closedAt: sql<number | null>`coalesce(${workspaces.suspendedAt}, ${workspaces.deletedAt})`,
    })
    .from(videos)
    .innerJoin(workspaces, eq(workspaces.id, videos.workspaceId))
    .where(eq(videos.id, videoId))
  const state = row && {
    epoch: row.epoch,
    isDeleted: row.deletedAt !== null || row.closedAt !== null,
  }
  if (entries.size >= maxEntries) entries.delete(entries.keys().next().value!)
  // The time of asking, not of the answer: a change in between must not live longer for it.
  entries.set(videoId, { state, readAt: ctx.now, isRefreshing: false })
  return state
}

/** The video's state, once the token opens `path`. Throws `playback_denied`. */
export async function openPath(ctx: MediaCtx, path: MediaPath): Promise<VideoState> {
  const grant = await verifyGrant(ctx.config, path.token, ctx.now)
  const isEnough = grant.kind === 'play' || path.kind === 'image'
  if (grant.videoId !== path.videoId || !isEnough) {
    throw new AppError('playback_denied', 'The link is for something else.')
  }
  const state = await findState(ctx, path.videoId)
  if (!state || state.isDeleted || state.epoch !== grant.epoch) {
    throw new AppError('playback_denied', 'The link has been withdrawn.')
  }
  return state
}
