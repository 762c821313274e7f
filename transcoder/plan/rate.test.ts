import { expect, test } from 'vitest'
import { planRate, toText } from './rate.ts'
import type { Rate } from './rate.ts'

const times = (count: number, seconds: (frame: number) => number) =>
  Array.from({ length: count }, (_, frame) => seconds(frame))

function rate(ptsSeconds: number[], declared: Rate | null = null, isInterlaced = false): string {
  return toText(planRate({ ptsSeconds, declared, isInterlaced }))
}

test('a steady rate is kept, as the known rate next to it', () => {
  expect(rate(times(100, (n) => n / 25))).toBe('25')
  expect(rate(times(300, (n) => (n * 1001) / 30000))).toBe('30000/1001')
  expect(rate(times(300, (n) => (n * 1001) / 24000))).toBe('24000/1001')
})

test('a clock of milliseconds does not make a steady film wobble', () => {
  expect(rate(times(600, (n) => Math.round((n * 1000) / 60) / 1000))).toBe('60')
})

test('frames may come in decoding order', () => {
  expect(rate(times(99, (n) => [0, 3, 1, 2][n % 4]! / 30 + Math.floor(n / 4) * (4 / 30)))).toBe(
    '30',
  )
})

test('a few dropped frames leave the rate as it is', () => {
  const dropped = times(300, (n) => n / 30).filter((_, n) => n % 50 !== 7)
  expect(rate(dropped)).toBe('30')
})

test('a wobbling rate becomes 30, or 60 where most pictures come faster', () => {
  const slow = times(60, (n) => n * 0.05 + (n % 3) * 0.03)
  const fast = times(200, (n) => n * 0.02 + (n % 3) * 0.006)
  expect(rate(slow)).toBe('30')
  expect(rate(fast)).toBe('60')
})

test('high rates are capped at the rate that takes every n-th picture', () => {
  expect(rate(times(500, (n) => n / 240))).toBe('60')
  expect(rate(times(500, (n) => n / 100))).toBe('50')
  expect(rate(times(500, (n) => (n * 1001) / 120000))).toBe('60000/1001')
})

test('fields of an interlaced film count in pairs', () => {
  expect(
    rate(
      times(100, (n) => n / 50),
      null,
      true,
    ),
  ).toBe('25')
  expect(
    rate(
      times(100, (n) => n / 25),
      null,
      true,
    ),
  ).toBe('25')
})

test('slow and odd rates stay what they are; one frame a second is the least', () => {
  expect(rate(times(50, (n) => n / 12.5))).toBe('12500/1000')
  expect(
    rate(
      times(50, (n) => (n * 1001) / 15000),
      { num: 15000, den: 1001 },
    ),
  ).toBe('15000/1001')
  expect(rate(times(10, (n) => n * 10))).toBe('1')
})

test('one frame has no rate and gets 25', () => {
  expect(rate([0])).toBe('25')
  expect(rate([])).toBe('25')
})
