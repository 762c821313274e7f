import { MediaError } from '../film.ts'
import { Fields, findBox, listBoxes } from '../mp4/box.ts'
import type { Box } from '../mp4/box.ts'
import { maxSlicePackets } from '../slice/sample.ts'

/** What samples are where a fragment does not say. ISO/IEC 14496-12, 8.8.3 */
export interface Defaults {
  duration: number
  sizeBytes: number
  flags: number
}

/** A sample of a fragment. Times are ticks of its track, without edits. */
export interface FragmentSample {
  /** From the start of the `moof` box. */
  offset: number
  sizeBytes: number
  pts: number
  /** When it is decoded. */
  dts: number
  duration: number
  isSync: boolean
}

/** What a `moof` says of one track. */
export interface TrackRun {
  trackId: number
  /** Where its data are counted from, if not from the `moof` or the run before. */
  explicitBase: number | null
  /** It says its time; without, it goes on where the run before ended, or begins at 0. */
  hasTime: boolean
  samples: FragmentSample[]
}

/** By track, from the body of `mvex`. */
export function readDefaults(mvex: Uint8Array): Map<number, Defaults> {
  const tracks = listBoxes(mvex).filter(({ type }) => type === 'trex')
  return new Map(
    tracks.map(({ body }) => {
      const fields = new Fields(body)
      const [duration, sizeBytes, flags] = [fields.u32(12), fields.u32(16), fields.u32(20)]
      return [fields.u32(4), { duration, sizeBytes, flags }]
    }),
  )
}

const nothing: Defaults = { duration: 0, sizeBytes: 0, flags: 0 }

/**
 * The runs of the tracks in `defaults`, from the body of a `moof`. An explicit base is taken to be
 * the start of the `moof`, which is what muxers write: the caller that knows better checks it.
 * `ends` keeps where each track's last run ended. Throws `damaged` for what is cut off,
 * `too_costly` for absurdly many samples.
 */
export function readMoof(
  moof: Uint8Array,
  defaults: Map<number, Defaults>,
  ends: Map<number, number>,
): TrackRun[] {
  const runs: TrackRun[] = []
  let base = 0
  for (const traf of listBoxes(moof).filter(({ type }) => type === 'traf')) {
    const boxes = listBoxes(traf.body)
    const header = readHeader(boxes, defaults)
    if (header.isAnchored) base = 0
    const { trackId, time } = header
    const run = readRuns(boxes, header, base, time ?? ends.get(trackId) ?? 0)
    base = run.endOffset
    ends.set(trackId, run.endTime)
    if (defaults.has(trackId)) runs.push({ ...header, ...run, hasTime: time !== null })
  }
  return runs
}

interface RunHeader extends Defaults {
  trackId: number
  explicitBase: number | null
  isAnchored: boolean
  time: number | null
}

const has = { base: 0x1, description: 0x2, duration: 0x8, size: 0x10, flags: 0x20, atMoof: 0x20000 }

/** `tfhd` and `tfdt`. ISO/IEC 14496-12, 8.8.7 and 8.8.12 */
function readHeader(boxes: Box[], defaults: Map<number, Defaults>): RunHeader {
  const fields = new Fields(findBox(boxes, 'tfhd') ?? new Uint8Array(0))
  const flags = fields.u32(0)
  const trackId = fields.u32(4)
  let at = 8
  const next = (flag: number, lengthBytes: number) => {
    if (!(flags & flag)) return null
    at += lengthBytes
    return lengthBytes === 8 ? fields.u64(at - 8) : fields.u32(at - 4)
  }
  const explicitBase = next(has.base, 8)
  next(has.description, 4)
  const general = defaults.get(trackId) ?? nothing
  const duration = next(has.duration, 4) ?? general.duration
  const sizeBytes = next(has.size, 4) ?? general.sizeBytes
  return {
    ...{ trackId, explicitBase, duration, sizeBytes },
    flags: next(has.flags, 4) ?? general.flags,
    isAnchored: explicitBase !== null || (flags & has.atMoof) !== 0,
    time: readTime(boxes),
  }
}

function readTime(boxes: Box[]): number | null {
  const tfdt = findBox(boxes, 'tfdt')
  if (!tfdt) return null
  const fields = new Fields(tfdt)
  return fields.u8(0) === 1 ? fields.u64(4) : fields.u32(4)
}

const runHas = {
  ...{ offset: 0x1, firstFlags: 0x4 },
  ...{ duration: 0x100, size: 0x200, flags: 0x400, composition: 0x800 },
}
const isNoSync = 0x10000

/** All `trun` of a track, and where their data end. ISO/IEC 14496-12, 8.8.8 */
function readRuns(boxes: Box[], header: RunHeader, base: number, time: number) {
  const samples: FragmentSample[] = []
  let dts = time
  let offset = base
  for (const { type, body } of boxes) {
    if (type !== 'trun') continue
    const fields = new Fields(body)
    const flags = fields.u32(0) & 0xffffff
    const count = fields.u32(4)
    if (samples.length + count > maxSlicePackets) {
      throw new MediaError('too_costly', 'A fragment holds too many samples')
    }
    let at = 8
    const next = () => fields.u32((at += 4) - 4)
    if (flags & runHas.offset) offset = base + fields.i32((at += 4) - 4)
    const firstFlags = flags & runHas.firstFlags ? next() : null
    for (let i = 0; i < count; i++) {
      const duration = flags & runHas.duration ? next() : header.duration
      const sizeBytes = flags & runHas.size ? next() : header.sizeBytes
      const own = flags & runHas.flags ? next() : header.flags
      const composition = flags & runHas.composition ? fields.i32((at += 4) - 4) : 0
      const isSync = ((i === 0 && firstFlags !== null ? firstFlags : own) & isNoSync) === 0
      samples.push({ offset, sizeBytes, pts: dts + composition, dts, duration, isSync })
      dts += duration
      offset += sizeBytes
    }
  }
  return { samples, endOffset: offset, endTime: dts }
}
