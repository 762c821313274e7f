import { expect, test } from 'vitest'
import { measureBits } from './bit-rate.ts'

test('a short last segment is no peak', () => {
  const segments = [
    { durationSeconds: 6, sizeBytes: 600_000 },
    { durationSeconds: 6, sizeBytes: 900_000 },
    { durationSeconds: 0.1, sizeBytes: 90_000 },
  ]
  const bits = measureBits(segments)
  expect(bits.peakBitsPerSecond).toBe(Math.ceil((990_000 * 8) / 6.1))
  expect(bits.averageBitsPerSecond).toBe(Math.ceil((1_590_000 * 8) / 12.1))
  expect(measureBits([{ durationSeconds: 0.1, sizeBytes: 100 }]).peakBitsPerSecond).toBe(8000)
})
