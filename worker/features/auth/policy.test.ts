import { expect, test } from 'vitest'
import { judgeToken, planAddressLimit } from './policy.ts'

const now = 1_800_000_000_000
const fresh = { usedAt: null, endsAt: now + 1, sessionEndsAt: now + 1, sessionEndedAt: null }

test('a fresh token rotates', () => {
  expect(judgeToken(fresh, now)).toBe('rotate')
})

test('a used token repeats for ten seconds, then it is stolen', () => {
  expect(judgeToken({ ...fresh, usedAt: now - 10_000 }, now)).toBe('repeat')
  expect(judgeToken({ ...fresh, usedAt: now - 10_001 }, now)).toBe('reuse')
})

test('a request that began before another rotated the token repeats', () => {
  expect(judgeToken({ ...fresh, usedAt: now + 5 }, now)).toBe('repeat')
})

test('nothing goes on past an end', () => {
  expect(judgeToken({ ...fresh, endsAt: now }, now)).toBe('ended')
  expect(judgeToken({ ...fresh, sessionEndsAt: now }, now)).toBe('ended')
  expect(judgeToken({ ...fresh, sessionEndedAt: now - 1 }, now)).toBe('ended')
  expect(judgeToken({ ...fresh, sessionEndedAt: now - 1, usedAt: 0 }, now)).toBe('ended')
})

test('an unknown address shares a bucket for everybody', () => {
  expect(planAddressLimit('login', '192.0.2.7').max).toBe(100)
  expect(planAddressLimit('register', '192.0.2.7').max).toBe(30)
  expect(planAddressLimit('register', 'direct').max).toBe(2000)
})

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:DB8:0001::6', '2001:db8:1:0'],
  ['2001:db8::2:3:4:5:6', '2001:db8:0:2'],
  ['fe80::1', 'fe80:0:0:0'],
  ['::1', '0:0:0:0'],
  ['1::', '1:0:0:0'],
  ['::ffff:192.0.2.7', '::ffff:192.0.2.7'],
])('the tries of %s count for %s', (address, network) => {
  expect(planAddressLimit('login', address).key).toBe(`login:from:${network}`)
})
