import type { Sample } from '../../film.ts'
import type { Box } from '../box.ts'

/** A sample table as lists, the way a person would write it down. */
export interface Table {
  sizes: number[]
  /** Samples of each chunk, and where it begins. */
  chunks: { count: number; offset: number }[]
  durations: { count: number; ticks: number }[]
  offsets: { count: number; ticks: number }[]
  /** Numbers from 1; null for all. */
  syncs: number[] | null
}

/** The samples of a table in the plainest way: the cursor must come to the same. */
export function expand(table: Table): Sample[] {
  const durations = table.durations.flatMap(({ count, ticks }) => Array<number>(count).fill(ticks))
  const offsets = table.offsets.flatMap(({ count, ticks }) => Array<number>(count).fill(ticks))
  const places = table.chunks.flatMap(({ count, offset }, chunk) =>
    Array.from({ length: count }, (_, index) => ({ chunk, index, offset })),
  )
  let dts = 0
  return table.sizes.map((sizeBytes, i) => {
    const { index, offset } = places[i]!
    const before = table.sizes.slice(i - index, i).reduce((sum, size) => sum + size, 0)
    const duration = durations[i] ?? table.durations.at(-1)!.ticks
    const sample = {
      offset: offset + before,
      sizeBytes,
      dts,
      pts: dts + (offsets[i] ?? 0),
      duration,
      isSync: table.syncs?.includes(i + 1) ?? true,
    }
    dts += duration
    return sample
  })
}

const u32 = (...values: number[]): number[] =>
  values.flatMap((value) => [value >>> 24, value >>> 16, value >>> 8, value].map((v) => v & 255))

const box = (type: string, ...values: number[]): Box => ({
  type,
  body: Uint8Array.from([0, 0, 0, 0, ...values]),
})

const rows = (type: string, list: number[][]): Box =>
  box(type, ...u32(list.length), ...list.flatMap((row) => u32(...row)))

/** How a table is written: most fields have two forms. */
export interface Form {
  hasLongOffsets: boolean
  sizeBits: 4 | 8 | 16 | 32
  /** Runs of chunks alike are told once. */
  areRunsShort: boolean
}

function writeSizes(sizes: number[], bits: Form['sizeBits']): Box {
  if (bits === 32) return box('stsz', ...u32(0, sizes.length, ...sizes))
  const head = u32(bits, sizes.length)
  if (bits === 16) return box('stz2', ...head, ...sizes.flatMap((size) => u32(size).slice(2)))
  if (bits === 8) return box('stz2', ...head, ...sizes)
  const pairs = sizes.filter((_, i) => i % 2 === 0)
  return box('stz2', ...head, ...pairs.map((size, i) => size * 16 + (sizes[i * 2 + 1] ?? 0)))
}

/** The boxes of a table. */
export function writeTable(table: Table, form: Form): Box[] {
  const runs = table.chunks
    .map(({ count }, index) => [index + 1, count, 1])
    .filter(([, count], i, all) => !form.areRunsShort || i === 0 || all[i - 1]![1] !== count)
  const long = ({ offset }: { offset: number }) => [Math.floor(offset / 2 ** 32), offset >>> 0]
  return [
    writeSizes(table.sizes, form.sizeBits),
    form.hasLongOffsets
      ? rows('co64', table.chunks.map(long))
      : rows(
          'stco',
          table.chunks.map(({ offset }) => [offset]),
        ),
    rows('stsc', runs),
    rows(
      'stts',
      table.durations.map(({ count, ticks }) => [count, ticks]),
    ),
    rows(
      'ctts',
      table.offsets.map(({ count, ticks }) => [count, ticks]),
    ),
    ...(table.syncs
      ? [
          rows(
            'stss',
            table.syncs.map((number) => [number]),
          ),
        ]
      : []),
  ]
}
