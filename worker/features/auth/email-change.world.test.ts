import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Reply } from '../../../scripts/lib/client.ts'
import { listFacts, listLetters, readToken } from '../../test/account-mail.ts'
import { lateCtx } from '../../test/late-ctx.ts'
import type { TestUser } from '../../test/user.ts'
import { type World, createWorld } from '../../test/world.ts'
import { startEmailChange } from './email-change.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.stop())

const hourMs = 3600_000
let addresses = 0
const newAddress = () => `moved${++addresses}@example.com`

const start = (user: Pick<TestUser, 'accessToken'>, email: string) =>
  world.as(user as TestUser).post('/api/v1/me/email-change', { email })
const waiting = async (user: TestUser) =>
  (await world.as(user).get('/api/v1/me/email-change')).body.change
const cancel = (user: TestUser) => world.as(user).delete('/api/v1/me/email-change')
const confirm = (token: string) => world.as().post('/api/v1/auth/confirm-email', { token })
const login = (email: string, password: string) =>
  world.as().post('/api/v1/auth/login', { email, password })
const me = (user: Pick<TestUser, 'accessToken'>) => world.as(user as TestUser).get('/api/v1/me')
const codeOf = ({ status, body }: Reply) => [status, body?.code]
const tokenTo = (to: string, count = 1) => readToken(world, { to, kind: 'email_change', count })
const kindsOf = async (address: string) =>
  (await listLetters(world, address)).map(({ kind }) => kind)

/** Somebody who has asked for a change, and both its links. */
async function begin() {
  const user = await world.user()
  const email = newAddress()
  expect((await start(user, email)).status).toBe(200)
  return { user, email, old: await tokenTo(user.email), now: await tokenTo(email) }
}

async function expectMoved({ user, email }: { user: TestUser; email: string }) {
  const { body } = await me(user)
  expect(body.user).toMatchObject({ email, isEmailVerified: true })
  expect(await waiting(user)).toBeNull()
  expect((await login(email, user.password)).status).toBe(200)
  expect(codeOf(await login(user.email, user.password))).toEqual([401, 'invalid_credentials'])
  expect(await listFacts(world, 'user.email_changed', user.id)).toEqual([
    { userId: user.id, actorId: user.id },
  ])
  for (const address of [user.email, email]) {
    const notices = (await kindsOf(address)).filter((kind) => kind === 'email_changed')
    expect(notices).toHaveLength(1)
  }
}

test('a change waits for both addresses, and then ends all other sessions', async () => {
  const user = await world.user()
  const elsewhere = await login(user.email, user.password)
  const email = newAddress()
  const begun = await start(user, email.toUpperCase())
  const change = {
    ...{ email, isOldConfirmed: false, isNewConfirmed: false },
    endsAt: new Date(world.now() + 24 * hourMs).toISOString(),
  }
  expect([begun.status, begun.body]).toEqual([200, change])
  expect(await waiting(user)).toEqual(change)
  const letters = await listLetters(world, user.email)
  expect(letters[0]!.text).toContain(email)

  const old = await tokenTo(user.email)
  expect((await confirm(old)).body).toEqual({ outcome: 'waiting' })
  expect(await waiting(user)).toEqual({ ...change, isOldConfirmed: true })
  expect((await me(user)).body.user.email).toBe(user.email)
  expect(codeOf(await confirm(old))).toEqual([410, 'link_ended'])

  expect((await confirm(await tokenTo(email))).body).toEqual({ outcome: 'changed' })
  expect(codeOf(await me(elsewhere.body))).toEqual([401, 'unauthorized'])
  await expectMoved({ user, email })
  const facts = await listFacts(world, 'user.email_change_started', user.id)
  expect(facts).toEqual([{ userId: user.id, actorId: user.id }])
})

test('the new address may confirm first', async () => {
  const begun = await begin()
  expect((await confirm(begun.now)).body).toEqual({ outcome: 'waiting' })
  expect(await waiting(begun.user)).toMatchObject({ isOldConfirmed: false, isNewConfirmed: true })
  expect((await confirm(begun.old)).body).toEqual({ outcome: 'changed' })
  await expectMoved(begun)
})

test('both at once, each ten times, make one change', async () => {
  for (let round = 0; round < 3; round++) {
    const begun = await begin()
    const tokens = Array.from({ length: 20 }, (_, i) => (i % 2 ? begun.old : begun.now))
    const replies = await Promise.all(tokens.map(confirm))
    const outcomes = replies.map(({ body }) => body.outcome ?? body.code)
    expect(outcomes.toSorted()).toEqual([
      'changed',
      ...Array.from({ length: 18 }, () => 'link_ended'),
      'waiting',
    ])
    await expectMoved(begun)
  }
})

test('links before a change open nothing after it', async () => {
  const { user, old, now } = await begin()
  await world.as().post('/api/v1/auth/forgot-password', { email: user.email })
  const reset = await readToken(world, { to: user.email, kind: 'reset' })
  await confirm(old)
  await confirm(now)
  const body = { token: reset, password: 'by the old address' }
  const reply = await world.as().post('/api/v1/auth/reset-password', body)
  expect(codeOf(reply)).toEqual([410, 'link_ended'])
})

test('a change lives for 24 hours', async () => {
  const { user, old, now } = await begin()
  expect((await confirm(old)).status).toBe(200)
  world.tick(24 * hourMs)
  expect(codeOf(await confirm(now))).toEqual([410, 'link_ended'])
  const again = await login(user.email, user.password)
  expect(await waiting({ ...user, accessToken: again.body.accessToken })).toBeNull()
})

test('keeping the address kills both links, also where one was used', async () => {
  const [untouched, half] = [await begin(), await begin()]
  expect((await confirm(half.now)).body).toEqual({ outcome: 'waiting' })
  for (const { user, old, now } of [untouched, half]) {
    expect((await cancel(user)).status).toBe(204)
    expect(await waiting(user)).toBeNull()
    expect((await cancel(user)).status).toBe(204)
    for (const token of [old, now]) {
      expect(codeOf(await confirm(token))).toEqual([410, 'link_ended'])
    }
    expect((await me(user)).body.user.email).toBe(user.email)
  }
})

test('keeping the address while both confirm it leaves one of two clean ends', async () => {
  for (let round = 0; round < 5; round++) {
    const { user, email, old, now } = await begin()
    await Promise.all([confirm(old), cancel(user), confirm(now)])
    const reached = (await me(user)).body.user.email
    expect([user.email, email]).toContain(reached)
    expect(await waiting(user)).toBeNull()
    const facts = await listFacts(world, 'user.email_changed', user.id)
    expect(facts).toHaveLength(reached === email ? 1 : 0)
    expect((await kindsOf(email)).filter((kind) => kind === 'email_changed')).toHaveLength(
      facts.length,
    )
  }
})

test('a second change ends the links of the first', async () => {
  const { user, old, now } = await begin()
  await confirm(old)
  const email = newAddress()
  expect((await start(user, email)).body).toMatchObject({ email, isOldConfirmed: false })
  for (const token of [old, now]) expect(codeOf(await confirm(token))).toEqual([410, 'link_ended'])
  await confirm(await tokenTo(email))
  expect((await confirm(await tokenTo(user.email, 2))).body).toEqual({ outcome: 'changed' })
  await expectMoved({ user, email })
})

test('an address that has an account is asked for like any other, and its holder is told', async () => {
  const [user, holder] = [await world.user(), await world.user()]
  const free = newAddress()
  const other = await start(user, free)
  const taken = await start(user, holder.email)
  expect([taken.status, { ...taken.body, email: '' }]).toEqual([200, { ...other.body, email: '' }])
  expect([...taken.headers.keys()]).toEqual([...other.headers.keys()])

  const [letter] = await listLetters(world, holder.email)
  expect(letter).toMatchObject({ subject: 'This address has an account already', token: undefined })
  expect(letter!.text).not.toContain('#token=')
  expect(letter!.text).not.toContain(user.email)
  const { results } = await world.db
    .prepare(`SELECT kind, user_id FROM mails WHERE recipient IN (?, ?) AND kind = 'email_change'`)
    .bind(free, holder.email)
    .all()
  expect(results).toEqual(results.map(() => ({ kind: 'email_change', user_id: null })))
  expect((await confirm(await tokenTo(user.email, 2))).body).toEqual({ outcome: 'waiting' })
  expect((await me(holder)).body.user.email).toBe(holder.email)
})

test('an address that was taken meanwhile is not had, and nothing is lost', async () => {
  const { user, email, old, now } = await begin()
  expect((await confirm(old)).body).toEqual({ outcome: 'waiting' })
  const other = await world.user({ email })
  const before = await waiting(user)
  expect(codeOf(await confirm(now))).toEqual([409, 'email_taken'])
  expect(await waiting(user)).toEqual(before)
  expect((await me(user)).body.user.email).toBe(user.email)
  expect((await me(other)).body.user.email).toBe(email)
  expect(await kindsOf(user.email)).not.toContain('email_changed')
  // Free again, the same link makes the change.
  const free = world.db.prepare(`UPDATE users SET email = 'gone@example.com' WHERE id = ?`)
  await free.bind(other.id).run()
  expect((await confirm(now)).body).toEqual({ outcome: 'changed' })
  await expectMoved({ user, email })
})

test('one of two accounts that move to one address gets it', async () => {
  const email = newAddress()
  const users = [await world.user(), await world.user()]
  const tokens: string[] = []
  for (const [i, user] of users.entries()) {
    await start(user, email)
    await confirm(await tokenTo(user.email))
    tokens.push(await tokenTo(email, i + 1))
  }
  const replies = await Promise.all(tokens.map(confirm))
  expect(replies.map(({ body }) => body.outcome ?? body.code).toSorted()).toEqual([
    'changed',
    'email_taken',
  ])
})

test('the address that one has is no new one, and five an hour are enough', async () => {
  const user = await world.user()
  const same = await start(user, user.email.toUpperCase())
  expect(codeOf(same)).toEqual([422, 'invalid_fields'])
  expect(same.body.errors[0].field).toBe('email')
  const replies = await Promise.all(Array.from({ length: 7 }, () => start(user, newAddress())))
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(5)
  expect(codeOf(await start(user, newAddress()))).toEqual([429, 'rate_limited'])
})

test('starting asks for a confirmation that is fresh; looking and keeping do not', async () => {
  const { user } = await begin()
  world.tick(10 * 60_000 + 1)
  expect(codeOf(await start(user, newAddress()))).toEqual([403, 'step_up_required'])
  expect(await waiting(user)).not.toBeNull()
  expect((await cancel(user)).status).toBe(204)
  expect((await world.as().get('/api/v1/me/email-change')).status).toBe(401)
})

test('nobody sees or ends the change of another', async () => {
  const { user } = await begin()
  const other = await world.user()
  expect(await waiting(other)).toBeNull()
  await cancel(other)
  expect(await waiting(user)).not.toBeNull()
})

test('a session that ends while it asks starts no change', async () => {
  const { user, old } = await begin()
  const thief = await login(user.email, user.password)
  await world.as(user).delete('/api/v1/me/sessions')
  const late = lateCtx(world, thief.body.accessToken)
  const email = newAddress()
  await expect(startEmailChange(late, email)).rejects.toThrow('session has ended')
  expect(await listLetters(world, email)).toEqual([])
  expect((await confirm(old)).body).toEqual({ outcome: 'waiting' })
})
