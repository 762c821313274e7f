import { expect, test } from 'vitest'
import { groupSlices, isFull, isLongGop, soundBorders } from './plan.ts'

const mebibyte = 1024 * 1024

test('a segment is full after six seconds, or a little before, or with eight mebibytes', () => {
  expect(isFull(5.4, mebibyte, 1)).toBe(false)
  expect(isFull(5.5, 0, 1)).toBe(true)
  expect(isFull(0.1, 8 * mebibyte, 1)).toBe(true)
})

test('the first segment is a third of the others, so that a film begins soon', () => {
  expect(isFull(1.4, mebibyte, 0)).toBe(false)
  expect(isFull(1.5, 0, 0)).toBe(true)
  expect(isFull(0.1, 2 * mebibyte, 0)).toBe(true)
})

test('a group of pictures is too long beyond twenty seconds or 24 MiB', () => {
  expect(isLongGop(20, 24 * mebibyte)).toBe(false)
  expect(isLongGop(20.1, 1)).toBe(true)
  expect(isLongGop(1, 24 * mebibyte + 1)).toBe(true)
})

const take = (count: number, borders: Generator<number, never>) =>
  Array.from({ length: count }, () => borders.next().value)

test('sound is cut with the picture, and each six seconds after it', () => {
  expect(take(4, soundBorders([0, 6, 12.5], 17))).toEqual([6, 12.5, 23, 29])
  expect(take(3, soundBorders([], 0))).toEqual([6, 12, 18])
})

test('slices are put together until they are a segment, and never to more than 24 MiB', () => {
  const slices = (count: number, lengthBytes: number) =>
    Array.from({ length: count }, (_, at) => ({
      offset: at * lengthBytes,
      lengthBytes,
      startSeconds: at * 2,
      endSeconds: at * 2 + 2,
    }))
  const groups = groupSlices(slices(7, 1000))
  expect(groups.map(({ startSeconds }) => startSeconds)).toEqual([0, 2, 8])
  expect(groups.map(({ lengthBytes }) => lengthBytes)).toEqual([1000, 3000, 3000])
  expect(groupSlices(slices(4, 7 * mebibyte)).length).toBe(3)
  expect(groupSlices(slices(4, 20 * mebibyte)).length).toBe(4)
})
