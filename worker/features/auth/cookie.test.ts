import { expect, test } from 'vitest'
import type { Ctx } from '../../core/context.ts'
import { clearedCookie, readRefreshToken, refreshCookie, requireSameOrigin } from './cookie.ts'

const at = (origin: string) => ({ origin, now: () => 1000 }) as Ctx
const token = 'A'.repeat(42) + '_'
const asked = (headers: Record<string, string>) =>
  new Request('https://tube.example/api/v1/auth/refresh', { method: 'POST', headers })

test('the cookie is for one path, one site and no script', () => {
  expect(refreshCookie(at('https://tube.example'), token, 604_801_000)).toBe(
    `__Secure-lantern_refresh=${token}; Path=/api/v1/auth; Max-Age=604800; HttpOnly; SameSite=Strict; Secure`,
  )
  expect(clearedCookie(at('http://localhost:8787'))).toBe(
    'lantern_refresh=; Path=/api/v1/auth; Max-Age=0; HttpOnly; SameSite=Strict',
  )
})

test('the token is found among other cookies, and only whole', () => {
  const ctx = at('http://localhost:8787')
  const read = (cookie: string) => readRefreshToken(ctx, asked({ cookie }))
  expect(read(`a=b; lantern_refresh=${token}; c=d`)).toBe(token)
  expect(read(`lantern_refresh=${token}`)).toBe(token)
  expect(read(`not_lantern_refresh=${token}`)).toBeUndefined()
  expect(read(`lantern_refresh=${token}A`)).toBeUndefined()
  expect(read('lantern_refresh=')).toBeUndefined()
  expect(readRefreshToken(ctx, asked({}))).toBeUndefined()
  const secure = at('https://tube.example')
  const plain = asked({ cookie: `lantern_refresh=${token}` })
  expect(readRefreshToken(secure, plain)).toBeUndefined()
  const named = asked({ cookie: `__Secure-lantern_refresh=${token}` })
  expect(readRefreshToken(secure, named)).toBe(token)
})

test.each([
  {},
  { origin: 'https://tube.example' },
  { origin: 'https://tube.example', 'sec-fetch-site': 'same-origin' },
  { 'sec-fetch-site': 'none' },
])('a call of this site or of a program passes: %o', (headers) => {
  expect(() => requireSameOrigin(at('https://tube.example'), asked(headers))).not.toThrow()
})

test.each([
  { origin: 'null' },
  { origin: 'http://tube.example' },
  { origin: 'https://tube.example:8443' },
  { origin: 'https://tube.example.evil.example' },
  { origin: 'https://evil.tube.example' },
  { origin: 'https://tube.example', 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
])('a call of another site is refused: %o', (headers) => {
  expect(() => requireSameOrigin(at('https://tube.example'), asked(headers))).toThrow(
    'another site',
  )
})
