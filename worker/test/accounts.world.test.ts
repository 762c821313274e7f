import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Reply } from '../../scripts/lib/client.ts'
import { hashPassword } from '../features/auth/password.ts'
import { until } from './process.ts'
import { type World, createWorld } from './world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld({ env: { PASSWORD_COST: '14' } }) // the real work: its time is looked at
})
afterAll(() => {
  console.log(
    world.logs
      .filter((l) => !l.includes('info'))
      .slice(0, 5)
      .join('\n'),
  )
  return world.stop()
})

let places = 0
/** The headers of a caller whom no limit knows yet. */
const somewhere = () => ({ 'x-forwarded-for': `192.0.2.${++places}` })

const register = (body: unknown, headers = somewhere()) =>
  world.as().post('/api/v1/auth/register', body, headers)
const login = (body: unknown, headers = somewhere()) =>
  world.as().post('/api/v1/auth/login', body, headers)

const codeOf = (reply: Reply) => [reply.status, reply.body.code]

const shapeOf = ({ status, body, headers }: Reply) => ({
  status,
  body: { ...body, requestId: '' },
  cookies: headers.getSetCookie(),
})

async function countRows(): Promise<number[]> {
  const tables = ['users', 'passwords', 'workspaces', 'memberships', 'sessions', 'refresh_tokens']
  const counts = tables.map((table) =>
    world.db.prepare(`SELECT count(*) AS n FROM ${table}`).first<number>('n'),
  )
  return (await Promise.all(counts)).map(Number)
}

test('signing up makes an account, its workspace and a session', async () => {
  const reply = await register({
    email: ' Ada@Example.com ',
    password: 'correct horse',
    displayName: 'Ada Lovelace',
  })
  expect(reply.status).toBe(201)
  expect(reply.headers.get('cache-control')).toBe('no-store')
  expect(reply.body).toEqual({
    user: {
      id: expect.stringMatching(/^usr_/),
      email: 'ada@example.com',
      isEmailVerified: false,
      displayName: 'Ada Lovelace',
      bio: '',
      avatarUrl: null,
      createdAt: new Date(world.now()).toISOString(),
    },
    accessToken: expect.any(String),
    expiresIn: 1800,
  })
  expect(reply.headers.getSetCookie()).toEqual([
    expect.stringMatching(
      /^lantern_refresh=[\w-]{43}; Path=\/api\/v1\/auth; Max-Age=604800; HttpOnly; SameSite=Strict$/,
    ),
  ])
  const bearer = { authorization: `Bearer ${reply.body.accessToken}` }
  const me = await world.as().get('/api/v1/me', bearer)
  const workspace = { handle: 'ada-lovelace', name: 'Ada Lovelace', role: 'owner' }
  expect(me.body).toEqual({
    isAdmin: false,
    user: reply.body.user,
    workspaces: [{ id: expect.stringMatching(/^wsp_/), ...workspace }],
  })
  const event = await world.db
    .prepare(`SELECT data, workspace_id FROM events WHERE kind = 'user.registered'`)
    .first()
  expect(event).toEqual({
    data: JSON.stringify({ userId: reply.body.user.id }),
    workspace_id: me.body.workspaces[0].id,
  })
})

test('neither password nor token is stored as it is', async () => {
  const user = await world.user({ email: 'secret@example.com' })
  const { results: passwords } = await world.db.prepare('SELECT * FROM passwords').all()
  const { results: tokens } = await world.db.prepare('SELECT * FROM refresh_tokens').all()
  const stored = JSON.stringify([passwords, tokens])
  expect(stored).not.toContain(user.password)
  expect(stored).not.toContain(user.refreshCookie.split('=')[1])
  expect(stored).toContain('scrypt$16384$8$5$')
})

test('an e-mail is taken once, however it is written, and nothing is half made', async () => {
  await world.user({ email: 'grace@example.com' })
  const before = await countRows()
  for (const email of ['grace@example.com', 'GRACE@Example.COM', 'ｇrace@example.com']) {
    const reply = await register({ email, password: 'correct horse', displayName: 'Grace' })
    expect(codeOf(reply)).toEqual([409, 'email_taken'])
    expect(reply.headers.getSetCookie()).toEqual([])
  }
  expect(await countRows()).toEqual(before)
})

test('one of two who sign up with one e-mail at once gets it', async () => {
  const signUp = { email: 'twin@example.com', password: 'correct horse', displayName: 'Twin' }
  const replies = await Promise.all([1, 2, 3].map(() => register(signUp)))
  expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 409, 409])
})

test('namesakes get handles of their own', async () => {
  const people = await Promise.all([1, 2, 3, 4].map(() => world.user({ displayName: 'Jo Doe' })))
  const handles = people.map(({ handle }) => handle)
  expect(new Set(handles).size).toBe(4)
  expect(handles).toContain('jo-doe')
  for (const handle of handles) expect(handle).toMatch(/^jo-doe(-[0-9a-f]{4,8})?$/)
})

const signUp = { email: 'x@example.com', password: 'correct horse', displayName: 'X' }
test.each<[string, unknown, number, string, string?]>([
  ['no e-mail', { ...signUp, email: undefined }, 422, 'invalid_fields', 'email'],
  ['an e-mail that is none', { ...signUp, email: 'x@' }, 422, 'invalid_fields', 'email'],
  ['an e-mail with two @', { ...signUp, email: 'x@y@example.com' }, 422, 'invalid_fields', 'email'],
  ['an e-mail of another type', { ...signUp, email: ['x@y.z'] }, 422, 'invalid_fields', 'email'],
  ['a short password', { ...signUp, password: '1234567' }, 422, 'invalid_fields', 'password'],
  ['a long password', { ...signUp, password: 'x'.repeat(257) }, 422, 'invalid_fields', 'password'],
  ['a number as password', { ...signUp, password: 12345678 }, 422, 'invalid_fields', 'password'],
  ['a blank name', { ...signUp, displayName: '  ' }, 422, 'invalid_fields', 'displayName'],
  ['null', null, 422, 'invalid_fields', ''],
  ['a list', [signUp], 422, 'invalid_fields', ''],
])('signing up with %s is refused in words', async (_, body, status, code, field) => {
  const before = await countRows()
  const reply = await register(body)
  expect(codeOf(reply)).toEqual([status, code])
  expect(reply.headers.get('content-type')).toBe('application/problem+json')
  expect(reply.body.errors[0].field).toBe(field)
  expect(await countRows()).toEqual(before)
})

test.each<[string, string, string, number, string]>([
  ['half a JSON', '{"email":', 'application/json', 400, 'invalid_request'],
  ['nothing', '', 'application/json', 400, 'invalid_request'],
  ['a form', 'email=x', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
  ['text', JSON.stringify(signUp), 'text/plain', 415, 'unsupported_media_type'],
  [
    '300 KiB',
    JSON.stringify({ email: 'x'.repeat(3e5) }),
    'application/json',
    413,
    'body_too_large',
  ],
])('a body of %s is a problem, not a fault', async (_, body, type, status, code) => {
  for (const action of ['register', 'login']) {
    const headers = { ...somewhere(), 'content-type': type }
    const reply = await world.as().post(`/api/v1/auth/${action}`, body, headers)
    expect(codeOf(reply)).toEqual([status, code])
    expect(reply.headers.get('content-type')).toBe('application/problem+json')
    expect(reply.body.requestId).toMatch(/^req_/)
  }
})

test('fields that nobody asked for change nothing', async () => {
  const id = 'usr_00000000000000000000000000'
  const reply = await register({ ...signUp, email: 'mass@example.com', id, role: 'admin' })
  expect(reply.status).toBe(201)
  expect(reply.body.user.id).not.toBe(id)
})

test('signing in takes the e-mail in any case and the right password', async () => {
  const { email, password } = await world.user({ email: 'linus@example.com' })
  const reply = await login({ email: email.toUpperCase(), password })
  expect(reply.status).toBe(200)
  expect(reply.body.user.email).toBe(email)
  expect(reply.headers.getSetCookie()[0]).toMatch(/^lantern_refresh=[\w-]{43}; /)
  const bearer = { authorization: `Bearer ${reply.body.accessToken}` }
  expect((await world.as().get('/api/v1/me', bearer)).status).toBe(200)
})

test('an unknown e-mail and a wrong password are told apart by neither words nor time', async () => {
  const { email } = await world.user()
  const [wrongMs, unknownMs]: [number[], number[]] = [[], []]
  for (let round = 0; round < 5; round++) {
    const startedAt = performance.now()
    const wrong = await login({ email, password: 'wrong horse' })
    const wrongAt = performance.now()
    const unknown = await login({ email: `nobody${round}@example.com`, password: 'wrong horse' })
    wrongMs.push(wrongAt - startedAt)
    unknownMs.push(performance.now() - wrongAt)
    expect(codeOf(wrong)).toEqual([401, 'invalid_credentials'])
    expect(shapeOf(unknown)).toEqual(shapeOf(wrong))
  }
  // Without a decoy hash it would be a tenth; the fastest round is the least disturbed one.
  expect(Math.min(...unknownMs) / Math.min(...wrongMs)).toBeGreaterThan(0.6)
})

test('of a hundred guesses at once ten are looked at, and time opens the account again', async () => {
  const { email, password } = await world.user()
  const guesses = Array.from({ length: 100 }, (_, i) => login({ email, password: `guess ${i}` }))
  const statuses = (await Promise.all(guesses)).map(({ status }) => status)
  expect(statuses.filter((status) => status === 401)).toHaveLength(10)
  expect(statuses.filter((status) => status === 429)).toHaveLength(90)

  const locked = await login({ email, password })
  expect(codeOf(locked)).toEqual([429, 'rate_limited'])
  expect(locked.headers.get('retry-after')).toBe('900')
  world.tick(15 * 60_000)
  expect((await login({ email, password })).status).toBe(200)
})

test('a right password gives the tries back', async () => {
  const { email, password } = await world.user()
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 6; i++) await login({ email, password: 'wrong horse' })
    expect((await login({ email, password })).status).toBe(200)
  }
})

test.each([
  ['register', 30],
  ['login', 100],
])('one address may %s %i times an hour', async (action, max) => {
  const headers = somewhere()
  const key = `${action}:from:${headers['x-forwarded-for']}`
  const counted = world.db.prepare('INSERT INTO rate_limits VALUES (?, ?, ?)')
  await counted.bind(key, max - 1, world.now() + 3_600_000).run()
  const act = () =>
    world
      .as()
      .post(`/api/v1/auth/${action}`, { ...signUp, email: `${action}@example.com` }, headers)
  expect((await act()).status).not.toBe(429)
  expect(codeOf(await act())).toEqual([429, 'rate_limited'])
  world.tick(3_600_000)
  expect((await act()).status).not.toBe(429)
})

test('a hash made with less work is renewed at the next sign-in', async () => {
  const { id, email, password } = await world.user()
  const weak = await hashPassword({ PASSWORD_COST: 12 }, password)
  await world.db.prepare('UPDATE passwords SET hash = ? WHERE user_id = ?').bind(weak, id).run()
  expect((await login({ email, password })).status).toBe(200)
  const read = world.db.prepare('SELECT hash FROM passwords WHERE user_id = ?').bind(id)
  const renewed = await until('the hash is renewed', 10_000, async () => {
    const hash = await read.first<string>('hash')
    return hash === weak ? undefined : hash
  })
  expect(renewed).toMatch(/^scrypt\$16384\$8\$5\$/)
  expect((await login({ email, password })).status).toBe(200)
})

test('the auth routes take POST alone', async () => {
  const reply = await world.as().get('/api/v1/auth/login')
  expect(codeOf(reply)).toEqual([405, 'method_not_allowed'])
  expect(reply.headers.get('allow')).toBe('POST')
})
