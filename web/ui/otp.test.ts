import { expect, test } from 'vitest'
import { toOtp } from './otp.ts'

test('a code is pasted as programs and mails write it', () => {
  for (const pasted of ['123456', '123 456', ' 123-456\n', 'Your code: 123 456.', '１２３４５６'])
    expect(toOtp(pasted)).toBe('123456')
})

test('what is not whole stays as far as it goes, what is too long is cut', () => {
  expect(toOtp('12a')).toBe('12')
  expect(toOtp('')).toBe('')
  expect(toOtp('1234567')).toBe('123456')
})
