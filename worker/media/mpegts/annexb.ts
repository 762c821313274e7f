import { readAvcSets } from '../codec/avc.ts'
import { chromaFormats } from '../codec/picture.ts'
import { readSps } from '../codec/sps.ts'
import { MediaError } from '../film.ts'
import { isSame } from './pes.ts'

/** Types of H.264 units. ITU-T H.264, table 7-1 */
const type = { idr: 5, sps: 7, pps: 8, delimiter: 9, sequenceEnd: 10, streamEnd: 11, filler: 12 }
const typeOf = (nal: Uint8Array): number => nal[0]! & 31
const dropped = [type.delimiter, type.sequenceEnd, type.streamEnd, type.filler]

/** The units between start codes, without the zeros around them. ITU-T H.264, annex B */
export function nalsOf(bytes: Uint8Array): Uint8Array[] {
  const nals: Uint8Array[] = []
  let start = -1
  for (let at = 0; ;) {
    const one = nextStartCode(bytes, at)
    if (start >= 0) {
      let end = one < 0 ? bytes.length : one - 2
      while (end > start && bytes[end - 1] === 0) end -= 1
      if (end > start) nals.push(bytes.subarray(start, end))
    }
    if (one < 0) return nals
    start = one + 1
    at = start
  }
}

/** Where the 1 of the next 0 0 1 stands; -1 for none. */
function nextStartCode(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(1, from); at >= 0; at = bytes.indexOf(1, at + 1)) {
    if (at >= from + 2 && bytes[at - 1] === 0 && bytes[at - 2] === 0) return at
  }
  return -1
}

/** Can decoding begin with these units? Parameter sets are sent where it can. */
export const isKey = (nals: Uint8Array[]): boolean =>
  nals.some((nal) => typeOf(nal) === type.idr || typeOf(nal) === type.sps)

/** Parameter sets among units. */
export const setsOf = (nals: Uint8Array[]): Uint8Array[] =>
  nals.filter((nal) => typeOf(nal) === type.sps || typeOf(nal) === type.pps)

/** Parameter sets as they stand in avcC, to leave them out of samples. */
export function knownSets(config: Uint8Array | null): Uint8Array[] {
  if (!config) return []
  const { sps, pps } = readAvcSets(config)
  return [...sps, ...pps]
}

/** Throws `damaged` for several pictures that are no fields of one; `sets` are those in force. */
export function checkIsOne(nals: Uint8Array[], sets: Uint8Array[]): void {
  if (nals.filter((nal) => typeOf(nal) === type.delimiter).length < 2) return
  const sps = [...nals, ...sets].find((nal) => typeOf(nal) === type.sps)
  if (sps && readSps(sps).isInterlaced) return
  throw new MediaError('damaged', 'A PES packet holds several pictures')
}

/** A sample as MP4 keeps it: each unit after its length in 4 bytes, without the sets in `known`. */
export function toSample(nals: Uint8Array[], known: Uint8Array[]): Uint8Array {
  const kept = nals.filter(
    (nal) => !dropped.includes(typeOf(nal)) && !known.some((set) => isSame(set, nal)),
  )
  const sample = new Uint8Array(kept.reduce((sum, nal) => sum + 4 + nal.length, 0))
  const view = new DataView(sample.buffer)
  let at = 0
  for (const nal of kept) {
    view.setUint32(at, nal.length)
    sample.set(nal, at + 4)
    at += 4 + nal.length
  }
  return sample
}

/** The units of what `toSample` made. */
function unitsOf(sample: Uint8Array): Uint8Array[] {
  const view = new DataView(sample.buffer, sample.byteOffset, sample.byteLength)
  const units: Uint8Array[] = []
  for (let at = 0; at + 4 < sample.length; at += 4 + view.getUint32(at)) {
    units.push(sample.subarray(at + 4, at + 4 + view.getUint32(at)))
  }
  return units
}

/** Profiles whose avcC goes on with the format of the samples. ISO/IEC 14496-15, 5.3.3.1.2 */
const highProfiles = [100, 110, 122, 144]

/** Body of avcC from the sets of a first sample; null where it has none. Throws `damaged`. */
export function toAvcc(sample: Uint8Array): Uint8Array | null {
  const units = unitsOf(sample)
  const distinct = (wanted: number) =>
    units.filter(
      (unit, i) => typeOf(unit) === wanted && units.findIndex((other) => isSame(other, unit)) === i,
    )
  const [sps, pps] = [distinct(type.sps), distinct(type.pps)]
  const [first] = sps
  if (!first || !pps.length || sps.length > 31 || pps.length > 255) return null
  const { profile, compatibility, level, chroma, bitDepth } = readSps(first)
  const withLengths = (sets: Uint8Array[]) =>
    sets.flatMap((set) => [set.length >> 8, set.length & 255, ...set])
  const depth = 0xf8 + bitDepth - 8
  return Uint8Array.from([
    ...[1, profile, compatibility, level, 0xff],
    ...[0xe0 + sps.length, ...withLengths(sps), pps.length, ...withLengths(pps)],
    ...(highProfiles.includes(profile)
      ? [0xfc + chromaFormats.indexOf(chroma), depth, depth, 0]
      : []),
  ])
}
