import { expect, test } from 'vitest'
import { planPlaces, planSurvey } from './survey.ts'
import { readLook, toFacts } from './survey-log.ts'

const picture = {
  ...{ index: 0, widthPx: 1920, heightPx: 1080, rate: { num: 30, den: 1 }, isInterlaced: false },
  ...{ pixelFormat: 'yuv420p', isFullRange: false, colour: {}, startSeconds: 0, endSeconds: 60 },
}
const sizes = planSurvey(picture)

const encoded = (address: string, keyBytes: number, bytes: number) => [
  `[libx264 @ ${address}] [info] frame I:1     Avg QP:20.00  size: ${keyBytes}`,
  `[libx264 @ ${address}] [info] frame P:9     Avg QP:22.00  size:  ${bytes}`,
  `[libx264 @ ${address}] [info] frame B:20    Avg QP:24.00  size:  ${bytes}`,
  `[libx264 @ ${address}] [info] SSIM Mean Y:0.9800000 (16.990db)`,
]
const log = [
  '[metadata@shades @ 0x3] [info] lavfi.entropy.normalized_entropy.normal.Y=0.500000',
  '[libx264 @ 0x2] [info] profile High, level 3.1',
  '[ssim@720p @ 0x4] [info] SSIM Y:0.990000 (20.0) U:0.9 (9) V:0.9 (9) All:0.9 (9)',
  ...encoded('0x2', 10_000, 500),
  ...encoded('0x1', 40_000, 2000),
]

test('longer films are looked at in more places, up to eight, all of them inside', () => {
  expect(planPlaces(3.9)).toEqual([])
  expect(planPlaces(4)).toHaveLength(1)
  expect(planPlaces(30)).toHaveLength(3)
  expect(planPlaces(7200)).toHaveLength(8)
  for (const seconds of [4, 11, 60, 7200]) {
    const places = planPlaces(seconds)
    expect(Math.min(...places)).toBeGreaterThan(0)
    expect(Math.max(...places)).toBeLessThan(seconds - 1)
  }
})

test('the log of a look says what was found', () => {
  const look = readLook(log)
  expect(look?.small).toEqual({ keyBytes: 10_000, otherBytes: 500, ssim: 0.98 })
  expect(look?.large.keyBytes).toBe(40_000)
  expect(look?.likeness).toEqual({ '720p': 0.99 })
  expect(look?.entropy).toBe(0.5)
})

test('a look that broke off is none', () => {
  expect(readLook([])).toBeNull()
  expect(readLook(log.slice(0, -4))).toBeNull()
  expect(readLook(log.filter((line) => !line.includes('entropy')))).toBeNull()
  const still = log.map((line) => line.replace(/P:9|B:20/, 'P:1'))
  expect(readLook(still)).toBeNull()
})

test('bits are those of a long encode with a key frame each two seconds', () => {
  const look = readLook(log)!
  const busy = { ...look, large: { ...look.large, otherBytes: 4000 }, likeness: { '720p': 0.95 } }
  const facts = toFacts([look, busy], sizes, {
    ...{ framesPerSecond: 30, sourceKbps: 1000, cpuSeconds: 1 },
  })
  expect(facts?.small.kbps).toBe(Math.round(((10_000 + 59 * 500) * 8) / 2000))
  expect(facts?.large.peakKbps).toBe(Math.round(((40_000 + 59 * 4000) * 8) / 2000))
  expect(facts?.likeness).toEqual({ '720p': 0.95 }) // the worst place
  expect(facts?.restlessness).toBeCloseTo(3000 / 40_000)
  expect(toFacts([], sizes, { framesPerSecond: 30, sourceKbps: 1, cpuSeconds: 1 })).toBeNull()
})
