import { expect, test } from 'vitest'
import { seenWords } from './words.ts'

const lastSeenAt = '2026-11-20T12:00:00.000Z'
const at = Date.parse(lastSeenAt)
const other = { isCurrent: false, lastSeenAt }

test('a session says when it was used last, and what is used now is not a minute old', () => {
  expect(seenWords(other, at + 60_000)).toBe('in use now')
  expect(seenWords(other, at + 3 * 3_600_000)).toBe('last used 3 hours ago')
  expect(seenWords(other, at + 26 * 3_600_000)).toBe('last used yesterday')
})

test('the session that looks at the list is in use, whatever the clocks say', () => {
  expect(seenWords({ isCurrent: true, lastSeenAt }, at + 3 * 3_600_000)).toBe('in use now')
})
