import { expect, test } from 'vitest'
import { firstMethod, stepOfFragment } from './second-step.ts'

const read = (text: string) => stepOfFragment(new URLSearchParams(text))

test('an outside sign-in hands its second step over in the address', () => {
  const step = read('challenge=abc&methods=totp,recovery')
  expect(step).toMatchObject({ token: 'abc', methods: ['totp', 'recovery'] })
})

test('methods that this page does not know are left out, and none is no step', () => {
  expect(read('challenge=abc&methods=totp,retina')?.methods).toEqual(['totp'])
  expect(read('challenge=abc&methods=retina')).toBeUndefined()
  expect(read('methods=totp')).toBeUndefined()
  expect(read('')).toBeUndefined()
})

test('a code is asked for first, then a passkey, and a recovery code last', () => {
  expect(firstMethod(['passkey', 'recovery', 'totp'], true)).toBe('totp')
  expect(firstMethod(['recovery', 'passkey'], true)).toBe('passkey')
  expect(firstMethod(['recovery', 'passkey'], false)).toBe('recovery')
})
