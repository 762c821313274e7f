import { type SQL, and, count, eq, exists, isNull, ne, not, notExists, or, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import type { Role } from '#contracts/auth.ts'
import type { UserId, WorkspaceId } from '#contracts/id.ts'
import { inJson } from '../../core/column.ts'
import type { Ctx } from '../../core/context.ts'
import { record } from '../../core/record.ts'
import { planWorkspaceEnd } from './delete.ts'
import { invitations, memberships, workspaces } from './table.ts'

/** Where somebody is, and who else is there. */
export interface Place {
  workspaceId: WorkspaceId
  name: string
  role: Role
  otherCount: number
  otherOwnerCount: number
}

const mine = alias(memberships, 'mine')
const other = alias(memberships, 'other')
const isOther = and(eq(other.workspaceId, mine.workspaceId), ne(other.userId, mine.userId))
const isOtherOwner = and(isOther, eq(other.role, 'owner'))

const countOthers = (ctx: Ctx, which: SQL | undefined) =>
  sql<number>`${ctx.db.select({ count: count() }).from(other).where(which)}`

export const listPlaces = (ctx: Ctx, userId: UserId): Promise<Place[]> =>
  ctx.db
    .select({
      workspaceId: workspaces.id,
      name: workspaces.name,
      role: mine.role,
      otherCount: countOthers(ctx, isOther),
      otherOwnerCount: countOthers(ctx, isOtherOwner),
    })
    .from(mine)
    .innerJoin(workspaces, eq(workspaces.id, mine.workspaceId))
    .where(and(eq(mine.userId, userId), isNull(workspaces.deletedAt)))

/** What becomes of each place of somebody who goes. `stuck`: others would be left without an owner. */
export function planLeaving(places: Place[]): Record<'stuck' | 'ended' | 'left', Place[]> {
  const isLast = ({ role, otherOwnerCount }: Place) => role === 'owner' && otherOwnerCount === 0
  const isAlone = ({ otherCount }: Place) => otherCount === 0
  return {
    stuck: places.filter((place) => isLast(place) && !isAlone(place)),
    ended: places.filter((place) => isLast(place) && isAlone(place)),
    left: places.filter((place) => !isLast(place)),
  }
}

interface Leaving {
  userId: UserId
  ended: WorkspaceId[]
  left: WorkspaceId[]
}

/**
 * Would it leave a workspace without its only owner, apart from those of `ended` that nobody else is
 * in? Decided when the statement runs: somebody may have joined, or handed over, since it was read.
 */
export function isBereaving(ctx: Ctx, { userId, ended }: Leaving): SQL {
  const { db } = ctx
  const others = db.select({ role: other.role }).from(other)
  return exists(
    db
      .select({ role: mine.role })
      .from(mine)
      .innerJoin(workspaces, eq(workspaces.id, mine.workspaceId))
      .where(
        and(
          eq(mine.userId, userId),
          eq(mine.role, 'owner'),
          isNull(workspaces.deletedAt),
          notExists(others.where(isOtherOwner)),
          or(not(inJson(mine.workspaceId, ended)), exists(others.where(isOther))),
        ),
      ),
  )
}

/** Statements: in no workspace any more. Those of `ended` go with all that they hold. */
export function planLeave(ctx: Ctx, { userId, ended, left }: Leaving) {
  const { db } = ctx
  const isMine = eq(memberships.userId, userId)
  const own = (id: WorkspaceId) =>
    exists(
      db
        .select({ role: memberships.role })
        .from(memberships)
        .where(and(isMine, eq(memberships.workspaceId, id))),
    )
  return [
    ...ended.flatMap((id) => planWorkspaceEnd(ctx, id, own(id))),
    ...left.map((workspaceId) =>
      record(ctx, 'member.removed', {
        workspaceId,
        data: { userId, hasLeft: true },
        when: own(workspaceId),
      }),
    ),
    db.delete(memberships).where(isMine),
    db.delete(invitations).where(eq(invitations.createdBy, userId)),
  ]
}
