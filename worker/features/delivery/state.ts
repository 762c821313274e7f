import { and, eq, gt, isNotNull, isNull, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import {
  type Id,
  type LinkId,
  type SigningKeyId,
  type UserId,
  type VideoId,
  type WorkspaceId,
  isId,
} from '#contracts/id.ts'
import type { Encryption } from '#contracts/video.ts'
import type { Ctx } from '../../core/context.ts'
import type { Config, Env } from '../../env.ts'
import { sessions } from '../auth/table.ts'
import { apiKeys } from '../key/table.ts'
import { isLive } from '../key/live.ts'
import { links } from '../link/table.ts'
import { useSigningKey } from '../signing-key/live.ts'
import { users } from '../user/table.ts'
import { videos } from '../video/table.ts'
import { memberships, workspaces } from '../workspace/table.ts'
import type { Grant } from './token.ts'

/** The light context of a media request: no id, no actor, no database unless something is cold. */
export interface MediaCtx {
  env: Env
  config: Pick<Config, 'TOKEN_KEYS' | 'REFRESH_SECRET'>
  now: number
  defer: (work: Promise<unknown>) => void
}

export const toMediaCtx = (ctx: Ctx): MediaCtx => ({
  ...{ env: ctx.env, config: ctx.config, now: ctx.now(), defer: ctx.defer },
})

/** What of a video decides over its links. */
export interface VideoState {
  workspaceId: WorkspaceId
  epoch: number
  /** Or its workspace is closed: suspended or deleted. */
  isDeleted: boolean
  embedDomains: string[] | null
  /** The shorter side of what was uploaded, px. */
  heightPx: number
  /** Null until it is known. */
  durationMs: number | null
  /** Devices on which one viewer may watch at once; null is any number. */
  maxStreamsPerViewer: number | null
  encryption: Encryption
  /** What the keys of its streams come from; null where it was never encrypted. */
  encryptionSecret: string | null
  revokedLinks: ReadonlySet<LinkId>
}

/** A link that was ended is dead after so long in every isolate. */
const lifeMs = 3000
const refreshAfterMs = 1500
const maxEntries = 5000

interface Entry<T> {
  value: T
  readAt: number
  isRefreshing: boolean
}

/** Read from D1 at most every few seconds; what is busy is refreshed beside its requests. */
export function remembered<T>(read: (ctx: MediaCtx, key: string) => Promise<T>) {
  const entries = new Map<string, Entry<T>>()
  const fetchNow = async (ctx: MediaCtx, key: string): Promise<T> => {
    const value = await read(ctx, key)
    if (entries.size >= maxEntries) entries.delete(entries.keys().next().value!)
    // The time of asking, not of the answer: a change in between must not live longer for it.
    entries.set(key, { value, readAt: ctx.now, isRefreshing: false })
    return value
  }
  return async (ctx: MediaCtx, key: string): Promise<T> => {
    const entry = entries.get(key)
    const ageMs = entry ? ctx.now - entry.readAt : lifeMs
    if (!entry || ageMs < 0 || ageMs >= lifeMs) return fetchNow(ctx, key)
    if (ageMs >= refreshAfterMs && !entry.isRefreshing) {
      entry.isRefreshing = true
      ctx.defer(fetchNow(ctx, key))
    }
    return entry.value
  }
}

/** Undefined for a video that never was. */
export const findState = remembered(async (ctx, key): Promise<VideoState | undefined> => {
  const videoId = key as VideoId
  const db = drizzle(ctx.env.DB)
  const [[row], revoked] = await db.batch([
    db
      .select({
        workspaceId: videos.workspaceId,
        epoch: videos.epoch,
        deletedAt: videos.deletedAt,
        closedAt: sql<number | null>`coalesce(${workspaces.suspendedAt}, ${workspaces.deletedAt})`,
        embedDomains: videos.embedDomains,
        durationMs: videos.durationMs,
        encryption: videos.encryption,
        encryptionSecret: videos.encryptionSecret,
        maxStreamsPerViewer: workspaces.maxStreamsPerViewer,
        heightPx: sql<number>`min(coalesce(${videos.widthPx}, 0), coalesce(${videos.heightPx}, 0))`,
      })
      .from(videos)
      .innerJoin(workspaces, eq(workspaces.id, videos.workspaceId))
      .where(eq(videos.id, videoId)),
    db
      .select({ id: links.id })
      .from(links)
      .where(
        and(eq(links.videoId, videoId), isNotNull(links.revokedAt), gt(links.endsAt, ctx.now)),
      ),
  ])
  if (!row) return undefined
  const { deletedAt, closedAt, ...state } = row
  return {
    ...state,
    isDeleted: deletedAt !== null || closedAt !== null,
    revokedLinks: new Set(revoked.map(({ id }) => id)),
  }
})

type Holder = NonNullable<Grant['holder']>

/** Whom a link was given to, while that session or key lasts and may see this workspace's videos. */
export const findHolder = (ctx: MediaCtx, holder: Holder, workspaceId: WorkspaceId) =>
  holders(ctx, `${holder} ${workspaceId}`)

const holders = remembered(
  async (ctx, key): Promise<UserId | Id<'apiKey'> | SigningKeyId | undefined> => {
    const [holder, workspaceId] = key.split(' ') as [Holder, WorkspaceId]
    const db = drizzle(ctx.env.DB)
    const light = { db, now: () => ctx.now, defer: ctx.defer }
    if (isId('signingKey', holder)) {
      return (await useSigningKey(light, holder, workspaceId)) ? holder : undefined
    }
    if (isId('apiKey', holder)) {
      const [live] = await db
        .select({ id: apiKeys.id })
        .from(apiKeys)
        .where(and(eq(apiKeys.id, holder), eq(apiKeys.workspaceId, workspaceId), isLive(light)))
      return live?.id
    }
    const [live] = await db
      .select({ userId: sessions.userId })
      .from(sessions)
      .innerJoin(users, eq(users.id, sessions.userId))
      .innerJoin(memberships, eq(memberships.userId, sessions.userId))
      .where(
        and(
          eq(sessions.id, holder),
          isNull(sessions.endedAt),
          gt(sessions.endsAt, ctx.now),
          isNull(users.suspendedAt),
          eq(memberships.workspaceId, workspaceId),
        ),
      )
    return live?.userId
  },
)
