import { asc, desc, eq, inArray, or, sql } from 'drizzle-orm'
import type { UserId } from '#contracts/id.ts'
import { requireUser } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { countTry } from '../../core/rate-limit.ts'
import { events, record } from '../../core/record.ts'
import { emailChanges, passkeys, sessions, totpFactors } from '../auth/table.ts'
import { apiKeys } from '../key/table.ts'
import { mails } from '../mail/table.ts'
import { outsideIdentities } from '../outside/table.ts'
import { uploads } from '../upload/table.ts'
import { videos } from '../video/table.ts'
import { invitations, memberships, workspaces } from '../workspace/table.ts'
import { toUser } from './service.ts'
import { users } from './table.ts'

const maxEvents = 5000
const maxRows = 10_000

/**
 * Everything that is kept about the actor; every column is named, so that no hash and no secret is
 * among them. Throws `rate_limited`.
 */
export async function exportMe(ctx: Ctx) {
  const { userId } = requireUser(ctx.actor)
  await countTry(ctx, { key: `export:${userId}`, max: 10, windowMs: 3600_000 })
  const [user] = await ctx.db.select().from(users).where(eq(users.id, userId))
  if (!user) throw new AppError('unauthorized')
  const [account, work] = [await readAccount(ctx, userId), await readWork(ctx, userId)]
  await ctx.db.batch([record(ctx, 'user.exported', { data: { userId } })])
  const exportedAt = new Date(ctx.now()).toISOString()
  return { exportedAt, user: toUser(ctx, user), ...toDates({ ...account, ...work }) }
}

/** How the person gets in, and what was sent to them. */
async function readAccount(ctx: Ctx, userId: UserId) {
  const { db } = ctx
  const { id, userAgent, place, createdAt, lastSeenAt, endsAt, endedAt } = sessions
  const [sessionRows, passkeyRows, totpRows, outsideRows, changeRows, mailRows] = await db.batch([
    db
      .select({ id, device: userAgent, place, createdAt, lastSeenAt, endsAt, endedAt })
      .from(sessions)
      .where(eq(sessions.userId, userId)),
    db
      .select({
        name: passkeys.name,
        createdAt: passkeys.createdAt,
        lastUsedAt: passkeys.lastUsedAt,
      })
      .from(passkeys)
      .where(eq(passkeys.userId, userId)),
    db
      .select({ createdAt: totpFactors.createdAt, confirmedAt: totpFactors.confirmedAt })
      .from(totpFactors)
      .where(eq(totpFactors.userId, userId)),
    db
      .select({
        provider: outsideIdentities.provider,
        email: outsideIdentities.email,
        createdAt: outsideIdentities.createdAt,
        lastUsedAt: outsideIdentities.lastUsedAt,
      })
      .from(outsideIdentities)
      .where(eq(outsideIdentities.userId, userId)),
    db
      .select({ newEmail: emailChanges.newEmail, createdAt: emailChanges.createdAt })
      .from(emailChanges)
      .where(eq(emailChanges.userId, userId)),
    db
      .select({
        kind: mails.kind,
        subject: mails.subject,
        to: mails.recipient,
        at: mails.createdAt,
      })
      .from(mails)
      .where(eq(mails.userId, userId)),
  ])
  return {
    sessions: sessionRows,
    passkeys: passkeyRows,
    authenticatorApps: totpRows,
    outsideIdentities: outsideRows,
    emailChanges: changeRows,
    mails: mailRows,
  }
}

/** What the person is in, has made and has done; of events the latest. */
async function readWork(ctx: Ctx, userId: UserId) {
  const { db } = ctx
  const ownKeys = db.select({ id: apiKeys.id }).from(apiKeys).where(eq(apiKeys.createdBy, userId))
  const isAbout = or(
    eq(events.actorId, userId),
    sql`json_extract(${events.data}, '$.userId') = ${userId}`,
    inArray(events.actorId, ownKeys),
  )
  const [membershipRows, invitationRows, keyRows, videoRows, uploadRows, eventRows] =
    await db.batch([
      db
        .select({
          workspaceId: workspaces.id,
          handle: workspaces.handle,
          name: workspaces.name,
          role: memberships.role,
          joinedAt: memberships.createdAt,
        })
        .from(memberships)
        .innerJoin(workspaces, eq(workspaces.id, memberships.workspaceId))
        .where(eq(memberships.userId, userId)),
      db
        .select({
          id: invitations.id,
          workspaceId: invitations.workspaceId,
          role: invitations.role,
          email: invitations.email,
          createdAt: invitations.createdAt,
          endsAt: invitations.endsAt,
        })
        .from(invitations)
        .where(eq(invitations.createdBy, userId)),
      db
        .select({
          id: apiKeys.id,
          workspaceId: apiKeys.workspaceId,
          name: apiKeys.name,
          scopes: apiKeys.scopes,
          createdAt: apiKeys.createdAt,
          lastUsedAt: apiKeys.lastUsedAt,
          revokedAt: apiKeys.revokedAt,
        })
        .from(apiKeys)
        .where(eq(apiKeys.createdBy, userId)),
      db
        .select({
          id: videos.id,
          workspaceId: videos.workspaceId,
          title: videos.title,
          description: videos.description,
          visibility: videos.visibility,
          createdAt: videos.createdAt,
          deletedAt: videos.deletedAt,
        })
        .from(videos)
        .where(eq(videos.createdBy, userId))
        .orderBy(asc(videos.id))
        .limit(maxRows),
      db
        .select({
          id: uploads.id,
          videoId: uploads.videoId,
          fileName: uploads.fileName,
          sizeBytes: uploads.sizeBytes,
          createdAt: uploads.createdAt,
        })
        .from(uploads)
        .where(eq(uploads.createdBy, userId))
        .orderBy(asc(uploads.id))
        .limit(maxRows),
      db
        .select({
          id: events.id,
          kind: events.kind,
          workspaceId: events.workspaceId,
          videoId: events.videoId,
          data: events.data,
          at: events.createdAt,
        })
        .from(events)
        .where(isAbout)
        .orderBy(desc(events.seq))
        .limit(maxEvents),
    ])
  return {
    memberships: membershipRows,
    invitations: invitationRows,
    apiKeys: keyRows,
    videos: videoRows,
    uploads: uploadRows,
    events: eventRows,
  }
}

type Lists = Record<string, Record<string, unknown>[]>

/** Times as people read them: those fields are named `at` or `…At`. */
const toDates = (lists: Lists): Lists =>
  Object.fromEntries(
    Object.entries(lists).map(([name, rows]) => [name, rows.map((row) => toDated(row))]),
  )

const toDated = (row: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(row).map(([key, value]) => {
      const isTime = (key === 'at' || key.endsWith('At')) && typeof value === 'number'
      return [key, isTime ? new Date(value).toISOString() : value]
    }),
  )
