import { expect, test } from 'vitest'
import { SegmentGatherer } from './gather.ts'
import { PictureCutter } from './picture-cutter.ts'

interface Group {
  seconds: number
  /** Each of its pictures has so many. */
  bytes?: number
  /** One picture is shown before its key frame. */
  isOpen?: boolean
}

const ticksPerSecond = 100

/** Four pictures a second; answers where segments begin, in seconds, and what was found. */
function cutAll(groups: Group[]) {
  const gatherer = new SegmentGatherer()
  const cutter = new PictureCutter(gatherer, ticksPerSecond)
  let at = 0
  for (const { seconds, bytes = 100, isOpen } of groups) {
    for (let picture = 0; picture < seconds * 4; picture++) {
      const shown = isOpen && picture < 2 ? at + 1 - 2 * picture : at
      const start = shown * 25
      cutter.add({ offset: at, sizeBytes: bytes, start, end: start + 25, isSync: picture === 0 })
      at++
    }
  }
  gatherer.finish()
  const starts = gatherer.segments.map(({ start }) => start / ticksPerSecond)
  return { starts, cutter }
}

const repeat = (count: number, group: Group) => Array.from({ length: count }, () => group)

test('segments begin at the first key frame after six seconds', () => {
  expect(cutAll(repeat(9, { seconds: 2 })).starts).toEqual([0, 2, 8, 14])
  expect(cutAll(repeat(4, { seconds: 4 })).starts).toEqual([0, 4, 12])
  expect(cutAll(repeat(3, { seconds: 18 })).starts).toEqual([0, 18, 36])
})

test('eight mebibytes end a segment early', () => {
  const { starts } = cutAll(repeat(6, { seconds: 1, bytes: 2 ** 20 }))
  expect(starts).toEqual([0, 1, 3, 5])
})

test('key frames that are not shown first are told, and others kept to be looked at', () => {
  const { cutter } = cutAll(repeat(5, { seconds: 2 }))
  expect(cutter.hasOpenGop).toBe(false)
  expect(cutter.keyFrames.map(({ offset }) => offset)).toEqual([8, 16])
  expect(cutAll([{ seconds: 2 }, { seconds: 2, isOpen: true }]).cutter.hasOpenGop).toBe(true)
})

test('two long groups are not one', () => {
  expect(cutAll(repeat(3, { seconds: 12 })).cutter.hasLongGop).toBe(false)
})

test('more than twenty seconds without a place to begin are told, and cut all the same', () => {
  const { starts, cutter } = cutAll([{ seconds: 60 }])
  expect(cutter.hasLongGop).toBe(true)
  expect(starts.length).toBeGreaterThan(2)
  expect(cutAll([{ seconds: 3, bytes: 3 * 2 ** 20 }]).cutter.hasLongGop).toBe(true)
})
