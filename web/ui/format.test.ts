import { expect, test } from 'vitest'
import {
  formatBytes,
  formatDate,
  formatDuration,
  formatRelative,
  formatTimeLeft,
  formatWait,
  plural,
  spokenDuration,
} from './format.ts'

const now = Date.parse('2026-11-20T12:00:00.000Z')

test('durations read like a clock', () => {
  expect([0, 7_000, 744_400, 3_723_000].map(formatDuration)).toEqual([
    '0:00',
    '0:07',
    '12:24',
    '1:02:03',
  ])
})

test('durations are spoken in two units at most', () => {
  expect(spokenDuration(3_723_000)).toBe('1 hour 2 minutes')
  expect(spokenDuration(61_000)).toBe('1 minute 1 second')
  expect(spokenDuration(0)).toBe('0 seconds')
})

test('sizes have one digit below ten', () => {
  expect([0, 999, 1000, 4_230_000, 12_000_000_000].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '4.2 MB',
    '12 GB',
  ])
  expect(formatBytes(999_600)).toBe('1.0 MB')
})

test('time left is rounded up', () => {
  expect([4_000, 31_000, 55_000, 61_000, 3_600_000, 5_430_000].map(formatTimeLeft)).toEqual([
    'a few seconds left',
    'about 40 s left',
    'about 1 min left',
    'about 2 min left',
    'about 1 h left',
    'about 1 h 31 min left',
  ])
})

test('past times are told by their largest unit', () => {
  expect(formatRelative('2026-11-20T11:59:40.000Z', now, 'en')).toBe('just now')
  expect(formatRelative('2026-11-20T07:00:00.000Z', now, 'en')).toBe('5 hours ago')
  expect(formatRelative('2026-11-19T11:00:00.000Z', now, 'en')).toBe('yesterday')
  expect(formatRelative('2025-06-01T00:00:00.000Z', now, 'en')).toBe('last year')
})

test('dates name the year only where it is another', () => {
  expect(formatDate('2026-10-14T12:00:00.000Z', now, 'en-GB')).toBe('14 Oct')
  expect(formatDate('2025-10-14T12:00:00.000Z', now, 'en-GB')).toBe('14 Oct 2025')
})

test('waits and counts', () => {
  expect([1, 42_000, 300_000].map(formatWait)).toEqual(['1 second', '42 seconds', '5 minutes'])
  expect([plural(1, 'video'), plural(2, 'video')]).toEqual(['1 video', '2 videos'])
})
