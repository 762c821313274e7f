import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Sample } from '../film.ts'
import { SampleCursor } from './cursor.ts'
import { findSpan, walkSpan } from './span.ts'
import { readSampleTable } from './table.ts'
import type { SampleTable } from './table.ts'
import { expand, writeTable } from './test/expand.ts'
import type { Form, Table } from './test/expand.ts'

const counts = fc.integer({ min: 0, max: 5 })
const byteSize = { 4: 15, 8: 255, 16: 65_535, 32: 1e6 }

const forms: fc.Arbitrary<Form> = fc.record({
  hasLongOffsets: fc.boolean(),
  sizeBits: fc.constantFrom(4, 8, 16, 32),
  areRunsShort: fc.boolean(),
})

const tables = (form: Form): fc.Arbitrary<Table> =>
  fc
    .array(
      fc.record({
        count: counts,
        offset: fc.nat({ max: form.hasLongOffsets ? 2 ** 40 : 2 ** 32 - 1 }),
      }),
      { minLength: 1, maxLength: 8 },
    )
    .chain((chunks) => {
      const held = chunks.reduce((sum, { count }) => sum + count, 0)
      const durations = fc.array(fc.record({ count: counts, ticks: fc.nat(5000) }), {
        minLength: 1,
      })
      const offset = fc.record({ count: counts, ticks: fc.integer({ min: -3000, max: 3000 }) })
      const sync = fc.uniqueArray(fc.integer({ min: 1, max: held + 2 }))
      return fc.record({
        chunks: fc.constant(chunks),
        sizes: fc.array(fc.nat(byteSize[form.sizeBits]), { maxLength: held }),
        durations,
        offsets: fc.array(offset),
        syncs: fc.option(sync.map((numbers) => numbers.toSorted((a, b) => a - b))),
      })
    })

function walk(table: SampleTable): Sample[] {
  const cursor = new SampleCursor(table)
  const samples: Sample[] = []
  while (cursor.step()) samples.push({ ...cursor.sample })
  return samples
}

test('any table is walked as it is written', () => {
  const cases = forms.chain((form) => fc.tuple(fc.constant(form), tables(form)))
  fc.assert(
    fc.property(cases, ([form, table]) => {
      expect(walk(readSampleTable(writeTable(table, form)))).toEqual(expand(table))
    }),
    { numRuns: 500 },
  )
})

const plain: Form = { hasLongOffsets: false, sizeBits: 32, areRunsShort: true }

/** 12 pictures of 10 bytes and 100 ticks; decoding can begin at each fourth; one is shown late. */
const film: Table = {
  sizes: Array<number>(12).fill(10),
  chunks: [
    { count: 6, offset: 1000 },
    { count: 6, offset: 2000 },
  ],
  durations: [{ count: 12, ticks: 100 }],
  offsets: [
    { count: 9, ticks: 0 },
    { count: 1, ticks: 100 },
    { count: 1, ticks: -100 },
  ],
  syncs: [1, 5, 9],
}
const table = readSampleTable(writeTable(film, plain))
const all = { start: 0, end: Infinity }
const whole = { cut: all, fileBytes: 1e6 }

test('a whole track is its own span', () => {
  expect(findSpan(table, 'video', whole)).toEqual({ first: 0, end: 12, earliest: 0 })
})

test('a cut begins decoding where it can and ends after the last picture shown', () => {
  const cut = { start: 610, end: 1000 }
  const span = findSpan(table, 'video', { cut, fileBytes: 1e6 })
  expect(span).toEqual({ first: 4, end: 11, earliest: 700 })
  const shown = [...walkSpan(table, span!, -610)].length
  expect(shown).toBe(7)
  const [sample] = walkSpan(table, span!, -610)
  expect(sample).toMatchObject({ offset: 1040, dts: -210, pts: -210, isSync: true })
})

test('sound is cut anywhere, with a few packets before it', () => {
  const sound = readSampleTable(writeTable({ ...film, syncs: null, offsets: [] }, plain))
  const cut = { start: 650, end: Infinity }
  const span = findSpan(sound, 'audio', { cut, fileBytes: 1e6 })
  expect(span).toEqual({ first: 2, end: 12, earliest: 650 })
})

test('the last packet of sound may have no duration', () => {
  const durations = [
    { count: 11, ticks: 100 },
    { count: 1, ticks: 0 },
  ]
  const sound = readSampleTable(writeTable({ ...film, durations, syncs: null, offsets: [] }, plain))
  expect(findSpan(sound, 'audio', whole)?.end).toBe(12)
})

test('billions of samples in a few bytes are not walked', () => {
  const alike = { ...table, constantBytes: 1, count: 2 ** 32 - 1 }
  expect(findSpan(alike, 'audio', whole)).toEqual({ first: 0, end: 2 ** 32 - 1, earliest: 0 })
  expect(() => findSpan(alike, 'video', whole)).toThrow('Millions')
})

test('what lies beyond the end of the file is left out', () => {
  expect(findSpan(table, 'video', { cut: all, fileBytes: 2025 })?.end).toBe(8)
  expect(findSpan(table, 'video', { cut: all, fileBytes: 1005 })).toBeNull()
})

test('an edit that shows nothing leaves nothing', () => {
  expect(findSpan(table, 'video', { cut: { start: 5000, end: 6000 }, fileBytes: 1e6 })).toBeNull()
})

test('a span can be walked again and again', () => {
  const span = findSpan(table, 'video', whole)!
  const samples = walkSpan(table, span, 0)
  const offsets = () => Array.from(samples, ({ offset }) => offset)
  expect(offsets()).toEqual(offsets())
  expect(offsets()).toEqual(expand(film).map(({ offset }) => offset))
})

const replace = (type: string, body: number[]) =>
  writeTable(film, plain).map((box) =>
    box.type === type ? { type, body: Uint8Array.from(body) } : box,
  )

test.each([
  ['more sizes than bytes', 'stsz', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 200, 1, 1, 1, 1]],
  ['more chunks than bytes', 'stco', [0, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0]],
  [
    'a run of chunks that are not there',
    'stsc',
    [...run(1), ...[0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 1]],
  ],
  ['no times', 'stts', [0, 0, 0, 0, 0, 0, 0, 0]],
  [
    'too few samples in chunks',
    'stsc',
    [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1],
  ],
])('%s: damaged', (_, type, body) => {
  expect(() => readSampleTable(replace(type, body))).toThrow(
    expect.objectContaining({ problem: 'damaged' }),
  )
})

function run(firstChunk: number): number[] {
  return [0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, firstChunk, 0, 0, 0, 6, 0, 0, 0, 1]
}

test('centuries between samples: damaged', () => {
  const slow = {
    ...film,
    sizes: Array<number>(12).fill(1),
    durations: [{ count: 1, ticks: 2 ** 31 }],
  }
  const stts = writeTable(slow, plain)
  expect(walk(readSampleTable(stts)).at(-1)?.dts).toBe(11 * 2 ** 31)
  const constant = [0, 0, 0, 0, 0, 0, 0, 1, 255, 255, 255, 255]
  const boxes = stts.map((box) =>
    box.type === 'stsz' ? { type: 'stsz', body: Uint8Array.from(constant) } : box,
  )
  expect(() => readSampleTable(boxes)).toThrow('centuries')
})
