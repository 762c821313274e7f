import { expect, test } from 'vitest'
import { maxHiddenPictures, planSettling, settle } from './settle.ts'

const frames = (times: number[], duration: number) =>
  times.map((pts, at) => ({ pts, duration, isSync: at === 0 }))

test('a film that begins with its first picture is left alone', () => {
  const settling = planSettling(90_000, frames([0, 6000, 3000, 9000], 3000))
  expect(settling.timescale).toBe(90_000)
  expect([0, 3000, 9000].map((pts) => settle(settling, pts))).toEqual([0, 3000, 9000])
})

test('hidden pictures take the first ticks in their order, and the first shown follows them', () => {
  const settling = planSettling(90_000, frames([-9000, -3000, -6000, 0, 3000], 3000))
  expect([-9000, -6000, -3000].map((pts) => settle(settling, pts))).toEqual([0, 1, 2])
  expect(settle(settling, 0)).toBe(3)
  expect(settle(settling, 3000)).toBe(3000)
})

test('coarse clocks get finer, so that the first picture is less than half a millisecond late', () => {
  const hidden = Array.from({ length: 40 }, (_, at) => at - 40)
  const settling = planSettling(30, frames([...hidden, 0, 1], 1))
  expect(settling.timescale % 30).toBe(0)
  expect(settle(settling, 0) / settling.timescale).toBeLessThanOrEqual(0.0005)
  expect(settle(settling, 1) / settling.timescale).toBeCloseTo(1 / 30, 9)
})

test('a picture that begins after its sound is shown from the start', () => {
  const settling = planSettling(1000, frames([700, 740, 780], 40))
  expect([700, 740, 780].map((pts) => settle(settling, pts))).toEqual([0, 740, 780])
})

test('it looks no further than the second place to begin, and not at endless hidden pictures', () => {
  let read = 0
  function* endless(pts: number) {
    for (;;) {
      read++
      yield { pts, duration: 1, isSync: true }
    }
  }
  planSettling(1000, endless(5))
  expect(read).toBe(2)
  planSettling(1000, endless(-5))
  expect(read).toBeLessThan(maxHiddenPictures + 10)
})
