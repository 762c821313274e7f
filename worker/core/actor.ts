import type { Auth } from '#contracts/endpoint.ts'
import type { SessionId, UserId } from '#contracts/id.ts'
import type { Ctx } from './context.ts'
import { AppError } from './error.ts'
import { type TaskClaim, verifyAccessToken, verifyTaskToken } from './token.ts'

export type Actor =
  | { kind: 'anonymous' }
  | { kind: 'user'; userId: UserId; sessionId: SessionId }
  | ({ kind: 'task' } & TaskClaim)
  | { kind: 'system' }

export type UserActor = Extract<Actor, { kind: 'user' }>

/** Throws `unauthorized` for strangers. */
export function requireUser(actor: Actor): UserActor {
  if (actor.kind !== 'user') throw new AppError('unauthorized')
  return actor
}

/** Throws `unauthorized` unless the transcoder calls. */
export function requireTask(actor: Actor): TaskClaim {
  if (actor.kind !== 'task') throw new AppError('unauthorized')
  return actor
}

const bearer = (request: Request): string | undefined =>
  /^Bearer ([^\s]+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]

/** Who calls, as far as the operation wants to know. A bad token is refused even where optional. */
export async function readActor(ctx: Ctx, request: Request, auth: Auth): Promise<Actor> {
  if (auth === 'public' || auth === 'refresh') return { kind: 'anonymous' }
  const token = bearer(request)
  if (auth === 'task') {
    if (!token) throw new AppError('unauthorized')
    return { kind: 'task', ...(await verifyTaskToken(ctx, token)) }
  }
  if (token) return { kind: 'user', ...(await verifyAccessToken(ctx, token)) }
  if (request.headers.has('authorization')) throw new AppError('unauthorized')
  if (auth === 'user') throw new AppError('unauthorized')
  return { kind: 'anonymous' }
}
