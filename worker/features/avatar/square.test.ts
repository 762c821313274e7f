import { expect, test } from 'vitest'
import { cutSquare, turnUp } from './square.ts'

const picture = (width: number, height: number, at: (x: number, y: number) => number[]) => {
  const places = Array.from({ length: width * height }, (_, i) => [i % width, i / width] as const)
  return { width, height, data: new Uint8Array(places.flatMap(([x, y]) => at(x, Math.floor(y)))) }
}
const pixel = ({ data, width }: { data: Uint8Array; width: number }, x: number, y: number) => [
  ...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4),
]

test('one size stays as it is', () => {
  const source = picture(4, 4, (x, y) => [x * 10, y * 10, 7, 255])
  expect(cutSquare(source, 4).data).toEqual(source.data)
})

test.each([1, 3, 8, 64])('a flat colour stays flat in %i px', (sidePx) => {
  const { data } = cutSquare(
    picture(9, 5, () => [10, 20, 30, 255]),
    sidePx,
  )
  expect([...data]).toEqual(Array.from({ length: sidePx * sidePx }, () => [10, 20, 30, 255]).flat())
})

test('the middle is cut out of what is wider or taller', () => {
  const red = [255, 0, 0, 255]
  const wide = picture(12, 4, (x) => (x >= 4 && x < 8 ? red : [0, 0, 255, 255]))
  const tall = picture(4, 12, (_, y) => (y >= 4 && y < 8 ? red : [0, 0, 255, 255]))
  for (const source of [wide, tall]) {
    const { data } = cutSquare(source, 4)
    expect([...data]).toEqual(Array.from({ length: 16 }, () => red).flat())
  }
})

test('the colour of clear pixels does not bleed', () => {
  const source = picture(8, 8, (x) => (x < 4 ? [255, 255, 255, 255] : [0, 255, 0, 0]))
  const small = cutSquare(source, 2)
  expect(pixel(small, 0, 0).slice(0, 3)).toEqual([255, 255, 255])
  expect(pixel(small, 1, 0).slice(0, 3)).toEqual([255, 255, 255])
})

test('each orientation puts the corner that was upper left where EXIF says', () => {
  const source = picture(3, 3, (x, y) => [x, y, 0, 255])
  // Of the stored picture, what then stands upper left and upper right.
  const corners = Array.from({ length: 8 }, (_, i) => {
    const turned = turnUp(source, i + 1)
    return [pixel(turned, 0, 0).slice(0, 2), pixel(turned, 2, 0).slice(0, 2)]
  })
  const [upperLeft, upperRight, lowerLeft, lowerRight] = [
    [0, 0],
    [2, 0],
    [0, 2],
    [2, 2],
  ]
  expect(corners).toEqual([
    [upperLeft, upperRight],
    [upperRight, upperLeft],
    [lowerRight, lowerLeft],
    [lowerLeft, lowerRight],
    [upperLeft, lowerLeft],
    [lowerLeft, upperLeft],
    [lowerRight, upperRight],
    [upperRight, lowerRight],
  ])
})
