import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestUser } from './user.ts'
import { type World, createWorld } from './world.ts'

let world: World
let user: TestUser
beforeAll(async () => {
  world = await createWorld({ callsAMinute: 40 })
  user = await world.user()
})
afterAll(() => world.stop())

test('every answer of the API forbids to be run, framed or guessed at', async () => {
  for (const path of ['/api/v1/me', '/api/v1/nothing', '/healthz', '/api/v1/openapi.json']) {
    const { headers } = await world.as(user).get(path)
    const shown = Object.fromEntries(headers)
    expect(shown, path).toMatchObject({
      'content-security-policy':
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'strict-origin-when-cross-origin',
    })
  }
})

test('a counted route says how much is left, and a refused one when to come back', async () => {
  const ask = () => world.as().post('/api/v1/auth/login', { email: user.email, password: 'wrong' })
  const { headers } = await ask()
  expect(headers.get('ratelimit-policy')).toMatch(
    /"login:from";q=\d+;w=3600, "login:as";q=10;w=900/,
  )
  expect(headers.get('ratelimit')).toMatch(/"login:as";r=9;t=900$/)
  for (let tries = 0; tries < 9; tries++) await ask()
  const refused = await ask()
  expect(refused.status).toBe(429)
  expect(refused.headers.get('retry-after')).toBe('900')
  expect(refused.headers.get('ratelimit')).toMatch(/"login:as";r=0;t=900$/)
})

test('one person who calls too often waits, and nobody else', async () => {
  const other = await world.user()
  const calls = Array.from({ length: 80 }, () => world.as(user).get('/api/v1/me'))
  const replies = await Promise.all(calls)
  const refused = replies.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThan(30)
  expect(replies.filter(({ status }) => status === 200).length).toBeGreaterThan(10)
  expect(refused[0]!.body.code).toBe('rate_limited')
  expect(refused[0]!.headers.get('retry-after')).toBe('60')
  expect(refused[0]!.headers.get('ratelimit-policy')).toBe('"api";q=40;w=60')
  expect((await world.as(other).get('/api/v1/me')).status).toBe(200)
})

test('no answer lets a page of another site read what a signed-in person may', async () => {
  const origins = ['https://evil.example', 'null', world.url]
  for (const origin of origins) {
    for (const path of ['/api/v1/me', '/api/v1/videos', '/api/v1/auth/refresh']) {
      const { headers } = await world.as(user).get(path, { origin })
      expect(headers.get('access-control-allow-origin'), `${path} ${origin}`).toBeNull()
      expect(headers.get('access-control-allow-credentials')).toBeNull()
    }
  }
})
