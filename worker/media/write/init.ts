/** Initialisation segments: ISO/IEC 23000-19 (CMAF), one track each. */
import type { AudioTrack, VideoTrack } from '../film.ts'
import { ascii, type Bytes, box, fixed, fullBox, u16, u32, u64, zeros } from './box.ts'
import { audioEntry, videoEntry } from './entry.ts'

export const trackId = 1

interface Shape {
  /** Ticks a second of the segments' times. */
  timescale: number
  /** Ticks from the first sample to what is heard first. */
  primingTicks: number
}

export function writeInit(track: VideoTrack | AudioTrack, shape: Shape): Uint8Array {
  const brands = ['iso6', 'cmfc', 'mp41'].flatMap(ascii)
  const header = fullBox(
    'mvhd',
    ...[0, 0],
    ...[zeros(8), u32(shape.timescale), u32(0)],
    ...[fixed(1), [1, 0], zeros(10)], // rate and volume
    matrix([1, 0, 0, 1], [0, 0]),
    ...[zeros(24), u32(trackId + 1)],
  )
  const extension = fullBox('trex', 0, 0, u32(trackId), u32(1), zeros(12))
  return new Uint8Array([
    ...box('ftyp', ascii('iso6'), u32(0), brands),
    ...box('moov', header, trackBox(track, shape), box('mvex', extension)),
  ])
}

function trackBox(track: VideoTrack | AudioTrack, shape: Shape): Uint8Array {
  const media = box(
    'mdia',
    fullBox('mdhd', 0, 0, zeros(8), u32(shape.timescale), u32(0), language(track), u16(0)),
    fullBox('hdlr', 0, 0, zeros(4), ascii(track.kind === 'video' ? 'vide' : 'soun'), zeros(13)),
    mediaInformation(track),
  )
  return box('trak', trackHeader(track), ...primingEdit(shape), media)
}

function trackHeader(track: VideoTrack | AudioTrack): Uint8Array {
  const isEnabledInMovie = 3
  const head = [zeros(8), u32(trackId), zeros(8), zeros(8), u16(0)]
  if (track.kind === 'audio') {
    const upright = matrix([1, 0, 0, 1], [0, 0])
    return fullBox('tkhd', 0, isEnabledInMovie, ...head, u16(0), [1, 0, 0, 0], upright, zeros(8))
  }
  const [across, down] = track.pixelAspect
  const width = Math.round((track.codedWidthPx * across) / down)
  const height = track.codedHeightPx
  const turn = shownMatrix(track, width, height)
  const size = [...fixed(width), ...fixed(height)]
  return fullBox('tkhd', 0, isEnabledInMovie, ...head, u16(0), zeros(4), turn, size)
}

/** Mirrored first, then turned clockwise, then moved back to where both coordinates are positive. */
function shownMatrix(track: VideoTrack, width: number, height: number): number[] {
  const [cos, sin] = { 0: [1, 0], 90: [0, 1], 180: [-1, 0], 270: [0, -1] }[track.rotation] as [
    number,
    number,
  ]
  const flip = track.isMirrored ? -1 : 1
  const turn: Turn = [flip * cos, flip * sin, -sin, cos]
  const [a, b, c, d] = turn
  const left = Math.min(0, a * width) + Math.min(0, c * height)
  const top = Math.min(0, b * width) + Math.min(0, d * height)
  return matrix(turn, [-left, -top])
}

type Turn = [a: number, b: number, c: number, d: number]

/** Transformation matrix of ISO/IEC 14496-12 section 6.2.2: x' = a x + c y + left. */
function matrix([a, b, c, d]: Turn, [left, top]: [left: number, top: number]): number[] {
  const one = u32(0x4000_0000)
  return [
    ...[...fixed(a), ...fixed(b), ...zeros(4)],
    ...[...fixed(c), ...fixed(d), ...zeros(4)],
    ...[...fixed(left), ...fixed(top), ...one],
  ]
}

/** Without it players would start the sound late by its priming. */
function primingEdit({ primingTicks }: Shape): Uint8Array[] {
  if (!primingTicks) return []
  const entry = [...u64(0), ...u64(primingTicks), ...u16(1), ...u16(0)]
  return [box('edts', fullBox('elst', 1, 0, u32(1), entry))]
}

/** Three letters of ISO 639-2 in 5 bits each. */
function language({ language: code }: VideoTrack | AudioTrack): number[] {
  const letters = /^[a-z]{3}$/.test(code ?? '') ? code! : 'und'
  return u16(ascii(letters).reduce((packed, letter) => packed * 32 + letter - 0x60, 0))
}

function mediaInformation(track: VideoTrack | AudioTrack): Uint8Array {
  const isHere = 1
  const header: Bytes =
    track.kind === 'video' ? fullBox('vmhd', 0, 1, zeros(8)) : fullBox('smhd', 0, 0, zeros(4))
  const reference = fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, isHere))
  const entry = track.kind === 'video' ? videoEntry(track) : audioEntry(track)
  const samples = box(
    'stbl',
    fullBox('stsd', 0, 0, u32(1), entry),
    ...['stts', 'stsc', 'stco'].map((name) => fullBox(name, 0, 0, u32(0))),
    fullBox('stsz', 0, 0, u32(0), u32(0)),
  )
  return box('minf', header, box('dinf', reference), samples)
}
