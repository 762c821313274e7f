import { createHash, createPublicKey } from 'node:crypto'
import { drizzle } from 'drizzle-orm/d1'
import { SignJWT, UnsecuredJWT, decodeJwt, generateKeyPair, importJWK } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Reply } from '../../scripts/lib/client.ts'
import type { Ctx } from '../core/context.ts'
import { signTaskToken } from '../core/token.ts'
import { forgetEndedSessions } from '../features/auth/session.ts'
import type { TestUser } from './user.ts'
import { type World, createWorld } from './world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => {
  console.log(
    world.logs
      .filter((l) => l.includes('error'))
      .slice(0, 3)
      .join('\n'),
  )
  return world.stop()
})

const secondMs = 1000
const hourMs = 3600 * secondMs
const dayMs = 24 * hourMs

const refresh = (cookie: string, headers = {}) =>
  world.as().post('/api/v1/auth/refresh', undefined, { cookie, ...headers })
const logout = (cookie: string, headers = {}) =>
  world.as().post('/api/v1/auth/logout', undefined, { cookie, ...headers })
const me = (accessToken: string) =>
  world.as().get('/api/v1/me', { authorization: `Bearer ${accessToken}` })

const codeOf = (reply: Reply) => [reply.status, reply.body?.code]
const cookieOf = (reply: Reply) => reply.headers.getSetCookie()[0]?.split(';')[0] ?? ''
const cleared = 'lantern_refresh=; Path=/api/v1/auth; Max-Age=0; HttpOnly; SameSite=Strict'
const sessionOf = (user: TestUser) => decodeJwt(user.accessToken)['sid'] as string

test('an access token opens for 30 minutes', async () => {
  const user = await world.user()
  world.tick(1799 * secondMs)
  expect((await me(user.accessToken)).status).toBe(200)
  world.tick(2 * secondMs)
  expect(codeOf(await me(user.accessToken))).toEqual([401, 'token_expired'])
})

test('a refresh gives a new pair, and the new cookie goes on', async () => {
  const user = await world.user()
  const first = await refresh(user.refreshCookie)
  expect(first.status).toBe(200)
  expect(first.body.user.id).toBe(user.id)
  expect(first.headers.get('cache-control')).toBe('no-store')
  expect(first.headers.getSetCookie()[0]).toMatch(
    /^lantern_refresh=[\w-]{43}; Path=\/api\/v1\/auth; Max-Age=604800; HttpOnly; SameSite=Strict$/,
  )
  expect(cookieOf(first)).not.toBe(user.refreshCookie)
  expect((await me(first.body.accessToken)).status).toBe(200)
  world.tick(hourMs)
  expect((await refresh(cookieOf(first))).status).toBe(200)
})

test('a refresh cookie lives seven days from its last use', async () => {
  const user = await world.user()
  world.tick(7 * dayMs - hourMs)
  const inTime = await refresh(user.refreshCookie)
  expect(inTime.status).toBe(200)
  world.tick(7 * dayMs + secondMs)
  const late = await refresh(cookieOf(inTime))
  expect(codeOf(late)).toEqual([401, 'session_ended'])
  expect(late.headers.getSetCookie()).toEqual([cleared])
})

test('a session ends after 90 days however often it is refreshed', async () => {
  let cookie = (await world.user()).refreshCookie
  for (let week = 0; week < 14; week++) {
    world.tick(6.4 * dayMs)
    const reply = await refresh(cookie)
    expect(reply.status).toBe(200)
    cookie = cookieOf(reply)
    // Day 89.6: the cookie lasts no longer than the session.
    if (week === 13) expect(reply.headers.getSetCookie()[0]).toContain('Max-Age=34560;')
  }
  world.tick(0.4 * dayMs)
  expect(codeOf(await refresh(cookie))).toEqual([401, 'session_ended'])
})

test('twenty refreshes at once have one successor', async () => {
  for (let round = 0; round < 5; round++) {
    const user = await world.user()
    const calls = Array.from({ length: 20 }, () => refresh(user.refreshCookie))
    const replies = await Promise.all(calls)
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200))
    expect(new Set(replies.map(cookieOf)).size).toBe(1)
    const live = await world.db
      .prepare('SELECT count(*) AS n FROM refresh_tokens WHERE session_id = ? AND used_at IS NULL')
      .bind(sessionOf(user))
      .first('n')
    expect(live).toBe(1)
    expect((await refresh(cookieOf(replies[0]!))).status).toBe(200)
  }
})

test('a lost reply may be fetched again for ten seconds', async () => {
  const user = await world.user()
  const first = await refresh(user.refreshCookie)
  world.tick(10 * secondMs)
  const again = await refresh(user.refreshCookie)
  expect(again.status).toBe(200)
  expect(cookieOf(again)).toBe(cookieOf(first))
})

test('a reuse ends the whole family at once, and is on record once', async () => {
  const user = await world.user()
  const elsewhere = cookieOf(
    await world.as().post('/api/v1/auth/login', { email: user.email, password: user.password }),
  )
  const thief = await refresh(user.refreshCookie)
  world.tick(11 * secondMs)
  const reused = await Promise.all([refresh(user.refreshCookie), refresh(user.refreshCookie)])
  for (const reply of reused) {
    expect(codeOf(reply)).toEqual([401, 'session_ended'])
    expect(reply.headers.getSetCookie()).toEqual([cleared])
  }
  expect(codeOf(await refresh(cookieOf(thief)))).toEqual([401, 'session_ended'])
  const { results } = await world.db
    .prepare(`SELECT data FROM events WHERE kind = 'session.reuse_detected'`)
    .all()
  expect(results.map(({ data }) => JSON.parse(String(data)))).toEqual([
    { userId: user.id, sessionId: sessionOf(user) },
  ])
  // The other device signed in by itself.
  expect((await refresh(elsewhere)).status).toBe(200)
})

test('signing out ends the session, also with a cookie used before, and clears it', async () => {
  const user = await world.user()
  const next = cookieOf(await refresh(user.refreshCookie))
  const reply = await logout(user.refreshCookie)
  expect(reply.status).toBe(204)
  expect(reply.headers.getSetCookie()).toEqual([cleared])
  expect(codeOf(await refresh(next))).toEqual([401, 'session_ended'])
  expect((await logout(next)).status).toBe(204)
})

test('without a session there is nothing to sign out of or to refresh', async () => {
  const unknown = `lantern_refresh=${'A'.repeat(43)}`
  expect((await world.as().post('/api/v1/auth/logout')).status).toBe(204)
  expect((await logout(unknown)).status).toBe(204)
  expect(codeOf(await world.as().post('/api/v1/auth/refresh'))).toEqual([401, 'unauthorized'])
  expect(codeOf(await refresh('lantern_refresh=short'))).toEqual([401, 'unauthorized'])
  expect(codeOf(await refresh(unknown))).toEqual([401, 'session_ended'])
})

test('a session is refreshed 120 times in a quarter of an hour at most', async () => {
  const user = await world.user()
  await world.db
    .prepare('INSERT INTO rate_limits VALUES (?, 120, ?)')
    .bind(`refresh:${sessionOf(user)}`, world.now() + 900 * secondMs)
    .run()
  expect(codeOf(await refresh(user.refreshCookie))).toEqual([429, 'rate_limited'])
  world.tick(900 * secondMs)
  expect((await refresh(user.refreshCookie)).status).toBe(200)
})

test('a page of another site can neither refresh nor sign out', async () => {
  const user = await world.user()
  const foreign = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `${world.url}.evil.example` },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ]
  for (const headers of foreign) {
    for (const call of [refresh, logout]) {
      const reply = await call(user.refreshCookie, headers)
      expect(codeOf(reply)).toEqual([403, 'forbidden'])
      expect(reply.headers.getSetCookie()).toEqual([])
    }
  }
  const own = { origin: world.url, 'sec-fetch-site': 'same-origin' }
  expect((await refresh(user.refreshCookie, own)).status).toBe(200)
})

test('the public keys verify a token, may be kept, and hold nothing private', async () => {
  const reply = await world.as().get('/.well-known/jwks.json')
  expect(reply.headers.get('cache-control')).toBe('public, max-age=300')
  expect(reply.headers.get('access-control-allow-origin')).toBe('*')
  for (const key of reply.body.keys) {
    expect(Object.keys(key).toSorted()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
  }
})

/** The claims of a good token, and the key that signs: forgeries change one thing each. */
async function forge(user: TestUser) {
  const [jwk] = JSON.parse(world.secrets.JWT_KEYS)
  const key = await importJWK(jwk, 'RS256')
  const header = { alg: 'RS256', kid: jwk.kid as string, typ: 'at+jwt' }
  const sign = (changed: object, head: object = {}, signer: Parameters<SignJWT['sign']>[0] = key) =>
    new SignJWT({ ...decodeJwt(user.accessToken), ...changed })
      .setProtectedHeader({ ...header, ...head })
      .sign(signer)
  return { jwk, sign }
}

test('a forged token is refused, and never as expired', async () => {
  const user = await world.user()
  const { jwk, sign } = await forge(user)
  expect((await me(await sign({}))).status).toBe(200)

  const { n, e } = jwk
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' })
  const pem = Buffer.from(publicKey.export({ type: 'spki', format: 'pem' }))
  const stranger = await generateKeyPair('RS256')
  const [head = '', claims = '', signature = ''] = user.accessToken.split('.')
  const foreignClaims = Buffer.from(claims, 'base64url').toString().replace('usr_', 'usr_x')
  const taskCtx = { config: { TASK_SECRET: world.secrets.TASK_SECRET } } as Ctx
  const taskClaim = {
    taskId: 'tsk_00000000000000000000000000',
    attempt: 1,
    leaseId: 'lse_00000000000000000000000000',
  } as const

  const forgeries: Record<string, string> = {
    'alg none': new UnsecuredJWT(decodeJwt(user.accessToken)).encode(),
    'HS256 with the public key': await sign({}, { alg: 'HS256' }, pem),
    'RS512 with the right key': await sign({}, { alg: 'RS512' }, await importJWK(jwk, 'RS512')),
    'PS256 with the right key': await sign({}, { alg: 'PS256' }, await importJWK(jwk, 'PS256')),
    'a key of its own': await sign({}, {}, stranger.privateKey),
    'a key in its header': await sign(
      {},
      { jwk: { kty: 'RSA', n, e }, kid: 'own' },
      stranger.privateKey,
    ),
    'an unknown kid': await sign({}, { kid: 'other' }),
    'a path as kid': await sign({}, { kid: '../../dev/null' }),
    'no kid': await sign({}, { kid: undefined }),
    'another typ': await sign({}, { typ: 'JWT' }),
    'another audience': await sign({ aud: 'other-api' }),
    'no audience': await sign({ aud: undefined }),
    'another issuer': await sign({ iss: 'other' }),
    'no end': await sign({ exp: undefined }),
    'a start to come': await sign({ nbf: Math.floor(world.now() / 1000) + 3600 }),
    'no session': await sign({ sid: undefined }),
    'a subject that is no user': await sign({ sub: 'wsp_00000000000000000000000000' }),
    'a user who is not': await sign({ sub: 'usr_00000000000000000000000000' }),
    'changed claims': `${head}.${Buffer.from(foreignClaims).toString('base64url')}.${signature}`,
    'no signature': `${head}.${claims}.`,
    'a refresh token': user.refreshCookie.split('=')[1]!,
    'a task token': await signTaskToken(taskCtx, taskClaim, world.now() + hourMs),
    'half a token': user.accessToken.slice(0, 40),
    dots: '..',
  }
  for (const [name, token] of Object.entries(forgeries)) {
    expect([name, ...codeOf(await me(token))]).toEqual([name, 401, 'unauthorized'])
  }
})

test.each(['Bearer', 'Bearer ', 'Basic YTpi', 'Bearer a b', 'bearer\t', 'x'.repeat(4000)])(
  'an Authorization of %s is refused, not a fault',
  async (authorization) => {
    const reply = await world.as().get('/api/v1/me', { authorization })
    expect(codeOf(reply)).toEqual([401, 'unauthorized'])
    expect(codeOf(await world.as().get('/api/v1/me'))).toEqual([401, 'unauthorized'])
  },
)

test('an access token in the refresh cookie is none', async () => {
  const user = await world.user()
  const reply = await refresh(`lantern_refresh=${user.accessToken}`)
  expect(codeOf(reply)).toEqual([401, 'unauthorized'])
})

test('the cleaner forgets what has ended and leaves the rest', async () => {
  const [ended, idle, live] = [await world.user(), await world.user(), await world.user()]
  world.tick(6 * dayMs)
  const next = await refresh(live.refreshCookie)
  await logout(ended.refreshCookie)
  world.tick(2 * dayMs)

  const db = drizzle(world.db as unknown as D1Database)
  await forgetEndedSessions({ db, now: world.now } as unknown as Ctx)
  const { results } = await world.db.prepare('SELECT id FROM sessions').all()
  const left = results.map(({ id }) => id)
  expect(left).toContain(sessionOf(live))
  expect(left).not.toContain(sessionOf(ended))
  expect(left).not.toContain(sessionOf(idle))
  const { results: tokens } = await world.db.prepare('SELECT hash FROM refresh_tokens').all()
  const hash = createHash('sha256').update(cookieOf(next).split('=')[1]!).digest('hex')
  expect(tokens.map((row) => row['hash'])).toContain(hash)
  expect((await refresh(cookieOf(next))).status).toBe(200)
})
