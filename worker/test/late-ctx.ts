import { drizzle } from 'drizzle-orm/d1'
import { decodeJwt } from 'jose'
import type { SessionId, UserId } from '#contracts/id.ts'
import type { Ctx } from '../core/context.ts'
import type { World } from './world.ts'

/** Of a request that was let in by this token; what happens to its session now comes in between. */
export function lateCtx(world: World, accessToken: string): Ctx {
  const { sub, sid } = decodeJwt(accessToken)
  return {
    db: drizzle(world.db as unknown as D1Database),
    actor: { kind: 'user', userId: sub as UserId, sessionId: sid as SessionId },
    config: { PUBLIC_ORIGIN: world.url, PASSWORD_COST: 8 },
    ...{ now: world.now, id: world.id, requestId: 'req_late', hasRecorded: false, limits: [] },
  } as unknown as Ctx
}
