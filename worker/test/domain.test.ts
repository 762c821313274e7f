import { expect, test } from 'vitest'
import { isHostAllowed, toDomain } from '#contracts/domain.ts'

test.each([
  ['example.com', 'example.com'],
  [' Example.COM ', 'example.com'],
  ['https://example.com/page?a=1#b', 'example.com'],
  ['http://example.com:8080', 'example.com'],
  ['Bücher.example', 'xn--bcher-kva.example'],
  ['*.Bücher.example', '*.xn--bcher-kva.example'],
  ['https://*.example.com', '*.example.com'],
  ['localhost:3000', 'localhost'],
  ['127.0.0.1', '127.0.0.1'],
])('%j is the site %j', (text, domain) => {
  expect(toDomain(text)).toBe(domain)
})

test.each([
  ...['', ' ', '*', '*.', '*.*.com', 'a.*.com', '[::1]', '*.127.0.0.1', 'a b.com', 'a_b.com'],
  ...['me@example.com', 'example.com;script-src', "'self'", 'ftp://example.com', 'example..com'],
  ...['javascript:alert(1)', 'example.com.', `${'a'.repeat(64)}.com`, 'a.'.repeat(130), '"', '%'],
])('%j names no site', (text) => {
  expect(toDomain(text)).toBeUndefined()
})

test('null is anywhere, an empty list nowhere', () => {
  expect(isHostAllowed(null, 'example.com')).toBe(true)
  expect(isHostAllowed([], 'example.com')).toBe(false)
})

test.each([
  ['example.com', true],
  ['EXAMPLE.com', true],
  ['www.example.com', false],
  ['example.com.evil.test', false],
  ['notexample.com', false],
  ['blog.example.org', true],
  ['a.b.example.org', true],
  ['example.org', false],
  ['.example.org', false],
  ['evilexample.org', false],
  ['', false],
])('of example.com and *.example.org, %j: %s', (host, isAllowed) => {
  expect(isHostAllowed(['example.com', '*.example.org'], host)).toBe(isAllowed)
})
