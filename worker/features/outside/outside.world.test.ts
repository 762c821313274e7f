import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { freePort } from '../../../scripts/lib/edge.ts'
import { type World, createWorld } from '../../test/world.ts'
import {
  type Service,
  begin,
  comeBack,
  cookiesOf,
  goThrough,
  placeOf,
  startService,
  visit,
  whoIs,
} from './test/service.ts'

let world: World
let service: Service
let people = 0

beforeAll(async () => {
  service = await startService()
  const common = { clientId: 'lantern', issuer: service.issuer }
  const providers = [
    { id: 'mock', name: 'Mock', ...common, clientSecret: 's&cret' },
    { id: 'second', name: 'Second', ...common },
    { id: 'down', name: 'Down', ...common, issuer: `http://127.0.0.1:${await freePort()}` },
  ]
  world = await createWorld({ env: { OIDC_PROVIDERS: JSON.stringify(providers) } })
})
afterAll(async () => {
  await world.stop()
  await service.server.stop()
})

/** Each test is another person at the service, unknown here. */
beforeEach(() => {
  people += 1
  service.back = {}
  service.spoil = undefined
  service.claims = {
    ...{ sub: `sub-${people}`, email: `Outside${people}@Example.com`, email_verified: true },
    name: 'Ada Outside',
  }
})

const failed = (outcome: string) => [302, `/login?outside=${outcome}`]
const ended = (outcome: string) => [302, `/account/security?outside=${outcome}`]
const count = (sql: string, ...values: unknown[]) =>
  world.db
    .prepare(`select count(*) as n from ${sql}`)
    .bind(...values)
    .first<number>('n')
const mine = () => `outside_identities where subject = 'sub-${people}'`

test('providers are named, and nothing else of them is shown', async () => {
  const { body } = await world.as().get('/api/v1/auth/providers')
  expect(body.items).toEqual([
    { id: 'mock', name: 'Mock' },
    { id: 'second', name: 'Second' },
    { id: 'down', name: 'Down' },
  ])
})

test('a sign-in begins with PKCE, state, nonce and a cookie for this browser', async () => {
  const { reply, url } = await begin(world)
  const query = new URL(url).searchParams
  expect(Object.fromEntries(query)).toEqual({
    client_id: 'lantern',
    redirect_uri: `${world.url}/api/v1/auth/outside/mock/callback`,
    response_type: 'code',
    scope: 'openid email profile',
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
  })
  expect(reply.headers.getSetCookie()).toEqual([
    expect.stringMatching(
      /^lantern_outside=[\w-]{43}; Path=\/api\/v1\/auth\/outside; Max-Age=600; HttpOnly; SameSite=Lax$/,
    ),
  ])
  expect(url).not.toContain(cookiesOf(reply)['lantern_outside'])
  expect(reply.headers.get('cache-control')).toBe('no-store')
})

test('the address to come back to is never what a request claims', async () => {
  const headers = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' }
  const { body } = await world.as().post('/api/v1/auth/outside/mock', {}, headers)
  expect(new URL(body.url).searchParams.get('redirect_uri')).toContain(world.url)
})

test('somebody new gets an account with a verified address and a workspace', async () => {
  const reply = await goThrough(world, { next: '/watch?v=1#t' })
  expect(placeOf(reply)).toEqual([302, '/watch?v=1#t'])
  expect(cookiesOf(reply)['lantern_outside']).toBe('')
  const { user, workspaces } = await whoIs(world, reply)
  expect(user).toMatchObject({
    ...{ email: `outside${people}@example.com`, isEmailVerified: true, displayName: 'Ada Outside' },
  })
  expect(workspaces).toMatchObject([{ name: 'Ada Outside', role: 'owner' }])
  expect(await count('passwords where user_id = ?', user.id)).toBe(0)
})

test('the second sign-in finds the same account, whatever the address is by then', async () => {
  const first = await whoIs(world, await goThrough(world))
  service.claims['email'] = 'moved@example.com'
  service.claims['email_verified'] = false
  const second = await whoIs(world, await goThrough(world))
  expect(second.user.id).toBe(first.user.id)
  expect(second.user.email).toBe(first.user.email)
})

test('two tabs of somebody new make one account', async () => {
  const tabs = [await begin(world), await begin(world)]
  const paths = await Promise.all(tabs.map(({ url }) => visit(url)))
  const replies = await Promise.all(paths.map((path, i) => comeBack(world, path, tabs[i]!.cookie)))
  expect(replies.map(placeOf)).toEqual([
    [302, '/'],
    [302, '/'],
  ])
  const [one, other] = await Promise.all(replies.map((reply) => whoIs(world, reply)))
  expect(one.user.id).toBe(other.user.id)
})

test('an address that has an account here is not linked to it, and nobody is signed in', async () => {
  const user = await world.user({ email: `outside${people}@example.com` })
  const reply = await goThrough(world)
  expect(placeOf(reply)).toEqual(failed('exists'))
  expect(cookiesOf(reply)).toEqual({ lantern_outside: '' })
  expect(await count('outside_identities where user_id = ?', user.id)).toBe(0)
})

test.each([false, 'true', 1, undefined])(
  'an address of which the service says verified: %j makes no account',
  async (isVerified) => {
    service.claims['email_verified'] = isVerified
    expect(placeOf(await goThrough(world))).toEqual(failed('unverified'))
    expect(await count(mine())).toBe(0)
  },
)

test('what the ID token leaves out is asked for', async () => {
  const { sub, email } = service.claims
  service.claims = { sub }
  service.server.service.once('beforeUserinfo', (info: { body: object }) => {
    info.body = { sub, email, email_verified: true }
  })
  const { user } = await whoIs(world, await goThrough(world))
  expect(user.displayName).toBe(`outside${people}`)
})

test('a suspended account is not entered', async () => {
  const { user } = await whoIs(world, await goThrough(world))
  await world.db.prepare('update users set suspended_at = 1 where id = ?').bind(user.id).run()
  const reply = await goThrough(world)
  expect(placeOf(reply)).toEqual(failed('suspended'))
  expect(cookiesOf(reply)).toEqual({ lantern_outside: '' })
})

test('a second factor that is kept here is still asked for', async () => {
  const { user } = await whoIs(world, await goThrough(world))
  const addTotp = (confirmedAt: number | null) =>
    world.db
      .prepare('insert or replace into totp_factors values (?, ?, 0, 1, ?)')
      .bind(user.id, 'sealed', confirmedAt)
      .run()
  await addTotp(null)
  expect(placeOf(await goThrough(world))).toEqual([302, '/']) // begun, and no factor yet
  await addTotp(1)
  const reply = await goThrough(world, { next: '/studio' })
  expect(reply.headers.get('location')).toMatch(/^\/login#challenge=[\w-]{43}&methods=totp$/)
  expect(cookiesOf(reply)).toEqual({ lantern_outside: '' })
  const open = `challenges where kind = 'second_factor' and user_id = ? and used_at is null`
  expect(await count(open, user.id)).toBe(1)
})

test('a callback works once, also of many at once', async () => {
  const { url, cookie } = await begin(world)
  const path = await visit(url)
  const replies = await Promise.all(Array.from({ length: 6 }, () => comeBack(world, path, cookie)))
  const places = replies.map((reply) => reply.headers.get('location')).toSorted()
  expect(places).toEqual(['/', ...Array.from({ length: 5 }, () => '/login?outside=ended')])
  expect(placeOf(await comeBack(world, path, cookie))).toEqual(failed('ended'))
})

test('a code works once', async () => {
  const first = await begin(world)
  const used = new URLSearchParams((await visit(first.url)).split('?')[1])
  const path = `/api/v1/auth/outside/mock/callback?${used}`
  expect(placeOf(await comeBack(world, path, first.cookie))).toEqual([302, '/'])
  const second = await begin(world)
  const fresh = new URL(second.url).searchParams.get('state')!
  const replay = `/api/v1/auth/outside/mock/callback?code=${used.get('code')}&state=${fresh}`
  expect(placeOf(await comeBack(world, replay, second.cookie))).toEqual(failed('failed'))
})

test('another browser, another state and another service end nothing', async () => {
  const { url, cookie } = await begin(world)
  const other = await begin(world)
  const path = await visit(url)
  const wrong = [
    comeBack(world, path, ''),
    comeBack(world, path, other.cookie),
    comeBack(world, path, 'lantern_outside=short'),
    comeBack(world, path.replace(/state=[^&]+/, 'state=x'), cookie),
    comeBack(world, path.replace(/&?state=[^&]+/, ''), cookie),
  ]
  for (const reply of await Promise.all(wrong)) {
    expect(placeOf(reply)).toEqual(failed('ended'))
    expect(cookiesOf(reply)).toEqual({ lantern_outside: '' })
  }
  expect(placeOf(await comeBack(world, path, cookie))).toEqual([302, '/'])
})

test('what began with one service does not end with another', async () => {
  const { url, cookie } = await begin(world)
  const path = (await visit(url)).replace('/mock/', '/second/')
  expect(placeOf(await comeBack(world, path, cookie))).toEqual(failed('ended'))
})

test('five minutes later it has ended', async () => {
  const { url, cookie } = await begin(world)
  const path = await visit(url)
  world.tick(301_000)
  expect(placeOf(await comeBack(world, path, cookie))).toEqual(failed('ended'))
})

test('who says no there is told so, and no word of the service goes further', async () => {
  service.back = { error: 'access_denied', error_description: '<b>evil</b>' }
  expect(placeOf(await goThrough(world))).toEqual(failed('cancelled'))
  service.back = { error: 'evil<script>' }
  const reply = await goThrough(world)
  expect(placeOf(reply)).toEqual(failed('failed'))
  expect(JSON.stringify([reply.body, ...reply.headers])).not.toContain('evil')
})

test('a service that is down is named, and the next one works', async () => {
  const { reply } = await begin(world, { provider: 'down' })
  expect([reply.status, reply.body.code]).toEqual([502, 'outside_failed'])
  expect(reply.headers.getSetCookie()).toEqual([])
  expect(placeOf(await goThrough(world, { provider: 'second' }))).toEqual([302, '/'])
})

test('an unknown service is not there', async () => {
  const { reply } = await begin(world, { provider: 'other' })
  expect([reply.status, reply.body.code]).toEqual([404, 'not_found'])
})

test.each([
  ...['//evil.com', '///evil.com', '/\\evil.com', '\\\\evil.com', '/\t/evil.com', '/\n/evil.com'],
  ...['https://evil.com', 'https:evil.com', 'evil.com', '@evil.com', 'javascript:alert(1)'],
  ...['data:text/html,x', ' //evil.com', '/a\\b', 'http:/\\evil.com', ' '],
])('%j is no place to go on to', async (next) => {
  const reply = await world.as().post('/api/v1/auth/outside/mock', { next })
  expect([reply.status, reply.body.code]).toEqual([422, 'invalid_fields'])
})

test.each(['/.//evil.com', '/a/..//evil.com', '/%2e//evil.com', '/\0/evil.com'])(
  '%j leads home',
  async (next) => {
    expect(placeOf(await goThrough(world, { next }))).toEqual([302, '/'])
  },
)

test('a page of another site cannot begin', async () => {
  const headers = { origin: 'https://evil.example' }
  const reply = await world.as().post('/api/v1/auth/outside/mock', {}, headers)
  expect([reply.status, reply.body.code]).toEqual([403, 'forbidden'])
})

test('a linked account signs in, its holder hears of it, and no session is made', async () => {
  const user = await world.user()
  const reply = await goThrough(world, { by: user })
  expect(placeOf(reply)).toEqual(ended('linked'))
  expect(cookiesOf(reply)).toEqual({ lantern_outside: '' })
  expect((await whoIs(world, await goThrough(world))).user.id).toBe(user.id)
  const { results } = await world.db
    .prepare(`select subject, text from mails where user_id = ? and kind = 'outside_linked'`)
    .bind(user.id)
    .all()
  expect(results).toMatchObject([{ subject: 'You can now sign in with Mock' }])
  expect(results[0]!['text']).toContain(`${world.url}/account/security`)
  expect(placeOf(await goThrough(world, { by: user }))).toEqual(ended('linked'))
  const facts = `events where kind = 'outside.linked' and actor_id = ?`
  expect(await count(facts, user.id)).toBe(1)
})

test('an account there that opens another one here is taken', async () => {
  await goThrough(world)
  const user = await world.user()
  expect(placeOf(await goThrough(world, { by: user }))).toEqual(ended('taken'))
  expect(await count('outside_identities where user_id = ?', user.id)).toBe(0)
})

test('two who link one account at once: one gets it', async () => {
  const users = [await world.user(), await world.user()]
  const begun = await Promise.all(users.map((by) => begin(world, { by })))
  const paths = await Promise.all(begun.map(({ url }) => visit(url)))
  const replies = await Promise.all(paths.map((path, i) => comeBack(world, path, begun[i]!.cookie)))
  const places = replies.map((reply) => reply.headers.get('location')).toSorted()
  expect(places).toEqual(['linked', 'taken'].map((one) => ended(one)[1]))
  expect(await count(mine())).toBe(1)
})

test('one account of a service is linked at a time', async () => {
  const user = await world.user()
  await goThrough(world, { by: user })
  service.claims['sub'] = `sub-${people}-other`
  expect(placeOf(await goThrough(world, { by: user }))).toEqual(ended('already'))
})

test('a session that has ended meanwhile links nothing', async () => {
  const user = await world.user()
  const { url, cookie } = await begin(world, { by: user })
  await world.as().post('/api/v1/auth/logout', undefined, { cookie: user.refreshCookie })
  expect(placeOf(await comeBack(world, await visit(url), cookie))).toEqual(ended('ended'))
  expect(await count(mine())).toBe(0)
})

test('linking and unlinking ask for a confirmation', async () => {
  const user = await world.user()
  world.tick(601_000)
  const { reply } = await begin(world, { by: user })
  expect(reply.body.code).toBe('step_up_required')
  const unlinked = await world.as(user).delete('/api/v1/me/outside/mock')
  expect(unlinked.body.code).toBe('step_up_required')
})

test('what is unlinked opens nothing any more', async () => {
  const user = await world.user()
  await goThrough(world, { by: user })
  expect((await world.as(user).delete('/api/v1/me/outside/mock')).status).toBe(204)
  expect((await world.as(user).delete('/api/v1/me/outside/mock')).status).toBe(404)
  expect((await whoIs(world, await goThrough(world))).user.id).not.toBe(user.id)
})

test('the last way in stays, also of two unlinked at once', async () => {
  const { bearer, user } = await whoIs(world, await goThrough(world))
  const unlink = (id: string) => world.as().delete(`/api/v1/me/outside/${id}`, undefined, bearer)
  expect((await unlink('mock')).body.code).toBe('last_factor')
  const link = 'insert into outside_identities values (?, ?, ?, ?, 1, null)'
  const add = (provider: string) =>
    world.db.prepare(link).bind(provider, `sub-${people}`, user.id, '').run()
  await add('gone') // a service that this server no longer knows lets nobody in
  expect((await unlink('mock')).body.code).toBe('last_factor')
  await add('second')
  const replies = await Promise.all([unlink('mock'), unlink('second')])
  expect(replies.map(({ status }) => status).toSorted()).toEqual([204, 409])
})
