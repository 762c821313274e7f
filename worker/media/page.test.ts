import { array, assert, boolean, integer, property, record } from 'fast-check'
import { expect, test } from 'vitest'
import { ByteReader, ByteWriter } from './bytes.ts'
import { findExtent, readPage, timeSamples, writePage } from './page.ts'
import { createRows, dropRows, grow, type Rows } from './rows.ts'

interface Made {
  gap: number
  size: number
  start: number
  isSync: boolean
}

function toRows(samples: Made[]): Rows {
  const rows = createRows(1)
  let offset = 5_000_000_000
  for (const { gap, size, start, isSync } of samples) {
    grow(rows)
    offset += gap
    rows.offsets[rows.count] = offset
    rows.sizes[rows.count] = size
    rows.starts[rows.count] = start
    rows.syncs[rows.count++] = Number(isSync)
    offset += size
  }
  return rows
}

const made = record({
  gap: integer({ min: 0, max: 3 }).map((gap) => gap * 700_000),
  size: integer({ min: 1, max: 2_000_000 }),
  start: integer({ min: 0, max: 2 ** 40 }),
  isSync: boolean(),
})

test('a page gives back where each sample lies and when it is shown', () => {
  assert(
    property(array(made, { minLength: 1, maxLength: 300 }), (samples) => {
      const distinct = [...new Map(samples.map((sample) => [sample.start, sample])).values()]
      const rows = toRows(distinct)
      const { count } = rows
      const { from, to } = findExtent(rows, count)
      const timing = timeSamples(rows.starts.subarray(0, count), 2 ** 41, 0)
      const out = new ByteWriter()
      writePage(out, { rows, count, from, timing })
      const page = readPage(new ByteReader(out.join()))

      expect([...page.sizes]).toEqual(distinct.map(({ size }) => size))
      expect([...(page.syncs as Float64Array)]).toEqual(
        distinct.map(({ isSync }) => Number(isSync)),
      )
      let decoded = page.baseTime
      const shown = distinct.map((_, at) => {
        const time = decoded + page.compositions[at]!
        decoded += page.durations[at]!
        return time
      })
      expect(shown).toEqual(distinct.map(({ start }) => start))
      expect(decoded).toBe(2 ** 41)
      const covered = page.runs.flatMap(({ offset, lengthBytes }) => [offset, offset + lengthBytes])
      expect(Math.min(...covered)).toBe(0)
      expect(Math.max(...covered)).toBe(to - from)
    }),
  )
})

test('a segment begins with what it shows first, and lasts until the next one', () => {
  const { baseTime, durations, compositions } = timeSamples(
    Float64Array.of(100, 400, 200, 300),
    500,
    0,
  )
  expect(baseTime).toBe(100)
  expect([...durations]).toEqual([100, 100, 100, 100])
  expect([...compositions]).toEqual([0, 200, -100, -100])
})

test('samples at one moment are a tick apart, and none is before the segment before', () => {
  const { baseTime, durations } = timeSamples(Float64Array.of(5, 5, 5, 9), 10, 7)
  expect(baseTime).toBe(7)
  expect([...durations]).toEqual([1, 1, 1, 1])
})

test('what was written is forgotten, what is left stays', () => {
  const rows = toRows([1, 2, 3].map((size) => ({ gap: 0, size, start: size, isSync: true })))
  dropRows(rows, 2)
  expect(rows.count).toBe(1)
  expect(rows.sizes[0]).toBe(3)
})
