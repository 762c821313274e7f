import { and, eq, isNotNull, sql } from 'drizzle-orm'
import type { UserId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { record } from '../../core/record.ts'
import { planEndSessions } from '../auth/end-session.ts'
import { users } from './table.ts'

interface Suspension {
  userId: UserId
  /** For the account's holder to read. */
  reason: string
}

/** Statements that shut an account out at once. A repeat changes nothing; another reason replaces. */
export const planSuspendUser = (ctx: Ctx, { userId, reason }: Suspension) =>
  [
    ctx.db
      .update(users)
      .set({
        suspendedAt: sql`coalesce(${users.suspendedAt}, ${ctx.now()})`,
        suspendedFor: reason,
      })
      .where(and(eq(users.id, userId), sql`${users.suspendedFor} is not ${reason}`)),
    record(ctx, 'user.suspended', { data: { userId, reason }, when: sql`changes() > 0` }),
    planEndSessions(ctx, { userId, reason: 'suspended' }),
  ] as const

/** Statements that let an account in again; its sessions stay ended. */
export const planRestoreUser = (ctx: Ctx, userId: UserId) =>
  [
    ctx.db
      .update(users)
      .set({ suspendedAt: null, suspendedFor: null })
      .where(and(eq(users.id, userId), isNotNull(users.suspendedAt))),
    record(ctx, 'user.restored', { data: { userId }, when: sql`changes() > 0` }),
  ] as const
