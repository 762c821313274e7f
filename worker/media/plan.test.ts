import { array, assert, boolean, double, integer, property, record } from 'fast-check'
import { expect, test } from 'vitest'
import { type Gop, groupSlices, planCut, planLastCut, soundBorders } from './plan.ts'

const mebibyte = 1024 * 1024

interface Made {
  seconds: number
  bytes?: number
  isClosed?: boolean
}

/** Cuts groups as they come, and answers how many make each segment. */
function cutAll(made: Made[]): number[] {
  const cuts: number[] = []
  let pending: Gop[] = []
  let startSeconds = 0
  let bytesBefore = 0
  for (const { seconds, bytes = 1000, isClosed = true } of made) {
    pending.push({ startSeconds, bytesBefore, isClosed })
    startSeconds += seconds
    bytesBefore += bytes
    for (let count = planCut(pending); count > 0; count = planCut(pending)) {
      cuts.push(count)
      pending = pending.slice(count)
    }
  }
  for (let count = planLastCut(pending); count > 0; count = planLastCut(pending)) {
    cuts.push(count)
    pending = pending.slice(count)
  }
  return [...cuts, pending.length]
}

const repeat = (count: number, group: Made) => Array.from({ length: count }, () => group)

test('segments end at the first key frame after six seconds, or a little before', () => {
  expect(cutAll(repeat(9, { seconds: 2 }))).toEqual([3, 3, 3])
  expect(cutAll(repeat(4, { seconds: 5.7 }))).toEqual([1, 1, 1, 1])
  expect(cutAll(repeat(4, { seconds: 4 }))).toEqual([2, 2])
})

test('a long group is a segment of its own', () => {
  expect(cutAll([{ seconds: 2 }, { seconds: 18 }, { seconds: 2 }, { seconds: 6 }])).toEqual([2, 2])
  expect(cutAll(repeat(3, { seconds: 18 }))).toEqual([1, 1, 1])
})

test('eight mebibytes end a segment early', () => {
  expect(cutAll(repeat(6, { seconds: 1, bytes: 4 * mebibyte }))).toEqual([2, 2, 2])
})

test('a cut waits for a closed group within twelve seconds', () => {
  const open = { seconds: 2, isClosed: false }
  const closed = { seconds: 2 }
  expect(cutAll([closed, ...repeat(4, open), closed, ...repeat(2, open)])).toEqual([5, 3])
})

test('without a closed group the first open one that is due has to do', () => {
  const open = { seconds: 2, isClosed: false }
  expect(cutAll(repeat(13, open))).toEqual([3, 3, 3, 3, 1])
  expect(cutAll(repeat(4, { seconds: 15, isClosed: false }))).toEqual([1, 1, 1, 1])
})

test('every group is in one segment, and none is longer than twelve seconds and a group', () => {
  const group = record({
    seconds: double({ min: 0.03, max: 20, noNaN: true }),
    bytes: integer({ min: 1, max: 5 * mebibyte }),
    isClosed: boolean(),
  })
  assert(
    property(array(group, { minLength: 1, maxLength: 80 }), (made) => {
      const cuts = cutAll(made)
      expect(cuts.reduce((sum, count) => sum + count, 0)).toBe(made.length)
      let at = 0
      for (const count of cuts) {
        const seconds = made.slice(at, at + count - 1).map((one) => one.seconds)
        expect(seconds.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(12.001)
        at += count
      }
    }),
  )
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
  expect(groups.map(({ startSeconds }) => startSeconds)).toEqual([0, 6, 12])
  expect(groups.map(({ lengthBytes }) => lengthBytes)).toEqual([3000, 3000, 1000])
  expect(groupSlices(slices(4, 7 * mebibyte)).length).toBe(2)
  expect(groupSlices(slices(4, 20 * mebibyte)).length).toBe(4)
})
