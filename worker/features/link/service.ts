import { and, count, desc, eq, exists, gt, isNull, lt, lte, sql } from 'drizzle-orm'
import type { Input } from '#contracts/endpoint.ts'
import type { LinkId, VideoId } from '#contracts/id.ts'
import { type Link, type NewLink, type createLink as contract, maxLinks } from '#contracts/link.ts'
import type { Page, PageQuery } from '#contracts/page.ts'
import { requireMaker, requireVerified } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError, notFound } from '../../core/error.ts'
import { insertWhere } from '../../core/insert-where.ts'
import { cutPage } from '../../core/page.ts'
import { record } from '../../core/record.ts'
import { maxTokenChars } from '../delivery/token.ts'
import { users } from '../user/table.ts'
import { loadEditableVideo } from '../video/service.ts'
import { videos } from '../video/table.ts'
import { holdsRole } from '../workspace/guard.ts'
import { makers, planLink } from './policy.ts'
import { type LinkRow, links } from './table.ts'
import { addressesOf, signLink, toLink } from './view.ts'

/** Left free in a token for those who narrow it, and for the id of a play. */
const spareChars = 600

/**
 * Throws `forbidden` for those who only watch, `email_unverified`, `invalid_fields`, `limit_reached`:
 * parallel calls cannot make more than there may be.
 */
export async function createLink(
  ctx: Ctx,
  videoId: VideoId,
  { label, restrictions }: Input<typeof contract>['body'],
): Promise<NewLink> {
  const video = await loadEditableVideo(ctx, videoId)
  requireVerified(ctx.actor)
  const plan = planLink(ctx.now(), video.durationMs, restrictions)
  const row: LinkRow = {
    ...{ id: ctx.id('link'), videoId, workspaceId: video.workspaceId, label },
    createdBy: requireMaker(ctx.actor).userId,
    restrictions: plan,
    epoch: video.epoch,
    createdAt: ctx.now(),
    endsAt: Date.parse(plan.expiresAt),
    revokedAt: null,
  }
  const token = await signLink(ctx, row)
  if (token.length > maxTokenChars - spareChars) {
    throw new AppError('invalid_fields', 'These are too many limits for one link: name fewer.')
  }
  const live = ctx.db
    .select({ n: count() })
    .from(links)
    .where(and(eq(links.videoId, videoId), isNull(links.revokedAt), gt(links.endsAt, ctx.now())))
  const isThere = exists(
    ctx.db
      .select({ id: videos.id })
      .from(videos)
      .where(and(eq(videos.id, videoId), isNull(videos.deletedAt))),
  )
  const mayMake = and(holdsRole(ctx, video.workspaceId, makers), isThere)!
  const [[made]] = await ctx.db.batch([
    insertWhere(ctx.db, links, row, sql`${mayMake} and (${live}) < ${maxLinks}`).returning(),
    record(ctx, 'link.created', {
      ...{ workspaceId: video.workspaceId, videoId },
      data: { linkId: row.id, label },
      when: sql`changes() > 0`,
    }),
  ])
  if (!made) {
    await loadEditableVideo(ctx, videoId)
    const sentence = `A video has at most ${maxLinks} links: revoke one that is not needed.`
    throw new AppError('limit_reached', sentence)
  }
  const link = await toLink(ctx, made, { video, createdBy: await nameOf(ctx, made) })
  return { link, ...addressesOf(ctx, made, token), token }
}

async function nameOf(ctx: Ctx, { createdBy }: LinkRow): Promise<string | null> {
  const [maker] = await ctx.db
    .select({ name: users.displayName })
    .from(users)
    .where(eq(users.id, createdBy))
  return maker?.name ?? null
}

/** Newest first, with those that are over. Throws `forbidden` for those who only watch. */
export async function listLinks(
  ctx: Ctx,
  videoId: VideoId,
  { cursor, limit }: PageQuery,
): Promise<Page<Link>> {
  const video = await loadEditableVideo(ctx, videoId)
  const rows = await ctx.db
    .select({ link: links, createdBy: users.displayName })
    .from(links)
    .leftJoin(users, eq(users.id, links.createdBy))
    .where(and(eq(links.videoId, videoId), cursor ? lt(links.id, cursor as LinkId) : undefined))
    .orderBy(desc(links.id))
    .limit(limit + 1)
  const { items, nextCursor } = cutPage(rows, limit, ({ link }) => link.id)
  const views = items.map(({ link, createdBy }) => toLink(ctx, link, { video, createdBy }))
  return { items: await Promise.all(views), nextCursor }
}

interface Place {
  videoId: VideoId
  linkId: LinkId
}

const isLink = ({ videoId, linkId }: Place) => and(eq(links.id, linkId), eq(links.videoId, videoId))

export async function renameLink(ctx: Ctx, place: Place, label: string): Promise<Link> {
  const video = await loadEditableVideo(ctx, place.videoId)
  const [renamed] = await ctx.db
    .update(links)
    .set({ label })
    .where(and(isLink(place), holdsRole(ctx, video.workspaceId, makers)))
    .returning()
  if (!renamed) throw notFound('link')
  return toLink(ctx, renamed, { video, createdBy: await nameOf(ctx, renamed) })
}

/** What was narrowed from it ends too. Throws `not_found` also on a repeat. */
export async function revokeLink(ctx: Ctx, place: Place): Promise<void> {
  const { workspaceId } = await loadEditableVideo(ctx, place.videoId)
  const [link] = await ctx.db.select().from(links).where(isLink(place))
  if (!link) throw notFound('link')
  const mayRevoke = and(isLink(place), isNull(links.revokedAt), holdsRole(ctx, workspaceId, makers))
  const [[revoked]] = await ctx.db.batch([
    ctx.db.update(links).set({ revokedAt: ctx.now() }).where(mayRevoke).returning(),
    record(ctx, 'link.revoked', {
      ...{ workspaceId, videoId: place.videoId },
      data: { linkId: link.id, label: link.label },
      when: sql`changes() > 0`,
    }),
  ])
  if (!revoked) throw notFound('link')
}

const keptMs = 30 * 24 * 3600_000

/** A revoked one stays until it would have ended: the row is what refuses it. */
export async function forgetEndedLinks(ctx: Ctx): Promise<void> {
  await ctx.db.delete(links).where(lte(links.endsAt, ctx.now() - keptMs))
}

/** Of a video that is gone, which opens to nobody. */
export async function deleteLinksOf(ctx: Ctx, videoId: VideoId): Promise<void> {
  await ctx.db.delete(links).where(eq(links.videoId, videoId))
}
