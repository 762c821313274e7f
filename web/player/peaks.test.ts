import { expect, test } from 'vitest'
import { toOutline } from './peaks.ts'

test('the loudest moment fills the height, and silence is still a line', () => {
  expect(toOutline([0, 50, 25])).toBe(
    'polygon(0% 44%, 50% 0%, 100% 25%, 100% 75%, 50% 100%, 0% 56%)',
  )
})

test('a long sound has as many steps as can be seen, each as high as its loudest moment', () => {
  const peaks = Array.from({ length: 36_000 }, (_, at) => (at === 35_999 ? 100 : 50))
  const points = toOutline(peaks, 4).match(/[\d.]+% [\d.]+%/g)
  expect(points).toEqual([
    ...['0% 25%', '33.3% 25%', '66.7% 25%', '100% 0%'],
    ...['100% 100%', '66.7% 75%', '33.3% 75%', '0% 75%'],
  ])
})
