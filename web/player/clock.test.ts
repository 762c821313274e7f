import { expect, test } from 'vitest'
import { parseClock, toClock } from './clock.ts'

test.each([
  [0, '0:00'],
  [999, '0:00'],
  [7000, '0:07'],
  [744_000, '12:24'],
  [3_729_000, '1:02:09'],
  [-5, '0:00'],
  [Number.NaN, '0:00'],
])('%d ms reads %s', (ms, text) => expect(toClock(ms)).toBe(text))

test.each([
  ['90', 90_000],
  ['90s', 90_000],
  ['1.5', 1500],
  ['4:40', 280_000],
  ['1:02:09', 3_729_000],
  ['1h2m3s', 3_723_000],
  ['2m', 120_000],
])('%s is %d ms', (text, ms) => expect(parseClock(text)).toBe(ms))

test.each(['', 'soon', '4:4', ':30', '-5', '1:2:3'])('%j is no time', (text) =>
  expect(parseClock(text)).toBeUndefined(),
)
