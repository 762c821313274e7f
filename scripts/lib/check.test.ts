import { expect, test } from 'vitest'
import { toOutcome } from './check.ts'

const report = { numPassedTests: 7, numFailedTests: 0, numPendingTests: 1, numTodoTests: 0 }

test('tests are counted one by one', () => {
  expect(toOutcome(0, report)).toEqual({ passed: 7, failed: 0, skipped: 1 })
  expect(toOutcome(1, { ...report, numFailedTests: 2 })).toMatchObject({ passed: 7, failed: 2 })
})

test('a run that fails without a failed test still fails', () => {
  expect(toOutcome(1, report)).toMatchObject({ passed: 7, failed: 1 })
  expect(toOutcome(1, undefined)).toEqual({ passed: 0, failed: 1, skipped: 0 })
})
