import { expect, test } from 'vitest'
import { pageOf, toOwnPath } from './policy.ts'

test.each([
  '//evil.com',
  '///evil.com',
  '/\\evil.com',
  '\\\\evil.com',
  '/\t/evil.com',
  '/\n/evil.com',
  '\t//evil.com',
  '/\r\nset-cookie: a=b',
  '/\0/evil.com',
  'https://evil.com',
  'https:evil.com',
  'evil.com',
  '@evil.com',
  'javascript:alert(1)',
  'data:text/html,x',
  '/.//evil.com',
  '/a/..//evil.com',
  '/%2e//evil.com',
  ' //evil.com',
  '',
])('%j leads home', (next) => {
  expect(toOwnPath(next)).toBe('/')
})

test.each([
  ['/', '/'],
  ['/watch/vid_1?t=3#at', '/watch/vid_1?t=3#at'],
  ['/search?q=ø', '/search?q=%C3%B8'],
  ['/a/../b', '/b'],
  ['/@handle', '/@handle'],
])('%j stays a path of ours', (next, path) => {
  expect(toOwnPath(next)).toBe(path)
})

test('whoever links sees how it ended where ways to sign in are kept', () => {
  expect(pageOf('link', 'taken')).toBe('/account/security?outside=taken')
  expect(pageOf('login', 'exists')).toBe('/login?outside=exists')
})
