import { expect, test } from 'vitest'
import { isStarved, secondsAhead } from './buffer.ts'

const media = (currentTime: number, ...ranges: [number, number][]) => ({
  ...{ currentTime, duration: 60 },
  buffered: {
    length: ranges.length,
    start: (place: number) => ranges[place]![0],
    end: (place: number) => ranges[place]![1],
  },
})

test('what lies ahead ends with the range that plays', () => {
  expect(secondsAhead(media(4, [0, 10], [20, 30]))).toBe(6)
  expect(secondsAhead(media(15, [0, 10], [20, 30]))).toBe(0)
  expect(secondsAhead(media(0, [0.05, 10]))).toBe(10)
  expect(secondsAhead(media(0))).toBe(0)
})

test('a film starves where nothing is left, but not at its end', () => {
  expect(isStarved(media(4, [0, 10]))).toBe(false)
  expect(isStarved(media(9.9, [0, 10]))).toBe(true)
  expect(isStarved(media(15, [0, 10], [20, 30]))).toBe(true)
  expect(isStarved(media(59.9, [40, 59.95]))).toBe(false)
  expect(isStarved({ ...media(0), duration: Number.NaN })).toBe(true)
})
