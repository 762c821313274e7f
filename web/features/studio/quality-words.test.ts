import { expect, test } from 'vitest'
import { qualityWords } from './quality-words.ts'

const quality = {
  ...{ days: 90, plays: 128, medianStartupMs: 430, stalledShare: 0.031 },
  ...{ leftBeforeStart: 2, failed: 1, watchedMs: 1 },
}

test('starts, waits and ends are told, and nothing where nobody has watched', () => {
  expect(qualityWords(quality)).toBe(
    '128 plays in the last 90 days. Half start within 0.4 s; 3 % had to wait later on. 2 left before the start, 1 ended in an error.',
  )
  expect(qualityWords({ ...quality, plays: 0 })).toBeUndefined()
})

test('what did not happen is not told', () => {
  const calm = { ...quality, plays: 1, stalledShare: 0, leftBeforeStart: 0, failed: 0 }
  expect(qualityWords(calm)).toBe(
    '1 play in the last 90 days. Half start within 0.4 s, and none had to wait later on.',
  )
  const never = { ...quality, medianStartupMs: null, stalledShare: null, failed: 0 }
  expect(qualityWords(never)).toBe('128 plays in the last 90 days. 2 left before the start.')
  expect(qualityWords({ ...quality, stalledShare: 0.001 })).toContain('1 % had')
})
