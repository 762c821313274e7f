import { expect, test } from 'vitest'
import { choosePeakRate, createPeakMeter, maxPeaks } from './peaks.ts'
import { toBars } from './waveform.ts'

test('a film of any length has a shape that a page can hold', () => {
  expect(choosePeakRate(10)).toBe(50)
  expect(choosePeakRate(600)).toBe(20)
  for (const hours of [1, 2, 6, 24, 48]) {
    expect(choosePeakRate(hours * 3600) * hours * 3600).toBeLessThanOrEqual(maxPeaks)
  }
})

test('a peak is the loudest sample of its time in any channel, wherever the pieces end', () => {
  const samples = new Int16Array(8000 * 2) // a second of stereo
  samples[3] = -32_768
  samples[800 * 2 + 1] = 16_384
  const meter = createPeakMeter(10, 2)
  meter.take(samples.subarray(0, 999))
  meter.take(samples.subarray(999))
  expect(meter.peaks()).toEqual([100, 50, 0, 0, 0, 0, 0, 0, 0, 0])
})

test('the rest of a span counts from half of it on; a sound without samples is silent', () => {
  const meter = createPeakMeter(10, 1)
  meter.take(new Int16Array(800 + 399).fill(3277))
  expect(meter.peaks()).toEqual([10])
  meter.take(new Int16Array(1).fill(3277))
  expect(meter.peaks()).toEqual([10, 10])
  expect(createPeakMeter(50, 2).peaks()).toEqual([0])
})

test('bars show a quiet recording as high as a loud one, and silence flat', () => {
  const loud = Array.from({ length: 720 }, (_, i) => (i % 100 === 0 ? 0 : i % 90))
  const quiet = loud.map((peak) => peak / 10)
  expect(toBars(quiet)).toHaveLength(72)
  expect(Math.max(...toBars(quiet))).toBeCloseTo(1, 5)
  expect(toBars([0, 0, 0])).toEqual(Array.from({ length: 72 }, () => 0))
  expect(toBars([]).every((bar) => bar === 0)).toBe(true)
})
