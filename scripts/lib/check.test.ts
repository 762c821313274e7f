import { expect, test } from 'vitest'
import { toOutcome } from './check.ts'
import { inRoot } from './paths.ts'

const report = {
  numPassedTests: 7,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 0,
  testResults: [],
}

test('tests are counted one by one', () => {
  expect(toOutcome(0, report)).toMatchObject({ passed: 7, failed: 0, skipped: 1, failures: [] })
  expect(toOutcome(1, { ...report, numFailedTests: 2 })).toMatchObject({ passed: 7, failed: 2 })
})

test('a run that fails without a failed test still fails', () => {
  expect(toOutcome(1, report)).toMatchObject({ passed: 7, failed: 1 })
  expect(toOutcome(1, undefined)).toEqual({
    passed: 0,
    failed: 1,
    skipped: 0,
    failures: [],
  })
})

test('what failed is named with the head of its message, also a file that does not load', () => {
  const test = (fullName: string, status: string, failureMessages: string[] = []) => ({
    fullName,
    status,
    failureMessages,
  })
  const testResults = [
    {
      name: inRoot('web/a.test.ts'),
      status: 'failed',
      message: '',
      assertionResults: [
        test('adds', 'passed'),
        test('takes away', 'failed', ['Error: 1\n2\n3\n4\n5\n6\nfar below']),
      ],
    },
    {
      name: inRoot('web/b.test.ts'),
      status: 'failed',
      message: 'no such module',
      assertionResults: [],
    },
  ]
  const { failures } = toOutcome(1, { ...report, numFailedTests: 1, testResults })
  expect(failures).toEqual([
    'web/a.test.ts: takes away\n    Error: 1\n    2\n    3\n    4\n    5\n    6',
    'web/b.test.ts\n    no such module',
  ])
})

test('an error outside of all tests is told, without its colours', () => {
  const output = 'Test\n\u001b[31m⎯⎯ Unhandled Errors ⎯⎯\u001b[39m\nError: gone\n'
  const { failed, failures } = toOutcome(1, report, output)
  expect(failed).toBe(1)
  expect(failures).toEqual(['     Unhandled Errors ⎯⎯\n    Error: gone\n    '])
})
