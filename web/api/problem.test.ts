import { expect, test } from 'vitest'
import { ApiError } from './error.ts'
import { PasskeyError } from './passkey-error.ts'
import { problemText } from './problem.ts'

test('the sentence of the server is told as it is', () => {
  const error = new ApiError({ status: 409, code: 'conflict', message: 'It has changed.' })
  expect(problemText(error)).toBe('It has changed.')
})

test('too many tries name the wait where the server does', () => {
  const limited = { status: 429, code: 'rate_limited', message: '' } as const
  expect(problemText(new ApiError({ ...limited, retryAfterMs: 120_000 }))).toBe(
    'Too many tries. Wait 2 minutes and try again.',
  )
  expect(problemText(new ApiError(limited))).toBe('Too many tries. Wait a while and try again.')
})

test('errors of programs are not shown, errors for people are', () => {
  expect(problemText(new TypeError('x is undefined'))).toBe('Something went wrong here. Try again.')
  expect(problemText(new PasskeyError('It was cancelled.'))).toBe('It was cancelled.')
})
