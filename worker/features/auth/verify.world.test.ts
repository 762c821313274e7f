import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Reply } from '../../../scripts/lib/client.ts'
import { listFacts, listLetters, readToken } from '../../test/account-mail.ts'
import type { TestUser } from '../../test/user.ts'
import { type World, createWorld } from '../../test/world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.stop())

const hourMs = 3600_000
const confirm = (token: string) => world.as().post('/api/v1/auth/confirm-email', { token })
const resend = (user: TestUser) => world.as(user).post('/api/v1/me/verification')
const codeOf = ({ status, body }: Reply) => [status, body?.code]
const isVerified = async (user: TestUser) =>
  (await world.as(user).get('/api/v1/me')).body.user.isEmailVerified as boolean
const tokenOf = ({ email }: TestUser, count = 1) =>
  readToken(world, { to: email, kind: 'verify', count })

test('signing up mails a link, and the link confirms the address once', async () => {
  const user = await world.user({ isVerified: false })
  const [letter] = await listLetters(world, user.email)
  expect(letter!.text).toContain(`${world.url}/verify#token=`)
  expect(await isVerified(user)).toBe(false)

  const reply = await confirm(letter!.token!)
  expect([reply.status, reply.body]).toEqual([200, { outcome: 'verified' }])
  expect(await isVerified(user)).toBe(true)
  expect(codeOf(await confirm(letter!.token!))).toEqual([410, 'link_ended'])
  expect(await listFacts(world, 'user.verified', user.id)).toEqual([
    { userId: user.id, actorId: user.id },
  ])
})

test('of twenty uses at once one counts', async () => {
  const user = await world.user({ isVerified: false })
  const token = await tokenOf(user)
  const replies = await Promise.all(Array.from({ length: 20 }, () => confirm(token)))
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(replies.filter(({ status }) => status === 410)).toHaveLength(19)
  expect(await listFacts(world, 'user.verified', user.id)).toHaveLength(1)
})

test('the link is kept as a hash alone', async () => {
  const user = await world.user({ isVerified: false })
  const token = await tokenOf(user)
  for (const table of ['email_tokens', 'events']) {
    const { results } = await world.db.prepare(`SELECT * FROM ${table}`).all()
    expect(JSON.stringify(results)).not.toContain(token)
  }
})

test('the link lives for 24 hours', async () => {
  const [early, late] = [
    await world.user({ isVerified: false }),
    await world.user({ isVerified: false }),
  ]
  const tokens = [await tokenOf(early), await tokenOf(late)] as const
  world.tick(24 * hourMs - 1000)
  expect((await confirm(tokens[0])).status).toBe(200)
  world.tick(1000)
  expect(codeOf(await confirm(tokens[1]))).toEqual([410, 'link_ended'])
})

test('a link proves the address that it was sent to and no other', async () => {
  const user = await world.user({ isVerified: false })
  const token = await tokenOf(user)
  const move = world.db.prepare('UPDATE users SET email = ? WHERE id = ?')
  await move.bind('another@example.com', user.id).run()
  expect(codeOf(await confirm(token))).toEqual([410, 'link_ended'])
  expect(await isVerified(user)).toBe(false)
})

test('a link of another kind confirms nothing', async () => {
  const user = await world.user({ isVerified: false })
  await world.as().post('/api/v1/auth/forgot-password', { email: user.email })
  const reset = await readToken(world, { to: user.email, kind: 'reset' })
  expect(codeOf(await confirm(reset))).toEqual([410, 'link_ended'])
  expect(await isVerified(user)).toBe(false)
})

test.each(['x', 'A'.repeat(43), `' OR 1=1 --`])('%s is no link', async (token) => {
  expect(codeOf(await confirm(token))).toEqual([410, 'link_ended'])
})

test('a new link ends the one before', async () => {
  const user = await world.user({ isVerified: false })
  const first = await tokenOf(user)
  expect((await resend(user)).status).toBe(204)
  const second = await tokenOf(user, 2)
  expect(second).not.toBe(first)
  expect(codeOf(await confirm(first))).toEqual([410, 'link_ended'])
  expect((await confirm(second)).status).toBe(200)
})

test('of links sent at once one is good', async () => {
  const user = await world.user({ isVerified: false })
  await Promise.all([resend(user), resend(user), resend(user)])
  const letters = await listLetters(world, user.email)
  expect(letters).toHaveLength(4)
  const replies = await Promise.all(letters.map(({ token }) => confirm(token!)))
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
})

test('five links an hour are sent again, and none where the address is confirmed', async () => {
  const user = await world.user({ isVerified: false })
  const replies = await Promise.all(Array.from({ length: 8 }, () => resend(user)))
  expect(replies.filter(({ status }) => status === 204)).toHaveLength(5)
  expect(codeOf(await resend(user))).toEqual([429, 'rate_limited'])
  expect(await listLetters(world, user.email)).toHaveLength(6)

  const verified = await world.user()
  expect((await resend(verified)).status).toBe(204)
  expect(await listLetters(world, verified.email)).toHaveLength(1)
  expect((await world.as().post('/api/v1/me/verification')).status).toBe(401)
})

test('the cleaner forgets links that can no longer be used, and leaves the rest', async () => {
  const old = await world.user({ isVerified: false })
  world.tick(24 * hourMs)
  const fresh = await world.user({ isVerified: false })
  await world.cron('*/15 * * * *')
  const { results } = await world.db.prepare('SELECT user_id FROM email_tokens').all()
  const left = results.map((row) => row['user_id'])
  expect(left).toContain(fresh.id)
  expect(left).not.toContain(old.id)
})
