import { type Column, and, desc, eq, inArray, or, sql } from 'drizzle-orm'
import type { UserId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { events } from '../../core/record.ts'
import { apiKeys } from '../key/table.ts'
import { signingKeys } from '../signing-key/table.ts'
import { uploads } from '../upload/table.ts'
import { videos } from '../video/table.ts'
import { invitations, memberships, workspaces } from '../workspace/table.ts'

const maxEvents = 5000
const maxRows = 10_000

const membership = {
  workspaceId: workspaces.id,
  handle: workspaces.handle,
  name: workspaces.name,
  role: memberships.role,
  joinedAt: memberships.createdAt,
}
const invitation = {
  id: invitations.id,
  workspaceId: invitations.workspaceId,
  role: invitations.role,
  email: invitations.email,
  createdAt: invitations.createdAt,
  endsAt: invitations.endsAt,
}
const key = {
  id: apiKeys.id,
  workspaceId: apiKeys.workspaceId,
  name: apiKeys.name,
  scopes: apiKeys.scopes,
  createdAt: apiKeys.createdAt,
  endsAt: apiKeys.endsAt,
  lastUsedAt: apiKeys.lastUsedAt,
  revokedAt: apiKeys.revokedAt,
}
const signingKey = {
  id: signingKeys.id,
  workspaceId: signingKeys.workspaceId,
  name: signingKeys.name,
  createdAt: signingKeys.createdAt,
  lastUsedAt: signingKeys.lastUsedAt,
  revokedAt: signingKeys.revokedAt,
}
/** Whoever has left a workspace does not read there what others wrote since. */
const whileIn = (column: Column) =>
  sql<string | null>`case when ${memberships.role} is null then null else ${column} end`
const video = {
  id: videos.id,
  workspaceId: videos.workspaceId,
  title: whileIn(videos.title).as('shown_title'),
  description: whileIn(videos.description).as('shown_description'),
  visibility: whileIn(videos.visibility).as('shown_visibility'),
  createdAt: videos.createdAt,
  deletedAt: videos.deletedAt,
}
const upload = {
  id: uploads.id,
  videoId: uploads.videoId,
  fileName: uploads.fileName,
  sizeBytes: uploads.sizeBytes,
  createdAt: uploads.createdAt,
}
const event = {
  id: events.id,
  kind: events.kind,
  workspaceId: events.workspaceId,
  videoId: events.videoId,
  data: events.data,
  at: events.createdAt,
}

/** What the person is in, has made and has done; the latest where there is very much. */
export async function readWork(ctx: Ctx, userId: UserId) {
  const { db } = ctx
  const isIn = and(eq(memberships.workspaceId, videos.workspaceId), eq(memberships.userId, userId))
  const isTheirs = eq(workspaces.id, memberships.workspaceId)
  const ownKeys = db.select({ id: apiKeys.id }).from(apiKeys).where(eq(apiKeys.createdBy, userId))
  const isAbout = or(
    eq(events.actorId, userId),
    sql`json_extract(${events.data}, '$.userId') = ${userId}`,
    inArray(events.actorId, ownKeys),
  )
  const [members, invited, keys, signing, films, files, facts] = await db.batch([
    db
      .select(membership)
      .from(memberships)
      .innerJoin(workspaces, isTheirs)
      .where(eq(memberships.userId, userId)),
    db.select(invitation).from(invitations).where(eq(invitations.createdBy, userId)),
    db.select(key).from(apiKeys).where(eq(apiKeys.createdBy, userId)),
    db.select(signingKey).from(signingKeys).where(eq(signingKeys.createdBy, userId)),
    db
      .select(video)
      .from(videos)
      .leftJoin(memberships, isIn)
      .where(eq(videos.createdBy, userId))
      .orderBy(desc(videos.id))
      .limit(maxRows),
    db
      .select(upload)
      .from(uploads)
      .where(eq(uploads.createdBy, userId))
      .orderBy(desc(uploads.id))
      .limit(maxRows),
    db.select(event).from(events).where(isAbout).orderBy(desc(events.seq)).limit(maxEvents),
  ])
  return {
    memberships: members,
    invitations: invited,
    apiKeys: keys,
    signingKeys: signing,
    videos: films,
    uploads: files,
    events: facts,
  }
}
