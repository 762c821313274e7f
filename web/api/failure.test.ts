import { expect, test } from 'vitest'
import { type FailureCode, failureCodes } from '#contracts/error.ts'
import { canRetry } from './failure.ts'

test('only what may go otherwise the next time can be tried again', () => {
  const codes = Object.keys(failureCodes) as FailureCode[]
  expect(codes.filter(canRetry)).toEqual(['timed_out', 'out_of_attempts', 'cancelled', 'internal'])
})

test('an unknown reason may be worth a try', () => {
  expect(canRetry(undefined)).toBe(true)
  expect(canRetry('not_yet_invented' as FailureCode)).toBe(true)
})
