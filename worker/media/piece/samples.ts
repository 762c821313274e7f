import { MediaError } from '../film.ts'
import type { ByteSource, Sample } from '../film.ts'
import { rangeBytes } from './piece.ts'

/** Samples of a piece in decoding order, one value each; times in ticks as in the source. */
export interface SampleColumns {
  offsets: number[]
  sizes: number[]
  dts: number[]
  pts: number[]
  durations: number[]
  syncs: boolean[]
}

export const noSamples = (): SampleColumns => ({
  ...{ offsets: [], sizes: [], dts: [], pts: [], durations: [], syncs: [] },
})

export function addSample(columns: SampleColumns, sample: Readonly<Sample>): void {
  columns.offsets.push(sample.offset)
  columns.sizes.push(sample.sizeBytes)
  columns.dts.push(sample.dts)
  columns.pts.push(sample.pts)
  columns.durations.push(sample.duration)
  columns.syncs.push(sample.isSync)
}

/** Consecutive samples that one read brings, with what lies between them. */
interface Run {
  offset: number
  endOffset: number
  /** Indexes of samples. */
  first: number
  end: number
}

/** Sound between two pictures is read along: a request costs more than so many bytes. */
const maxGapBytes = 128 * 1024
/** A piece of an hour whose every picture lies alone has as many. */
const maxRuns = 250_000

/** How the bytes of samples are read. Throws `too_costly` where they lie all over the file. */
export function planRuns({ offsets, sizes }: SampleColumns): Run[] {
  const runs: Run[] = []
  for (let i = 0; i < offsets.length; i++) {
    const [offset, endOffset] = [offsets[i]!, offsets[i]! + sizes[i]!]
    const last = runs.at(-1)
    const isNear =
      last !== undefined &&
      offset >= last.endOffset &&
      offset - last.endOffset <= maxGapBytes &&
      endOffset - last.offset <= rangeBytes
    if (isNear) {
      last.endOffset = endOffset
      last.end = i + 1
    } else runs.push({ offset, endOffset, first: i, end: i + 1 })
    if (runs.length > maxRuns) throw new MediaError('too_costly', 'The pictures lie too far apart')
  }
  return runs
}

/** The bytes of samples one after the other. A large sample comes in several reads. */
export async function* readRuns(
  source: ByteSource,
  { offsets, sizes }: SampleColumns,
  runs: Run[],
): AsyncGenerator<Uint8Array> {
  for (const { offset, endOffset, first, end } of runs) {
    for (let at = offset; at < endOffset; at += rangeBytes) {
      const bytes = await source.read(at, Math.min(rangeBytes, endOffset - at))
      const isOne = end - first === 1 || endOffset - offset === sumOf(sizes, first, end)
      yield isOne ? bytes : pick(bytes, offset, { offsets, sizes, first, end })
    }
  }
}

function sumOf(sizes: number[], first: number, end: number): number {
  let sum = 0
  for (let i = first; i < end; i++) sum += sizes[i]!
  return sum
}

type Picked = Pick<SampleColumns, 'offsets' | 'sizes'> & Pick<Run, 'first' | 'end'>

function pick(bytes: Uint8Array, start: number, { offsets, sizes, first, end }: Picked) {
  const picked = new Uint8Array(sumOf(sizes, first, end))
  let at = 0
  for (let i = first; i < end; i++) {
    const from = offsets[i]! - start
    picked.set(bytes.subarray(from, from + sizes[i]!), at)
    at += sizes[i]!
  }
  return picked
}
