import { afterAll, beforeAll, expect, test } from 'vitest'
import { readTables } from './matrix-state.ts'
import type { TestUser } from './user.ts'
import { type World, createWorld } from './world.ts'

let world: World
let user: TestUser
beforeAll(async () => {
  world = await createWorld()
  user = await world.user()
})
afterAll(() => world.stop())

/** Everything but the origin itself, whose every look-alike is here. */
function hostileOrigins(): string[] {
  const { protocol, hostname, port, host, origin } = new URL(world.url)
  return [
    'null',
    'https://evil.example',
    'http://evil.example',
    `https://${host}`,
    `${protocol}//${hostname}`,
    `${protocol}//${hostname}:${Number(port) + 1}`,
    `${protocol}//${hostname}:80`,
    `${protocol}//evil.${host}`,
    `${protocol}//${host}.evil.example`,
    `${protocol}//${hostname}.evil.example:${port}`,
    `${protocol}//evil-${host}`,
    `${protocol}//${host}evil`,
    `${protocol}//${host}@evil.example`,
    `${protocol}//evil.example/${host}`,
    `${protocol}//evil.example#${host}`,
    `${protocol}//evil.example?${host}`,
    `${origin}/`,
    `${origin}.`,
    ` ${origin} x`,
    `${origin},https://evil.example`,
    `https://evil.example ${origin}`,
    origin.toUpperCase(),
    `${protocol}//localhost:${port}`,
    `${protocol}//[::1]:${port}`,
    `${protocol}//0.0.0.0:${port}`,
    `${protocol}//2130706433:${port}`,
    `${protocol}//0x7f.1:${port}`,
    'file://',
    'chrome-extension://abcdefghijklmnop',
    'data:text/html,x',
    'javascript:alert(1)',
    'undefined',
  ]
}

const types = [undefined, 'application/json', 'text/plain', 'application/x-www-form-urlencoded']

test('no page of another site ends, renews or reads a session by its cookie', async () => {
  const origins = hostileOrigins()
  expect(origins.length).toBeGreaterThanOrEqual(30)
  const before = await readTables(world)
  let calls = 0
  for (const origin of origins) {
    for (const path of ['/api/v1/auth/refresh', '/api/v1/auth/logout']) {
      for (const type of types) {
        const headers = {
          origin,
          cookie: user.refreshCookie,
          ...(type && { 'content-type': type }),
        }
        for (const method of ['post', 'put', 'delete'] as const) {
          const reply = await world.as()[method](path, type ? '{}' : undefined, headers)
          calls += 1
          expect([403, 405], `${method} ${path} ${origin}`).toContain(reply.status)
          expect(reply.headers.get('set-cookie')).toBeNull()
          expect(reply.headers.get('access-control-allow-origin')).toBeNull()
        }
      }
    }
  }
  console.log(`${origins.length} origins: ${calls} calls without effect`)
  expect(await readTables(world)).toEqual(before)
  const own = { origin: world.url, cookie: user.refreshCookie }
  expect((await world.as().post('/api/v1/auth/refresh', undefined, own)).status).toBe(200)
})

test('routes that take a bearer token do not look at cookies', async () => {
  const cookie = `${user.refreshCookie}; access_token=${user.accessToken}`
  const reply = await world.as().get('/api/v1/me', { cookie })
  expect(reply.status).toBe(401)
})
