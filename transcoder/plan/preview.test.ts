import { expect, test } from 'vitest'
import { countFrames, planCuts } from './preview.ts'

const total = (cuts: { seconds: number }[]) => cuts.reduce((sum, { seconds }) => sum + seconds, 0)

test('four short cuts in the order of the film, three seconds in all', () => {
  const cuts = planCuts(600, [300, 20, 450, 100, 500, 10])
  expect(cuts.map(({ fromSeconds }) => fromSeconds)).toEqual([20, 100, 300, 450])
  expect(total(cuts)).toBeCloseTo(3)
})

test('cuts never overlap or reach behind the end; too few moments are spread instead', () => {
  for (const [duration, moments] of [
    [3.1, []],
    [8, [7.9, 7.8, 2, 2.1]],
    [600, [4]],
  ] as [number, number[]][]) {
    const cuts = planCuts(duration, moments)
    expect(cuts).toHaveLength(4)
    for (const [i, { fromSeconds, seconds }] of cuts.entries()) {
      const end = cuts[i + 1]?.fromSeconds ?? duration
      expect(fromSeconds + seconds).toBeLessThanOrEqual(end + 0.001)
    }
  }
})

test('a film of three seconds is shown whole', () => {
  expect(planCuts(2.5, [1])).toEqual([{ fromSeconds: 0, seconds: 2.5 }])
})

test('what is no animation has no frames', () => {
  expect(countFrames(new Uint8Array(0))).toBe(0)
  const still = Buffer.concat([Buffer.from('RIFF\x0c\0\0\0WEBPVP8 '), Buffer.from([0, 0, 0, 0])])
  expect(countFrames(still)).toBe(0)
  const frame = Buffer.concat([Buffer.from('ANMF'), Buffer.from([1, 0, 0, 0, 9, 0])])
  expect(countFrames(Buffer.concat([still, frame, frame]))).toBe(2)
})
