import { stepUpSeconds } from '#contracts/account.ts'
import type { Auth, Endpoint, Scope } from '#contracts/endpoint.ts'
import type { ApiKeyId, SessionId, UserId, WorkspaceId } from '#contracts/id.ts'
import type { Ctx } from './context.ts'
import { AppError } from './error.ts'
import { type TaskClaim, verifyTaskToken } from './token.ts'

export type Actor =
  { kind: 'anonymous' } | UserActor | KeyActor | ({ kind: 'task' } & TaskClaim) | { kind: 'system' }

/** A person, by a session that is alive. */
export interface UserActor {
  kind: 'user'
  userId: UserId
  sessionId: SessionId
  isEmailVerified: boolean
  /** Keeps this server. */
  isAdmin: boolean
  /** When they last proved who they are, epoch ms. */
  confirmedAt: number
}

/** A program, by an API key: in one workspace, and there no more than who made the key. */
export interface KeyActor {
  kind: 'key'
  keyId: ApiKeyId
  userId: UserId
  workspaceId: WorkspaceId
  scopes: Scope[]
  isEmailVerified: boolean
}

/** Finds whose bearer token this is. Throws `unauthorized`, `token_expired`. */
export type Identify = (ctx: Ctx, token: string) => Promise<UserActor | KeyActor>

/** How the event log and idempotency keys name who acts. */
export function actorName(actor: Actor): string {
  if (actor.kind === 'user') return actor.userId
  return actor.kind === 'key' ? actor.keyId : actor.kind
}

/** Throws `unauthorized` for everybody but people. */
export function requireUser(actor: Actor): UserActor {
  if (actor.kind !== 'user') throw new AppError('unauthorized')
  return actor
}

/** Who answers for what is made: the person, or whoever made the key. Throws `unauthorized`. */
export function requireMaker(actor: Actor): UserActor | KeyActor {
  if (actor.kind !== 'user' && actor.kind !== 'key') throw new AppError('unauthorized')
  return actor
}

/** Throws `unauthorized` unless the transcoder calls. */
export function requireTask(actor: Actor): TaskClaim {
  if (actor.kind !== 'task') throw new AppError('unauthorized')
  return actor
}

/** Only people whose address is known show something to others. Throws `email_unverified`. */
export function requireVerified(actor: Actor): void {
  if (requireMaker(actor).isEmailVerified) return
  throw new AppError(
    'email_unverified',
    'Confirm your e-mail address before you show something to others: use the link that we sent you.',
  )
}

const bearer = (request: Request): string | undefined =>
  /^Bearer ([^\s]+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]

/** Who calls, as far as the operation wants to know. A bad token is refused even where optional. */
export async function readActor(
  ctx: Ctx,
  request: Request,
  contract: Endpoint,
  identify: Identify,
): Promise<Actor> {
  const { auth } = contract
  if (auth === 'public' || auth === 'refresh') return { kind: 'anonymous' }
  const token = bearer(request)
  if (auth === 'task') {
    if (!token) throw new AppError('unauthorized')
    return { kind: 'task', ...(await verifyTaskToken(ctx, token)) }
  }
  if (!token) {
    if (auth === 'optional' && !request.headers.has('authorization')) return { kind: 'anonymous' }
    throw new AppError('unauthorized')
  }
  const actor = await identify(ctx, token)
  judge(ctx, actor, contract)
  return actor
}

/** Throws `insufficient_scope`, `not_found` where only admins may look, `step_up_required`. */
function judge(ctx: Ctx, actor: UserActor | KeyActor, { auth, scope, isStepUp }: Endpoint): void {
  if (actor.kind === 'key') {
    if (scope === 'session' || !scope) {
      throw new AppError('insufficient_scope', 'API keys cannot do this: sign in instead.')
    }
    if (actor.scopes.includes(scope)) return
    throw new AppError('insufficient_scope', `This API key lacks the scope ${scope}.`)
  }
  // Whoever does not keep the server learns nothing of what is kept.
  if (auth === 'admin' && !actor.isAdmin) {
    throw new AppError('not_found', 'There is nothing at this address.')
  }
  if (isStepUp && ctx.now() - actor.confirmedAt > stepUpSeconds * 1000) {
    throw new AppError('step_up_required', 'Confirm that it is you to do this.')
  }
}

const authsWithBearer: Auth[] = ['optional', 'user', 'admin']
export const takesBearer = (auth: Auth): boolean => authsWithBearer.includes(auth)
