import { expect, test } from 'vitest'
import { outsideWords } from './outside-words.ts'

test('each outcome has words of its own, and one of tomorrow those of a failure', () => {
  const outcomes = ['ended', 'cancelled', 'failed', 'unverified', 'exists', 'taken', 'already']
  expect(new Set(outcomes.map(outsideWords)).size).toBe(outcomes.length)
  expect(outsideWords('constructor')).toBe(outsideWords('failed'))
  expect(outsideWords('of tomorrow')).toBe(outsideWords('failed'))
})

test('without an outcome nothing is said', () => {
  expect(outsideWords(undefined)).toBeUndefined()
  expect(outsideWords(['failed', 'taken'])).toBeUndefined()
})
