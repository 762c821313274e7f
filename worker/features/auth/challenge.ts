import { and, eq, gt, isNull, lt, lte, sql } from 'drizzle-orm'
import { challengeSeconds } from '#contracts/limit.ts'
import type { SessionId, UserId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { randomSecret, sha256Hex } from '../../core/secret.ts'
import { type ChallengeKind, challenges } from './table.ts'

export type ChallengeRow = typeof challenges.$inferSelect

interface NewChallenge {
  kind: ChallengeKind
  userId?: UserId
  /** The session that asked: no other may answer. */
  sessionId?: SessionId
  data?: Record<string, string>
}

/** Wrong answers that one challenge bears. */
const maxTries = 5

/** A step to be answered within five minutes. `token` is for whoever asked, and only hashed here. */
export async function openChallenge(ctx: Ctx, challenge: NewChallenge): Promise<string> {
  const token = randomSecret()
  await ctx.db.insert(challenges).values({
    hash: await sha256Hex(token),
    kind: challenge.kind,
    userId: challenge.userId ?? null,
    sessionId: challenge.sessionId ?? null,
    data: challenge.data ?? {},
    tries: 0,
    createdAt: ctx.now(),
    endsAt: ctx.now() + challengeSeconds * 1000,
  })
  return token
}

export const challengeEnded = () =>
  new AppError('challenge_ended', 'This took too long or was answered already. Start again.')

const live = async (ctx: Ctx, kind: ChallengeKind, token: string) =>
  and(
    eq(challenges.hash, await sha256Hex(token)),
    eq(challenges.kind, kind),
    isNull(challenges.usedAt),
    gt(challenges.endsAt, ctx.now()),
  )

/** Spends it: one of parallel calls gets it, whatever its answer is worth. Throws `challenge_ended`. */
export async function takeChallenge(
  ctx: Ctx,
  kind: ChallengeKind,
  token: string,
): Promise<ChallengeRow> {
  const [taken] = await ctx.db
    .update(challenges)
    .set({ usedAt: ctx.now() })
    .where(await live(ctx, kind, token))
    .returning()
  if (!taken) throw challengeEnded()
  return taken
}

/**
 * Counts one try before its answer is looked at; `takeChallenge` follows where the answer is right.
 * Throws `challenge_ended`, also after five.
 */
export async function tryChallenge(
  ctx: Ctx,
  kind: ChallengeKind,
  token: string,
): Promise<ChallengeRow> {
  const [tried] = await ctx.db
    .update(challenges)
    .set({ tries: sql`${challenges.tries} + 1` })
    .where(and(await live(ctx, kind, token), lt(challenges.tries, maxTries)))
    .returning()
  if (!tried) throw challengeEnded()
  return tried
}

/** Looks without counting or spending. Throws `challenge_ended`, also after five tries. */
export async function getChallenge(
  ctx: Ctx,
  kind: ChallengeKind,
  token: string,
): Promise<ChallengeRow> {
  const [found] = await ctx.db
    .select()
    .from(challenges)
    .where(and(await live(ctx, kind, token), lt(challenges.tries, maxTries)))
  if (!found) throw challengeEnded()
  return found
}

export async function forgetOldChallenges(ctx: Ctx): Promise<void> {
  await ctx.db.delete(challenges).where(lte(challenges.endsAt, ctx.now()))
}
