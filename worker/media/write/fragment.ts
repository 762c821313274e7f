/** Media segments: one `moof` with one `traf` and one `trun`, then `mdat`. ISO/IEC 14496-12 8.8. */
import { ascii, box, fullBox, u32, u64 } from './box.ts'
import { trackId } from './init.ts'

/** Samples in decoding order, one value each; times in ticks. */
export interface FragmentSamples {
  baseTime: number
  durations: ArrayLike<number>
  compositions: ArrayLike<number>
  sizes: ArrayLike<number>
  /** Not 0 where decoding can begin. */
  syncs: ArrayLike<number>
}

/** Flags of a sample: depends on others or not, and is a place to begin or not. */
const syncFlags = 0x0200_0000
const otherFlags = 0x0101_0000

const has = { dataOffset: 0x1, duration: 0x100, size: 0x200, flags: 0x400, composition: 0x800 }
const baseIsMoof = 0x02_0000
const headerBytes = 96
const mdatHeaderBytes = 8

/** Values that all samples share are left out of the run. */
function columnsOf(samples: FragmentSamples) {
  const count = samples.sizes.length
  const isSame = (values: ArrayLike<number>) => {
    for (let i = 1; i < count; i++) if (values[i] !== values[0]) return false
    return true
  }
  return {
    duration: !isSame(samples.durations),
    flags: !isSame(samples.syncs),
    composition: count > 0 && !(isSame(samples.compositions) && samples.compositions[0] === 0),
  }
}

function overheadOf(samples: FragmentSamples): number {
  const { duration, flags, composition } = columnsOf(samples)
  const fields = 1 + Number(duration) + Number(flags) + Number(composition)
  return headerBytes + mdatHeaderBytes + samples.sizes.length * fields * 4
}

/** Of the segment as `writeFragment` makes it. */
export function fragmentBytes(samples: FragmentSamples): number {
  let sizeBytes = overheadOf(samples)
  for (let i = 0; i < samples.sizes.length; i++) sizeBytes += samples.sizes[i]!
  return sizeBytes
}

/** A whole segment, and in it the room for the samples' bytes, which the caller fills in order. */
export function writeFragment(
  samples: FragmentSamples,
  sequence: number,
): { bytes: Uint8Array; payload: Uint8Array } {
  const count = samples.sizes.length
  const columns = columnsOf(samples)
  const overhead = overheadOf(samples)
  const flags =
    has.dataOffset +
    has.size +
    (columns.duration ? has.duration : 0) +
    (columns.flags ? has.flags : 0) +
    (columns.composition ? has.composition : 0)
  const bytes = new Uint8Array(fragmentBytes(samples))
  const view = new DataView(bytes.buffer)
  bytes.set(headerOf(samples, { sequence, flags, overhead }))

  let at = headerBytes
  for (let i = 0; i < count; i++) {
    if (columns.duration) view.setUint32(at, samples.durations[i]!)
    if (columns.duration) at += 4
    view.setUint32(at, samples.sizes[i]!)
    at += 4
    if (columns.flags) view.setUint32(at, samples.syncs[i] ? syncFlags : otherFlags)
    if (columns.flags) at += 4
    if (columns.composition) view.setInt32(at, samples.compositions[i]!)
    if (columns.composition) at += 4
  }
  view.setUint32(at, bytes.length - at)
  bytes.set(ascii('mdat'), at + 4)
  return { bytes, payload: bytes.subarray(overhead) }
}

/** All up to the first sample's row in the run. */
function headerOf(
  samples: FragmentSamples,
  { sequence, flags, overhead }: { sequence: number; flags: number; overhead: number },
): Uint8Array {
  const count = samples.sizes.length
  const rowBytes = overhead - headerBytes - mdatHeaderBytes
  const hasDuration = 0x08
  const hasFlags = 0x20
  const defaults = [
    ...u32(samples.durations[0] ?? 0),
    ...u32(samples.syncs[0] ? syncFlags : otherFlags),
  ]
  const track = box(
    'traf',
    fullBox('tfhd', 0, baseIsMoof + hasDuration + hasFlags, u32(trackId), defaults),
    fullBox('tfdt', 1, 0, u64(samples.baseTime)),
    fullBox('trun', 1, flags, u32(count), u32(overhead)),
  )
  const moof = box('moof', fullBox('mfhd', 0, 0, u32(sequence)), track)
  const view = new DataView(moof.buffer)
  const [trafAt, trunAt] = [24, moof.length - 20]
  for (const at of [0, trafAt, trunAt]) view.setUint32(at, view.getUint32(at) + rowBytes)
  return moof
}
