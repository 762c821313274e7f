import { createHash, createHmac } from 'node:crypto'
import type { Role } from '#contracts/auth.ts'
import { type Scope, scopes } from '#contracts/endpoint.ts'
import { leaseId } from './every-route.ts'
import type { TestUser } from './user.ts'
import type { World } from './world.ts'

/** One team: a workspace with somebody of each role, and an object of each kind. */
export interface Team {
  workspaceId: string
  owner: TestUser
  admin: TestUser
  editor: TestUser
  viewer: TestUser
  /** A viewer whom nobody speaks for: members act on them. */
  target: TestUser
  ids: Record<string, string>
}

export interface Principal {
  name: string
  /** Of the request; empty: a stranger. */
  headers: Record<string, string>
  /** What it is refused with before anything is looked at. */
  isRefused?: 'unauthorized' | 'token_expired'
  /** Of a key: what it may. */
  scopes?: Scope[]
  /** Its role in the first team, and in the second. */
  first?: Role
  second?: Role
  isAdmin?: boolean
  isStale?: boolean
  isTask?: boolean
  isUnverified?: boolean
  user?: TestUser
}

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

export async function insertKey(
  world: World,
  key: { id: string; workspaceId: string; userId: string; scopes: Scope[]; secret: string },
): Promise<void> {
  await world.db
    .prepare(
      `insert into api_keys values (?, ?, ?, 'Key', 'lantern_sk_test', ?, ?, ?, null, ?, null)`,
    )
    .bind(
      key.id,
      key.workspaceId,
      key.userId,
      sha256(key.secret),
      JSON.stringify(key.scopes),
      world.now(),
      world.now(),
    )
    .run()
}

const memberOf = (world: World, workspaceId: string, user: TestUser, role: Role) =>
  world.db
    .prepare('insert into memberships values (?, ?, ?, ?)')
    .bind(workspaceId, user.id, role, world.now())
    .run()

/** A private video that plays, one more, an open upload, an invitation, a key of each kind, a passkey. */
export async function createTeam(world: World, name: string): Promise<Team> {
  const [owner, admin, editor, viewer, target] = await Promise.all(
    ['owner', 'admin', 'editor', 'viewer', 'target'].map((role) =>
      world.user({ displayName: `${name} ${role}` }),
    ),
  )
  const team = { owner: owner!, admin: admin!, editor: editor!, viewer: viewer!, target: target! }
  const { workspaceId } = team.owner
  for (const role of ['admin', 'editor', 'viewer'] as const) {
    await memberOf(world, workspaceId, team[role], role)
  }
  await memberOf(world, workspaceId, team.target, 'viewer')
  const video = await world.video({
    owner: team.owner,
    visibility: 'private',
    title: `${name} film`,
  })
  const uploads = `/api/v1/workspaces/${workspaceId}/uploads`
  const created = await world.as(team.owner).post(uploads, { fileName: 'a.mp4', sizeBytes: 1000 })
  const task = world.db.prepare('select id from tasks where video_id = ?').bind(video.id)
  const ids = {
    workspaceId,
    videoId: video.id,
    uploadId: created.body.upload.id as string,
    taskId: (await task.first<string>('id'))!,
    userId: team.target.id,
    invitationId: world.id('invitation'),
    keyId: world.id('apiKey'),
    signingKeyId: world.id('signingKey'),
    passkeyId: world.id('passkey'),
    linkId: world.id('link'),
    sessionId: world.id('session'),
    partNumber: '1',
    name: '180p',
    provider: 'none',
    avatar: 'AAAAAAAAAAAAAAAAAAAAAA',
    sizePx: '256',
  }
  await insertObjects(world, team.owner, ids)
  return { workspaceId, ...team, ids }
}

async function insertObjects(world: World, owner: TestUser, ids: Record<string, string>) {
  const now = world.now()
  const later = now + 3600_000
  const { db } = world
  await db.batch([
    db
      .prepare(`insert into invitations values (?, ?, 'viewer', null, ?, ?, 5, ?, ?)`)
      .bind(
        ids['invitationId'],
        ids['workspaceId'],
        sha256(ids['invitationId']!),
        owner.id,
        now,
        later,
      ),
    db
      .prepare(`insert into links values (?, ?, ?, ?, 'A link', '{}', 0, ?, ?, null)`)
      .bind(ids['linkId'], ids['videoId'], ids['workspaceId'], owner.id, now, later),
    db
      .prepare(`insert into passkeys values (?, ?, ?, 'AA', 0, '[]', 'Key', 0, ?, null)`)
      .bind(ids['passkeyId'], owner.id, ids['passkeyId'], now),
    db
      .prepare(
        `insert into signing_keys values (?, ?, ?, 'Key', 'EdDSA', '{"kty":"OKP","crv":"Ed25519","x":"AA"}', ?, null, null)`,
      )
      .bind(ids['signingKeyId'], ids['workspaceId'], owner.id, now),
    db
      .prepare(
        `insert into sessions (id, user_id, user_agent, created_at, ends_at, last_seen_at, confirmed_at)
         values (?, ?, 'Elsewhere', ?, ?, ?, ?)`,
      )
      .bind(ids['sessionId'], owner.id, now, later, now, now),
  ])
  await insertKey(world, {
    ...{ id: ids['keyId']!, workspaceId: ids['workspaceId']!, userId: owner.id },
    ...{ scopes: [], secret: ids['keyId']! },
  })
}

export const taskToken = (world: World, id: string, expiresAt = world.now() + 3600_000): string => {
  const claim = `${id}.1.${leaseId}.${expiresAt}` // signed as worker/core/token.ts does
  const mac = createHmac('sha256', world.secrets.TASK_SECRET).update(claim).digest('base64url')
  return `${claim}.${mac}`
}

const allScopes = Object.keys(scopes) as Scope[]
const secretOf = (name: string) => `lantern_sk_${sha256(name).slice(0, 43)}`

/** Everybody who may call. Tokens are taken now: call it after the clock was moved. */
export async function listPrincipals(
  world: World,
  first: Team,
  second: Team,
): Promise<Principal[]> {
  const [lone, suspended, unverified, platformAdmin] = await Promise.all([
    world.user({ displayName: 'Lone' }),
    world.user({ displayName: 'Suspended' }),
    world.user({ displayName: 'Unverified', isVerified: false }),
    world.user({ displayName: 'Root', email: 'root@example.com' }),
  ])
  const stale = await world.user({ displayName: 'Stale' })
  for (const user of [suspended, unverified, stale]) {
    await memberOf(world, first.workspaceId, user, 'admin')
  }
  await world.db.batch([
    world.db.prepare('delete from memberships where user_id = ?').bind(lone.id),
    world.db.prepare('update users set suspended_at = 1 where id = ?').bind(suspended.id),
    world.db
      .prepare('update sessions set confirmed_at = ? where user_id = ?')
      .bind(world.now() - 3600_000, stale.id),
  ])
  const keys = [
    { name: 'a key without scopes', team: first, scopes: [] as Scope[] },
    { name: 'a key with all scopes', team: first, scopes: allScopes },
    { name: 'a key of the other team', team: second, scopes: allScopes },
  ]
  for (const key of keys) {
    await insertKey(world, {
      ...{ id: world.id('apiKey'), workspaceId: key.team.workspaceId, userId: key.team.owner.id },
      ...{ scopes: key.scopes, secret: secretOf(key.name) },
    })
  }
  const playback = await world
    .as(first.owner)
    .get(`/api/v1/videos/${first.ids['videoId']}/playback`)
  const playToken = new URL(playback.body.hlsUrl).pathname.split('/')[2]!
  const person = (name: string, user: TestUser, more: Partial<Principal> = {}): Principal => ({
    ...{ name, user, headers: bearer(user.accessToken) },
    ...more,
  })
  const refused = (name: string, token: string): Principal => ({
    ...{ name, headers: bearer(token), isRefused: 'unauthorized' },
  })
  return [
    { name: 'a stranger', headers: {} },
    refused('a made-up token', 'a.b.c'),
    refused('a changed token', `${first.owner.accessToken.slice(0, -8)}AAAAAAAA`),
    refused('a playback token', playToken),
    { ...refused('a task token', taskToken(world, first.ids['taskId']!)), isTask: true },
    refused('a refresh token', first.owner.refreshCookie.split('=')[1]!),
    refused('a made-up key', secretOf('nobody')),
    { ...refused('a suspended admin', suspended.accessToken) },
    person('the owner', first.owner, { first: 'owner' }),
    person('an admin', first.admin, { first: 'admin' }),
    person('an editor', first.editor, { first: 'editor' }),
    person('a viewer', first.viewer, { first: 'viewer' }),
    person('an admin who has not confirmed of late', stale, { first: 'admin', isStale: true }),
    person('an admin without a known address', unverified, { first: 'admin', isUnverified: true }),
    person('somebody in no workspace', lone),
    person('the other owner', second.owner, { second: 'owner' }),
    person('the other admin', second.admin, { second: 'admin' }),
    person('the other viewer', second.viewer, { second: 'viewer' }),
    person('who keeps the server', platformAdmin, { isAdmin: true }),
    ...keys.map((key): Principal => ({
      name: key.name,
      headers: bearer(secretOf(key.name)),
      scopes: key.scopes,
      ...(key.team === first ? { first: 'admin' } : { second: 'admin' }),
    })),
  ]
}
