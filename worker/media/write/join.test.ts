import { ALL_FORMATS, BufferSource, Input } from 'mediabunny'
import { expect, test } from 'vitest'
import { findPath, listBoxes, viewOf } from '../mp4/box.ts'
import { aac, avc } from '../test/track.ts'
import { ascii, box, fullBox, u32, u64 } from './box.ts'
import { writeFragment } from './fragment.ts'
import { writeInit } from './init.ts'
import { joinInits, placeSegment, segmentIndex, trackTimescale } from './join.ts'

const config = Uint8Array.from([
  ...[1, 0x64, 0, 0x1e, 0xff, 0xe1, 0, 0x19],
  ...[0x67, 0x64, 0, 0x1e, 0xac, 0xd9, 0x40, 0xa0, 0x2f, 0xf9, 0x70, 0x11, 0, 0, 3, 0],
  ...[1, 0, 0, 3, 0, 0x3c, 0x0f, 0x16, 0x2d, 0x96],
  ...[1, 0, 6, 0x68, 0xeb, 0xe3, 0xcb, 0x22, 0xc0, 0xfd, 0xf8, 0xf8, 0],
])
const picture = writeInit({ ...avc, config }, { timescale: 90_000, primingTicks: 0 })
const sound = writeInit({ ...aac, language: 'deu' }, { timescale: 48_000, primingTicks: 1024 })

const segment = (ticks: number) => {
  const one = { baseTime: 0, durations: [ticks], compositions: [0], sizes: [4], syncs: [1] }
  const { bytes } = writeFragment(one, 1)
  return Buffer.concat([box('styp', ascii('msdh'), u32(0)), bytes, Buffer.alloc(4)])
}

/** Of the n-th track, from 0. */
function editsOf(init: Uint8Array, number: number) {
  const boxes = listBoxes(findPath(init, 'moov')!)
  return findPath(boxes.filter(({ type }) => type === 'trak')[number]!.body, 'edts', 'elst')
}

test('picture and sound of two files become two tracks of one', async () => {
  const head = joinInits([picture, sound], 1)
  const [first, second] = [segment(90_000), segment(48_000)]
  const index = segmentIndex(90_000, [
    { sizeBytes: first.byteLength + second.byteLength, seconds: 1 },
  ])
  const offset = head.byteLength + index.byteLength
  const placed = [
    placeSegment(first, { trackId: 1, offset, sequence: 1 }),
    placeSegment(second, { trackId: 2, offset: offset + first.byteLength, sequence: 2 }),
  ]
  expect(placed.map(({ byteLength }) => byteLength)).toEqual([first.byteLength, second.byteLength])
  const source = new BufferSource(Buffer.concat([head, index, ...placed]))
  const tracks = await new Input({ source, formats: ALL_FORMATS }).getTracks()
  expect(tracks.map(({ id, codec }) => [id, codec])).toEqual([
    [1, 'avc'],
    [2, 'aac'],
  ])
  expect(tracks[1]!.languageCode).toBe('deu')
  // The edit that hides the priming came along.
  const priming = findPath(sound, 'moov', 'trak', 'edts', 'elst')!
  expect(editsOf(head, 1)).toEqual(priming)
  expect(await tracks[0]!.computeDuration()).toBeCloseTo(1, 3)
})

test('times of the movie are told in its own ticks', () => {
  const edit = (ticks: number) => fullBox('elst', 1, 0, u32(1), u64(ticks), u64(0), u32(65_536))
  const [moov] = listBoxes(sound).filter(({ type }) => type === 'moov')
  const parts = listBoxes(moov!.body).map(({ type, body }) =>
    type === 'trak'
      ? box(
          'trak',
          ...listBoxes(body).map((inner) =>
            inner.type === 'edts' ? box('edts', edit(48_000)) : box(inner.type, inner.body),
          ),
        )
      : box(type, body),
  )
  const edited = box('moov', ...parts)
  const joined = joinInits([picture, edited], 2.5)
  const elst = editsOf(joined, 1)!
  expect(viewOf(elst).getBigUint64(8)).toBe(90_000n) // one second
  const mehd = findPath(joined, 'moov', 'mvex', 'mehd')!
  expect(viewOf(mehd).getBigUint64(4)).toBe(225_000n)
  expect(trackTimescale(picture)).toBe(90_000)
})

test('a run that counts from the file’s beginning is moved with its segment', () => {
  const tfhd = fullBox('tfhd', 0, 1, u32(1), u64(0))
  const moof = box('moof', fullBox('mfhd', 0, 0, u32(1)), box('traf', tfhd))
  const bytes = placeSegment(moof, { trackId: 2, offset: 5_000_000_000, sequence: 7 })
  const view = viewOf(findPath(bytes, 'moof', 'traf', 'tfhd')!)
  expect([view.getUint32(4), view.getBigUint64(8)]).toEqual([2, 5_000_000_000n])
  expect(viewOf(findPath(bytes, 'moof', 'mfhd')!).getUint32(4)).toBe(7)
})

test('the index counts ticks without drifting, and there is none of too many', () => {
  const references = Array.from({ length: 3 }, () => ({ sizeBytes: 10, seconds: 1 / 3 }))
  const view = viewOf(segmentIndex(1000, references))
  const ticks = [0, 1, 2].map((number) => view.getUint32(40 + number * 12 + 4))
  expect(ticks).toEqual([333, 334, 333])
  const many = Array.from({ length: 65_536 }, () => ({ sizeBytes: 10, seconds: 1 }))
  expect(segmentIndex(1000, many).byteLength).toBe(0)
})
