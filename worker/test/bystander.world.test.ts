import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Reply, expectStatus } from '../../scripts/lib/client.ts'
import { readToken } from './account-mail.ts'
import { addPasskey, addTotp, startLogin, totpCode } from './factor.ts'
import { readTables } from './matrix-state.ts'
import { type TestUser, registerUser } from './user.ts'
import { type World, createWorld } from './world.ts'

/**
 * Whoever changes something of their own must change nothing of anybody else's: a statement that
 * forgot whose rows it means is right for its caller, and only a bystander notices.
 */
let world: World
let root: TestUser
beforeAll(async () => {
  world = await createWorld({ env: { PLATFORM_ADMINS: 'root@example.com' } })
  root = await world.user({ email: 'root@example.com' })
})
afterAll(() => world.stop())

const jpeg = Buffer.from(
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=',
  'base64',
)

/** Somebody with a row of every sort, and what each is called. */
async function settle() {
  const user = await world.user()
  const as = () => world.as(user)
  const workspace = `/api/v1/workspaces/${user.workspaceId}`
  const made = async (path: string, body: object): Promise<Reply['body']> => {
    const reply = await as().post(path, body)
    expect(reply.status, `${path} ${JSON.stringify(reply.body)}`).toBeLessThan(300)
    return reply.body
  }
  // A second session, from before its second factor.
  const { email, password } = user
  const elsewhere = await world.as().post('/api/v1/auth/login', { email, password })
  const otherSession = expectStatus(elsewhere, 200, 'sign in').accessToken as string
  const { secret, recoveryCodes } = await addTotp(world, user)
  const passkey = await addPasskey(world, user)
  const challenge = await startLogin(world, user)
  await made('/api/v1/auth/forgot-password', { email })
  const reset = await readToken(world, { to: email, kind: 'reset' })
  await made('/api/v1/me/email-change', { email: `moved-${email}` })
  await world.db
    .prepare('insert into outside_identities values (?, ?, ?, ?, ?, null)')
    .bind('google', `sub-${user.id}`, user.id, `g-${email}`, world.now())
    .run()
  const key = await made(`${workspace}/keys`, {
    ...{ name: 'CI', scopes: ['videos:read'], lifeDays: 30 },
  })
  const signing = await made(`${workspace}/signing-keys`, { name: 'Server', algorithm: 'EdDSA' })
  const guest = await made(`${workspace}/invitations`, {
    ...{ role: 'viewer', email: `guest-of-${email}` },
  })
  const byLink = await made(`${workspace}/invitations`, { role: 'editor' })
  const member = await world.user()
  await made(`${workspace}/invitations`, { role: 'editor' }).then(({ url }) =>
    world.as(member).post('/api/v1/invitations/accept', { token: /token=(.+)$/.exec(url)![1] }),
  )
  const video = await world.video({ owner: user })
  const film = `/api/v1/videos/${video.id}`
  await as().put(`${film}/chapters`, { chapters: [{ startMs: 0, title: 'One' }] })
  const link = await made(`${film}/links`, { label: 'For Ann' })
  const { upload } = await made(`${workspace}/uploads`, { fileName: 'a.mp4', sizeBytes: 5e6 })
  const part = `/api/v1/uploads/${upload.id}/parts/1`
  await as().put(part, { etag: '"e"', sizeBytes: upload.partSizeBytes })
  return {
    ...{ user, otherSession, secret, recoveryCodes, passkey, challenge, reset, workspace, member },
    ...{ video, film, upload, part },
    keyId: key.key?.id ?? key.id,
    signingKeyId: signing.key?.id ?? signing.id,
    guestId: guest.invitation.id,
    linkInvitation: byLink,
    linkId: link.link?.id ?? link.id,
  }
}

type Settled = Awaited<ReturnType<typeof settle>>
type Act = [name: string, act: (me: Settled) => Promise<unknown>]

const as = ({ user }: Settled) => world.as(user)
const suspend = (kind: string, id: string) =>
  world.as(root).put(`/api/v1/admin/${kind}/${id}/suspension`, { reason: 'Spam' })
const restore = (kind: string, id: string) =>
  world.as(root).delete(`/api/v1/admin/${kind}/${id}/suspension`)

/** In an order in which each is possible; the last of them end the account. */
const acts: Act[] = [
  ['profile', (me) => as(me).patch('/api/v1/me', { displayName: 'Other', bio: 'Words' })],
  ['avatar', (me) => world.as(me.user).put('/api/v1/me/avatar', jpeg)],
  ['new recovery codes', (me) => as(me).post('/api/v1/me/recovery-codes')],
  [
    'name of a passkey',
    (me) => as(me).patch(`/api/v1/me/passkeys/${me.passkey.id}`, { name: 'K' }),
  ],
  ['second step', (me) => answer(me, me.challenge)],
  ['wrong second steps', async (me) => spoil(await startLogin(world, me.user))],
  [
    'another change of address',
    (me) => as(me).post('/api/v1/me/email-change', { email: 'x@y.example' }),
  ],
  ['no change of address', (me) => as(me).delete('/api/v1/me/email-change')],
  ['a service taken off', (me) => as(me).delete('/api/v1/me/outside/google')],
  ['a key revoked', (me) => as(me).delete(`${me.workspace}/keys/${me.keyId}`)],
  [
    'a signing key revoked',
    (me) => as(me).delete(`${me.workspace}/signing-keys/${me.signingKeyId}`),
  ],
  ['an invitation taken back', (me) => as(me).delete(`${me.workspace}/invitations/${me.guestId}`)],
  ['an invitation accepted', (me) => accept(me)],
  ['a role', (me) => as(me).patch(`${me.workspace}/members/${me.member.id}`, { role: 'viewer' })],
  ['a member removed', (me) => as(me).delete(`${me.workspace}/members/${me.member.id}`)],
  ['a workspace renamed', (me) => as(me).patch(me.workspace, { name: 'Renamed' })],
  ['settings', (me) => as(me).patch(`${me.workspace}/settings/transcode`, { maxShortSidePx: 720 })],
  [
    'a video changed',
    (me) => as(me).patch(me.film, { title: 'New', visibility: 'private', encryption: 'aes-128' }),
  ],
  ['chapters', (me) => as(me).put(`${me.film}/chapters`, { chapters: [] })],
  ['a link revoked', (me) => as(me).delete(`${me.film}/links/${me.linkId}`)],
  ['a part', (me) => as(me).put(me.part, { etag: '"f"', sizeBytes: me.upload.partSizeBytes })],
  ['an upload given up', (me) => as(me).delete(`/api/v1/uploads/${me.upload.id}`)],
  ['a video deleted', (me) => as(me).delete(me.film)],
  ['the clocks of cron', async () => (await world.cron('* * * * *'), world.cron('*/15 * * * *'))],
  ['a workspace suspended', (me) => suspend('workspaces', me.user.workspaceId)],
  ['a workspace restored', (me) => restore('workspaces', me.user.workspaceId)],
  ['all other sessions', (me) => as(me).delete('/api/v1/me/sessions')],
  ['a passkey removed', (me) => as(me).delete(`/api/v1/me/passkeys/${me.passkey.id}`)],
  ['the app off', (me) => as(me).delete('/api/v1/me/totp')],
  [
    'a new password',
    (me) => as(me).put('/api/v1/me/password', { password: 'quite another horse 7' }),
  ],
  ['a password by mail', (me) => resetBy(me)],
]

const answer = ({ secret }: Settled, token: string) =>
  world
    .as()
    .post('/api/v1/auth/challenge', { method: 'totp', token, code: totpCode(world, secret) })
async function spoil(token: string) {
  for (let tries = 0; tries < 5; tries++) {
    await world.as().post('/api/v1/auth/challenge', { method: 'totp', token, code: '000000' })
  }
}
const tokenOf = ({ url }: { url: string }) => /token=(.+)$/.exec(url)![1]
const accept = async ({ linkInvitation }: Settled) =>
  world
    .as(await world.user())
    .post('/api/v1/invitations/accept', { token: tokenOf(linkInvitation) })
const resetBy = async ({ user }: Settled) => {
  const { email } = user
  await world.as().post('/api/v1/auth/forgot-password', { email })
  const token = await readToken(world, { to: email, kind: 'reset', count: 2 })
  return world.as().post('/api/v1/auth/reset-password', { token, password: 'a third good horse 8' })
}

/** Rows that were there and are no longer, or no longer the same. */
function missing(before: Record<string, unknown[]>, now: Record<string, unknown[]>): string[] {
  return Object.entries(before).flatMap(([table, rows]) => {
    const left = new Set((now[table] ?? []).map((row) => JSON.stringify(row)))
    return rows
      .map((row) => JSON.stringify(row))
      .filter((row) => !left.has(row))
      .map((row) => `${table} ${row}`)
  })
}

test('what people do with their own leaves everybody else’s rows as they are', async () => {
  await settle()
  const before = await readTables(world)
  const filled = Object.entries(before).filter(([, rows]) => rows.length > 0)
  const me = await settle()
  for (const [name, act] of acts) {
    const reply = (await act(me)) as Reply | undefined
    if (reply?.status)
      expect(reply.status, `${name}: ${JSON.stringify(reply.body)}`).toBeLessThan(300)
    expect(missing(before, await readTables(world)), name).toEqual([])
  }
  console.log(`${acts.length} acts of one person, ${filled.length} tables with rows of another`)
  expect(filled.length).toBeGreaterThan(25)
})

test('an account that is suspended, restored or deleted is that one', async () => {
  await settle()
  const before = await readTables(world)
  const me = await settle()
  expectStatus(await suspend('users', me.user.id), 200, 'suspend')
  expect(missing(before, await readTables(world))).toEqual([])
  expectStatus(await restore('users', me.user.id), 200, 'restore')
  expect(missing(before, await readTables(world))).toEqual([])
  const own = await registerUser(world.as(), 4711, {})
  expectStatus(await world.as(own).delete('/api/v1/me', { email: own.email }), 204, 'delete')
  await world.cron('* * * * *')
  expect(missing(before, await readTables(world))).toEqual([])
})

test('what people read of their own names nothing of anybody else', async () => {
  const ids = /\b[a-z]{3,4}_[0-9a-hjkmnp-tv-z]{26}\b/g
  const listIds = async () => JSON.stringify(await readTables(world)).match(ids) ?? []
  const known = new Set(await listIds())
  await settle()
  const theirs = new Set((await listIds()).filter((id) => !known.has(id)))
  expect(theirs.size).toBeGreaterThan(20)
  const me = await settle()
  const { workspace, film } = me
  const reads = [
    ...['', '/sessions', '/factors', '/email-change', '/export'].map((end) => `/api/v1/me${end}`),
    ...['', '/members', '/invitations', '/keys', '/signing-keys', '/audit', '/audit/export'],
    ...['/uploads', '/videos', '/settings/transcode'],
  ].map((path) => (path.startsWith('/api') ? path : workspace + path))
  for (const path of [
    ...reads,
    film,
    `${film}/links`,
    `${film}/quality`,
    `/api/v1/uploads/${me.upload.id}`,
  ]) {
    const { status, body } = await as(me).get(path)
    expect(status, path).toBe(200)
    const named = JSON.stringify(body).match(ids) ?? []
    expect(
      named.filter((id) => theirs.has(id)),
      path,
    ).toEqual([])
  }
})
