import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { isSame } from '../../core/secret.ts'
import { type ChallengeRow, takeChallenge } from '../auth/challenge.ts'
import { refreshCookie } from '../auth/cookie.ts'
import { clearedOutsideCookie, readOutsideToken, stateOf } from './cookie.ts'
import { type Entry, enter } from './enter.ts'
import { link } from './link.ts'
import { type Outcome, pageOf, toOwnPath } from './policy.ts'
import { type Query, redeem } from './redeem.ts'

interface Return {
  /** Whom the address names. */
  id: string
  query: Query
  request: Request
}

/** Where the browser goes from the callback, always by redirect to a page of our own. */
export async function finishOutside(ctx: Ctx, back: Return): Promise<Response> {
  const begun = await takeBegun(ctx, back)
  if (!begun) return turnTo(ctx, pageOf('login', 'ended'))
  const isLink = begun.data['mode'] === 'link'
  const vouched = await redeem(ctx, begun, back.query)
  if (typeof vouched === 'string') return turnTo(ctx, pageOf(isLink ? 'link' : 'login', vouched))
  if (isLink) return turnTo(ctx, pageOf('link', await link(ctx, begun, vouched)))
  const entry = await enter(ctx, vouched, back.request).catch(toOutcome)
  return typeof entry === 'string'
    ? turnTo(ctx, pageOf('login', entry))
    : turnIn(ctx, entry, begun.data['next'] ?? '/')
}

/**
 * Spends what this browser began with this service, once. Undefined where cookie and state are not
 * of one piece: then nothing is spent, so that a link of somebody else's ends nobody's sign-in.
 */
async function takeBegun(
  ctx: Ctx,
  { id, query, request }: Return,
): Promise<ChallengeRow | undefined> {
  const token = readOutsideToken(request)
  if (!token || !isSame(await stateOf(ctx, token), query.state ?? '')) return undefined
  try {
    const begun = await takeChallenge(ctx, 'outside', token)
    return begun.data['provider'] === id ? begun : undefined
  } catch (error) {
    if (error instanceof AppError && error.code === 'challenge_ended') return undefined
    throw error
  }
}

/** People see pages here, not problems in JSON. */
function toOutcome(error: unknown): Outcome {
  if (!(error instanceof AppError)) throw error
  return error.code === 'suspended' ? 'suspended' : 'failed'
}

function turnIn(ctx: Ctx, entry: Entry, next: string): Response {
  if ('grant' in entry) {
    const { refreshToken, refreshEndsAt } = entry.grant
    return turnTo(ctx, toOwnPath(next), refreshCookie(ctx, refreshToken, refreshEndsAt))
  }
  // In the fragment, which reaches no server and no log.
  const lacks = new URLSearchParams({ challenge: entry.token, methods: entry.methods.join(',') })
  return turnTo(ctx, `/login#${lacks}`)
}

function turnTo(ctx: Ctx, location: string, cookie?: string): Response {
  const headers = new Headers({ location, 'cache-control': 'no-store' })
  headers.append('set-cookie', clearedOutsideCookie(ctx))
  if (cookie) headers.append('set-cookie', cookie)
  return new Response(null, { status: 302, headers })
}
