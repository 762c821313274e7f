import { assert, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { isReserved } from './handle.ts'
import { isAtLeast, toHandle } from './policy.ts'

test('each role may do what the lesser ones may', () => {
  const roles = ['owner', 'admin', 'editor', 'viewer'] as const
  for (const [place, role] of roles.entries()) {
    expect(roles.filter((needed) => isAtLeast(role, needed))).toEqual(roles.slice(place))
  }
})

test.each([
  ['Ada Lovelace', 'ada-lovelace'],
  ['  Zoë  O’Brien ', 'zoe-o-brien'],
  ['李小龍', 'channel'],
  ['Al', 'channel'],
  ['---', 'channel'],
  ['Admin', 'admin-channel'],
  ['  API ', 'api-channel'],
])('%s is @%s', (name, handle) => {
  expect(toHandle(name)).toBe(handle)
})

test('a suffix tells namesakes apart, also under a long name', () => {
  expect(toHandle('Ada', '7f3')).toBe('ada-7f3')
  expect(toHandle('A'.repeat(80), '7f3')).toBe(`${'a'.repeat(26)}-7f3`)
})

test('whatever the name, the handle is well formed', () => {
  assert(
    property(string({ unit: 'grapheme', maxLength: 80 }), (name) => {
      const handle = toHandle(name, 'a1b2')
      return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(handle) && handle.length >= 3 && handle.length <= 30
    }),
  )
})

test('the first parts of our own addresses are nobody’s handle', () => {
  for (const word of ['api', 'admin', 'www', 'support', 'watch', 'studio', 'login', 'join']) {
    expect(isReserved(word)).toBe(true)
    expect(isReserved(toHandle(word))).toBe(false)
  }
  expect(isReserved('ada')).toBe(false)
})
