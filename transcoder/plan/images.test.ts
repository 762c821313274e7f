import { expect, test } from 'vitest'
import { measureBits } from './bits.ts'
import { choosePosterSeconds, planStoryboard, readScore, toStoryboardVtt } from './images.ts'

const size = { widthPx: 640, heightPx: 360 }

test('long films get a picture each 5 s, short ones ten', () => {
  expect(planStoryboard(600, size)).toMatchObject({
    everySeconds: 5,
    count: 120,
    columns: 10,
    rows: 10,
  })
  expect(planStoryboard(20, size)).toMatchObject({
    everySeconds: 2,
    count: 10,
    columns: 10,
    rows: 1,
  })
  expect(planStoryboard(0.04, size)).toMatchObject({ count: 1, columns: 1, rows: 1 })
  expect(planStoryboard(86_400, size).count).toBeLessThanOrEqual(2000)
})

test('tiles keep the shape of the picture', () => {
  expect(planStoryboard(60, size)).toMatchObject({ tileWidthPx: 160, tileHeightPx: 90 })
  const portrait = planStoryboard(60, { widthPx: 360, heightPx: 640 })
  expect(portrait).toMatchObject({ tileWidthPx: 90, tileHeightPx: 160 })
})

test('the cues cover the film without a gap and point into the right sheet', () => {
  const plan = planStoryboard(604.2, size)
  const vtt = toStoryboardVtt(plan, 604.2)
  const cues = vtt.split('\n\n').slice(1)
  expect(cues).toHaveLength(plan.count)
  expect(cues[11]).toBe('00:00:55.000 --> 00:01:00.000\nstoryboard_0.jpg#xywh=160,90,160,90')
  expect(cues[100]).toContain('00:08:20.000 --> 00:08:25.000\nstoryboard_1.jpg#xywh=0,0,160,90')
  expect(cues.at(-1)).toContain('00:10:00.000 --> 00:10:04.200')
})

test('the poster is an early rich picture, not a black or faded one', () => {
  const scores: [number, number][] = [
    [0, 0.02],
    [2, 0.75],
    [12, 0.05],
    [14, 0.8],
    [16, 0.82],
  ]
  expect(choosePosterSeconds(scores, 100)).toBe(14)
  expect(choosePosterSeconds([[0, 0]], 1)).toBe(0)
  expect(choosePosterSeconds([], 1)).toBe(0)
})

test('scores are read from the log', () => {
  const scores: [number, number][] = []
  readScore('[Parsed_metadata_3 @ 0x1] [info] frame:1    pts:30720   pts_time:2', scores)
  readScore(
    '[Parsed_metadata_3 @ 0x1] [info] lavfi.entropy.normalized_entropy.normal.Y=0.71',
    scores,
  )
  expect(scores).toEqual([[2, 0.71]])
})

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
