import { expect, test } from 'vitest'
import { newSecret, planEnd, toPrefix } from './policy.ts'

test('a key is recognisable, and 256 random bits', () => {
  const secret = newSecret()
  expect(secret).toMatch(/^lantern_sk_[A-Za-z0-9_-]{43}$/)
  expect(newSecret()).not.toBe(secret)
})

test('its prefix is its first 15 characters', () => {
  const secret = newSecret()
  expect(toPrefix(secret)).toHaveLength(15)
  expect(secret.startsWith(toPrefix(secret))).toBe(true)
})

test('a life is counted in days, or there is no end', () => {
  expect(planEnd(1000, 1)).toBe(1000 + 86_400_000)
  expect(planEnd(1000, null)).toBeNull()
})
