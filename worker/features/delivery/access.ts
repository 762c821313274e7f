import { isHostAllowed } from '#contracts/domain.ts'
import { AppError } from '../../core/error.ts'
import { callerAddress } from '../../core/rate-limit.ts'
import { requirePlace } from '../stream/service.ts'
import { isJwt } from './claims.ts'
import { exchange } from './exchange.ts'
import type { MediaPath } from './path.ts'
import { type Visit, refusalOf } from './rights.ts'
import { type MediaCtx, type VideoState, findHolder, findState } from './state.ts'
import { type Grant, verifyGrant } from './token.ts'

const denied = (sentence: string) => new AppError('playback_denied', sentence)

/** What a token gives now, and of which video. */
export interface Opened {
  grant: Grant
  state: VideoState
  /** Ours: the one that was sent, or what a signed one was exchanged for. */
  token: string
}

/**
 * Throws `playback_denied` unless the token opens `path` to whoever asks, `streams_limit` where they
 * watch on too many devices. Without a file nothing is counted.
 */
export async function openPath(
  ctx: MediaCtx,
  path: Pick<MediaPath, 'token' | 'videoId' | 'kind' | 'heightPx'> & { file?: MediaPath['file'] },
  request: Request,
): Promise<Opened> {
  const token = isJwt(path.token) ? await exchange(ctx, path.token) : path.token
  const grant = await verifyGrant(ctx.config, token)
  const visit = { ...toVisit(request, ctx), kind: path.kind }
  const refusal = refusalOf(grant.rights, visit)
  if (refusal) throw denied(refusal)
  if (grant.videoId !== path.videoId) throw denied('The link is for something else.')
  const state = await findState(ctx, path.videoId)
  if (!state || !(await isInForce(ctx, grant, state))) throw denied('The link has been withdrawn.')
  if (!isAtHome(state, visit, request)) throw denied('This video may not be shown on this site.')
  if (heightOf(path, state) > grant.rights.maxHeight) {
    throw denied('The link is for a smaller picture.')
  }
  const opened = { grant, state, token }
  await requirePlace(ctx, opened, path, request)
  return opened
}

/** Nothing has ended it: neither its video, nor who got it, nor who took it back. */
async function isInForce(ctx: MediaCtx, grant: Grant, state: VideoState): Promise<boolean> {
  if (state.isDeleted || state.epoch !== grant.epoch) return false
  if (grant.linkId && state.revokedLinks.has(grant.linkId)) return false
  if (!grant.holder) return true
  return (await findHolder(ctx, grant.holder, state.workspaceId)) !== undefined
}

/** A player that names no page holds a link; a page that does must be one that the owner wants. */
const isAtHome = ({ embedDomains }: VideoState, { page }: Visit, request: Request): boolean =>
  page === undefined || page === new URL(request.url).hostname || isHostAllowed(embedDomains, page)

const heightOf = ({ heightPx }: Pick<MediaPath, 'heightPx'>, state: VideoState): number =>
  heightPx === 'source' ? state.heightPx : (heightPx ?? 0)

/** Origin says which page asks; where a browser sends none, Referer does. */
function toVisit(request: Request, ctx: MediaCtx): Omit<Visit, 'kind'> {
  const { headers } = request
  const address = callerAddress(request)
  const from = headers.get('origin') ?? headers.get('referer') ?? undefined
  const page = from === undefined ? undefined : hostOf(from)
  return {
    now: ctx.now,
    country: (request.cf as { country?: string } | undefined)?.country,
    address: address === 'direct' ? undefined : address,
    page,
    // Embed pages name the site alone, ours for people the whole address (their Referrer-Policy).
    isOwnFrame:
      page === new URL(request.url).hostname &&
      headers.get('referer') === new URL('/', request.url).href,
  }
}

/** `null`, as sandboxed frames and files say, is a page that no list names. */
const hostOf = (address: string): string =>
  URL.canParse(address) ? new URL(address).hostname : 'null'
