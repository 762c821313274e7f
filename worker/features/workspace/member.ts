import { type SQL, and, asc, count, eq, inArray, ne, or, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import type { Role } from '#contracts/auth.ts'
import type { UserId, WorkspaceId } from '#contracts/id.ts'
import type { GivenRole, Member } from '#contracts/member.ts'
import { requireMaker, requireUser } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError, notFound } from '../../core/error.ts'
import { record } from '../../core/record.ts'
import { avatarUrl } from '../user/service.ts'
import { users } from '../user/table.ts'
import { requireRole } from './access.ts'
import { holdsRole } from './guard.ts'
import {
  type Verdict,
  gifts,
  judgeChange,
  judgeRemoval,
  managers,
  reach,
  seesAddresses,
} from './member-policy.ts'
import { memberships } from './table.ts'

interface Place {
  workspaceId: WorkspaceId
  userId: UserId
}

const isAt = ({ workspaceId, userId }: Place) =>
  and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId))

/** First come first. Of others only those who manage the workspace see addresses. */
export async function listMembers(ctx: Ctx, workspaceId: WorkspaceId): Promise<Member[]> {
  const mine = await requireRole(ctx, workspaceId, 'viewer')
  const rows = await ctx.db
    .select({ member: memberships, user: users })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(eq(memberships.workspaceId, workspaceId))
    .orderBy(asc(memberships.createdAt), asc(memberships.userId))
  const { kind, userId } = requireMaker(ctx.actor)
  return rows.map(({ member, user }) => {
    const isMe = kind === 'user' && user.id === userId
    return {
      userId: user.id,
      displayName: user.displayName,
      email: isMe || seesAddresses(mine) ? user.email : '',
      avatarUrl: avatarUrl(ctx, user.avatar),
      role: member.role,
      joinedAt: new Date(member.createdAt).toISOString(),
      isMe,
    }
  })
}

async function getMember(ctx: Ctx, { workspaceId, userId }: Place): Promise<Member> {
  const member = (await listMembers(ctx, workspaceId)).find((one) => one.userId === userId)
  if (!member) throw notFound('member')
  return member
}

/** What a verdict is drawn from. Throws `not_found` for strangers and of those who are not in it. */
async function loadPair(ctx: Ctx, place: Place) {
  const mine = await requireRole(ctx, place.workspaceId, 'viewer')
  const isMe = requireUser(ctx.actor).userId === place.userId
  const [[found], [owners]] = await ctx.db.batch([
    ctx.db.select({ role: memberships.role }).from(memberships).where(isAt(place)),
    ctx.db
      .select({ count: count() })
      .from(memberships)
      .where(and(eq(memberships.workspaceId, place.workspaceId), eq(memberships.role, 'owner'))),
  ])
  if (!found) throw notFound('member')
  // In a suspended workspace everybody's role reads as viewer; their own row still says which.
  const pair = { mine: isMe ? found.role : mine, theirs: found.role, isMe }
  return { pair, ownerCount: owners?.count ?? 0 }
}

const lastOwner = () =>
  new AppError('last_owner', 'You are its only owner: hand the workspace to another member first.')

function requireYes(verdict: Verdict): void {
  if (verdict === 'last_owner') throw lastOwner()
  if (verdict === 'forbidden') throw new AppError('forbidden', 'Your role does not reach so far.')
}

/** Does the actor's role reach the row's, as both are when the statement runs? */
function isReached(ctx: Ctx, workspaceId: WorkspaceId, roles: readonly Role[]): SQL {
  const pairs = roles.map((role) =>
    and(holdsRole(ctx, workspaceId, [role]), inArray(memberships.role, [...reach[role]])),
  )
  return or(...pairs) ?? sql`false`
}

/** At once. Throws `forbidden`, `last_owner` for an owner's own. */
export async function updateMember(ctx: Ctx, place: Place, given: GivenRole): Promise<Member> {
  const { pair } = await loadPair(ctx, place)
  requireYes(judgeChange(pair, given))
  if (pair.theirs === given) return getMember(ctx, place)
  const givers = managers.filter((role) => gifts[role].includes(given))
  const [changed] = await ctx.db.batch([
    ctx.db
      .update(memberships)
      .set({ role: given })
      .where(
        and(
          isAt(place),
          ne(memberships.userId, requireUser(ctx.actor).userId),
          isReached(ctx, place.workspaceId, givers),
        ),
      ),
    record(ctx, 'member.role_changed', {
      workspaceId: place.workspaceId,
      data: { userId: place.userId, role: given },
      when: sql`changes() > 0`,
    }),
  ])
  if (changed.meta.changes === 0)
    await refuseAnew(ctx, place, (now) => judgeChange(now.pair, given))
  return getMember(ctx, place)
}

const owner = alias(memberships, 'owner')

/** Takes effect with the next request. Throws `forbidden`, `last_owner`. */
export async function removeMember(ctx: Ctx, place: Place): Promise<void> {
  const { pair, ownerCount } = await loadPair(ctx, place)
  requireYes(judgeRemoval(pair, ownerCount))
  const owners = ctx.db
    .select({ count: count() })
    .from(owner)
    .where(and(eq(owner.workspaceId, place.workspaceId), eq(owner.role, 'owner')))
  const isAllowed = pair.isMe
    ? or(ne(memberships.role, 'owner'), sql`${owners} > 1`)
    : isReached(ctx, place.workspaceId, managers)
  const [removed] = await ctx.db.batch([
    ctx.db.delete(memberships).where(and(isAt(place), isAllowed)),
    record(ctx, 'member.removed', {
      workspaceId: place.workspaceId,
      data: { userId: place.userId, hasLeft: pair.isMe },
      when: sql`changes() > 0`,
    }),
  ])
  if (removed.meta.changes > 0) return
  await refuseAnew(ctx, place, (now) => judgeRemoval(now.pair, now.ownerCount))
}

type Loaded = Awaited<ReturnType<typeof loadPair>>

/** Nothing was written: says why, by the rows as they are now. */
async function refuseAnew(ctx: Ctx, place: Place, judge: (now: Loaded) => Verdict): Promise<never> {
  requireYes(judge(await loadPair(ctx, place)))
  throw new AppError('forbidden', 'The roles have changed meanwhile. Look again.')
}
