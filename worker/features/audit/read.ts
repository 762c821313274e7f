import { type SQL, and, desc, eq, inArray, isNull, lt, notInArray, or, sql } from 'drizzle-orm'
import type { WorkspaceId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { events } from '../../core/record.ts'
import { apiKeys } from '../key/table.ts'
import { users } from '../user/table.ts'
import { type Found, innerKinds, platformKinds } from './policy.ts'

interface Query {
  which: SQL
  /** One kind, or with a dot at its end all that begin with it. */
  kind?: string | undefined
  /** Older than this one. */
  before?: number | undefined
  limit: number
}

export const ofWorkspace = (id: WorkspaceId): SQL => eq(events.workspaceId, id)

/** What belongs to no workspace, and what happens to workspaces as such. */
export const ofPlatform = (): SQL =>
  or(isNull(events.workspaceId), inArray(events.kind, platformKinds))!

const ofKind = (kind: string): SQL =>
  kind.endsWith('.')
    ? sql`substr(${events.kind}, 1, ${kind.length}) = ${kind}`
    : sql`${events.kind} = ${kind}`

/** Newest first. */
export function readEvents(ctx: Ctx, { which, kind, before, limit }: Query): Promise<Found[]> {
  return ctx.db
    .select({ event: events, userName: users.displayName, keyName: apiKeys.name })
    .from(events)
    .leftJoin(users, eq(users.id, events.actorId))
    .leftJoin(apiKeys, eq(apiKeys.id, events.actorId))
    .where(
      and(
        which,
        notInArray(events.kind, innerKinds),
        kind ? ofKind(kind) : undefined,
        before === undefined ? undefined : lt(events.seq, before),
      ),
    )
    .orderBy(desc(events.seq))
    .limit(limit)
}
