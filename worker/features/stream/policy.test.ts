import { expect, test } from 'vitest'
import { beginPlay, goOnStreaming, playMs, streamMs } from './policy.ts'

const now = Date.UTC(2026, 10, 20, 12)
const hourMs = 3600_000
const play = { max: 2, lastsMs: 3 * hourMs, endsAt: now + 24 * hourMs, now }

test('a play lasts as long as the film and two hours; a day where its length is not known', () => {
  expect(playMs(90 * 60_000)).toBe(3.5 * hourMs)
  expect(playMs(null)).toBe(24 * hourMs)
})

test('a device begins while there are plays left, and goes on with what it began', () => {
  const begun = { until: now + 3 * hourMs, isNew: true }
  expect(beginPlay({ until: undefined, total: 1 }, play)).toEqual(begun)
  expect(beginPlay({ until: undefined, total: 2 }, play)).toBeUndefined()
  expect(beginPlay({ until: now + 1, total: 2 }, play)).toEqual({ until: now + 1, isNew: false })
  expect(beginPlay({ until: now, total: 2 }, play)).toBeUndefined()
  expect(beginPlay({ until: now, total: 1 }, play)).toEqual(begun)
})

test('no play outlasts its link', () => {
  const late = { ...play, endsAt: now + 60_000 }
  expect(beginPlay({ until: undefined, total: 0 }, late)?.until).toBe(now + 60_000)
})

test('a device takes a free place, keeps it for half a minute, and loses it to nobody', () => {
  const until = now + streamMs
  const asked = { max: 1, now }
  expect(goOnStreaming({ until: undefined, others: 0 }, asked)).toBe(until)
  expect(goOnStreaming({ until: undefined, others: 1 }, asked)).toBeUndefined()
  expect(goOnStreaming({ until: now + 1, others: 1 }, asked)).toBe(until)
  expect(goOnStreaming({ until: now, others: 1 }, asked)).toBeUndefined()
  expect(goOnStreaming({ until: now + 40_000, others: 0 }, asked)).toBe(now + 40_000)
})
