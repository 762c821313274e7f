import { expect, test } from 'vitest'
import { Fields } from './box.ts'
import { noEdit, readEdit } from './edit.ts'
import { chain, readMatrix, toTurn, upright } from './matrix.ts'

function elst(version: 0 | 1, entries: [duration: number, mediaTime: number, rate?: number][]) {
  const entryBytes = version === 1 ? 20 : 12
  const view = new DataView(new ArrayBuffer(8 + entries.length * entryBytes))
  view.setUint8(0, version)
  view.setUint32(4, entries.length)
  for (const [i, [duration, mediaTime, rate = 1]] of entries.entries()) {
    const at = 8 + i * entryBytes
    if (version === 1) {
      view.setBigInt64(at, BigInt(duration))
      view.setBigInt64(at + 8, BigInt(mediaTime))
    } else {
      view.setUint32(at, duration)
      view.setInt32(at + 4, mediaTime)
    }
    view.setInt16(at + entryBytes - 4, rate)
  }
  return new Uint8Array(view.buffer)
}

test.each([0, 1] as const)('a delay, then a piece of the track: version %i', (version) => {
  const list = elst(version, [
    [300, -1],
    [200, -1],
    [4000, 1024],
  ])
  const edit = { delay: 500, mediaTime: 1024, duration: 4000, isComplex: false }
  expect(readEdit(list)).toEqual(edit)
})

test('a duration of 0 goes to the end', () => {
  expect(readEdit(elst(0, [[0, 1024]])).duration).toBeNull()
  expect(readEdit(elst(0, []))).toEqual(noEdit)
  expect(readEdit(null)).toEqual(noEdit)
})

test.each([
  [
    'several pieces',
    [
      [100, 0],
      [100, 500],
    ],
  ],
  ['another speed', [[100, 0, 2]]],
  ['a still', [[100, 0, 0]]],
  ['nothing of the track', [[100, -1]]],
] as [string, [number, number, number?][]][])('%s: complex, and left out', (_, entries) => {
  expect(readEdit(elst(0, entries))).toEqual({ ...noEdit, isComplex: true })
})

test('a piece before its track, or centuries after: damaged', () => {
  const damaged = expect.objectContaining({ problem: 'damaged' })
  expect(() => readEdit(elst(0, [[100, -5]]))).toThrow(damaged)
  expect(() => readEdit(elst(1, [[2 ** 60, 0]]))).toThrow(damaged)
})

const quarter = { a: 0, b: 1, c: -1, d: 0 }
const mirror = { a: -1, b: 0, c: 0, d: 1 }

test.each([
  ['upright', upright, 0, false],
  ['a quarter', quarter, 90, false],
  ['a half', chain(quarter, quarter), 180, false],
  ['three quarters', chain(quarter, chain(quarter, quarter)), 270, false],
  ['mirrored', mirror, 0, true],
  ['mirrored, then turned', chain(mirror, quarter), 90, true],
  ['upside down by a mirror', { a: 1, b: 0, c: 0, d: -1 }, 180, true],
  ['a little askew', { a: 0.99, b: 0.1, c: -0.1, d: 0.99 }, 0, false],
  ['flat', { a: 0, b: 0, c: 0, d: 0 }, 0, false],
  ['not a number', { a: NaN, b: 0, c: 0, d: 1 }, 0, false],
] as const)('a picture %s', (_, matrix, rotation, isMirrored) => {
  expect(toTurn(matrix)).toEqual({ rotation, isMirrored })
})

test('a matrix is read as whole numbers with 16 bits behind the point', () => {
  const view = new DataView(new ArrayBuffer(36))
  for (const [index, value] of [0, 65_536, 0, -65_536, 0, 0, 0, 0, 2 ** 30].entries()) {
    view.setInt32(index * 4, value)
  }
  expect(readMatrix(new Fields(new Uint8Array(view.buffer)), 0)).toEqual(quarter)
})
