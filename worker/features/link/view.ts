import type { Link, NewLink } from '#contracts/link.ts'
import { toLevel } from '#contracts/narrow.ts'
import type { Ctx } from '../../core/context.ts'
import { kinds, signGrant } from '../delivery/token.ts'
import { linkTo } from '../mail/service.ts'
import type { VideoRow } from '../video/table.ts'
import { stateOf } from './policy.ts'
import type { LinkRow } from './table.ts'

/** Signed again each time it is shown, and stored nowhere: the row alone opens nothing. */
export function signLink(
  ctx: Ctx,
  { id, videoId, epoch, restrictions, endsAt }: LinkRow,
): Promise<string> {
  const x = Math.floor(endsAt / 1000)
  const level = { k: kinds.watch, ...toLevel(restrictions), x }
  return signGrant(ctx.config, { videoId, epoch, linkId: id, level })
}

/** Behind `#`, which browsers send to nobody: neither in a request nor as where it came from. */
const watchUrl = (ctx: Ctx, { videoId }: LinkRow, token: string) =>
  linkTo(ctx, `/watch/${videoId}#token=${token}`)

/** In the query: the page says who may frame it, and that stands in the token. */
const embedUrl = (ctx: Ctx, { videoId }: LinkRow, token: string) =>
  linkTo(ctx, `/embed/${videoId}?token=${token}`)

/** What is for some sites alone plays in their frames, and not on our own page. */
const pageUrl = (ctx: Ctx, row: LinkRow, token: string) =>
  row.restrictions.domains ? embedUrl(ctx, row, token) : watchUrl(ctx, row, token)

export async function toLink(
  ctx: Ctx,
  row: LinkRow,
  { video, createdBy }: { video: Pick<VideoRow, 'epoch'>; createdBy: string | null },
): Promise<Link> {
  const state = stateOf(row, ctx.now(), video)
  return {
    id: row.id,
    videoId: row.videoId,
    label: row.label,
    restrictions: row.restrictions as Link['restrictions'],
    state,
    url: state === 'live' ? pageUrl(ctx, row, await signLink(ctx, row)) : null,
    createdBy,
    createdAt: new Date(row.createdAt).toISOString(),
    endsAt: new Date(row.endsAt).toISOString(),
  }
}

/** Every address that a token opens. */
export const addressesOf = (
  ctx: Ctx,
  row: LinkRow,
  token: string,
): Omit<NewLink, 'link' | 'token'> => ({
  url: pageUrl(ctx, row, token),
  embedUrl: embedUrl(ctx, row, token),
  hlsUrl: `${ctx.origin}/p/${token}/v/${row.videoId}/master.m3u8`,
})
