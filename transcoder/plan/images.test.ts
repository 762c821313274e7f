import { expect, test } from 'vitest'
import { planStoryboard, toStoryboardVtt } from './images.ts'

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
