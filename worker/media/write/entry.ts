/** Sample entries: ISO/IEC 14496-12, -14 (AAC, MP3) and -15 (AVC, HEVC), and those of VPx, AV1, Opus. */
import { type AudioTrack, MediaError, type VideoTrack } from '../film.ts'
import { ascii, type Bytes, box, fixed, fullBox, u16, u32, u8, zeros } from './box.ts'

const videoEntries: Partial<Record<VideoTrack['codec'], [entry: string, config: string]>> = {
  avc: ['avc1', 'avcC'],
  hevc: ['hvc1', 'hvcC'],
  vp9: ['vp09', 'vpcC'],
  av1: ['av01', 'av1C'],
}

/** Object types of ISO/IEC 14496-1 table 5. */
const aacObject = 0x40
const mp3Object = 0x6b

/** Throws `damaged` for tracks without configuration; the verdict keeps them away from here. */
export function videoEntry(track: VideoTrack): Uint8Array {
  const names = videoEntries[track.codec]
  if (!names || !track.config) throw new MediaError('damaged', 'The picture has no configuration')
  const [entry, config] = names
  return box(
    entry,
    ...[zeros(6), u16(1)], // data reference
    zeros(16),
    ...[u16(track.codedWidthPx), u16(track.codedHeightPx)],
    ...[fixed(72), fixed(72)], // dots an inch, which nobody reads
    ...[zeros(4), u16(1)], // one picture a sample
    zeros(32), // name of the compressor
    ...[u16(24), u16(0xffff)],
    box(config, track.config),
    ...colourBox(track),
    pixelAspectBox(track),
  )
}

function colourBox({ colour }: VideoTrack): Uint8Array[] {
  if (!colour) return []
  const { primaries, transfer, matrix, isFullRange } = colour
  const points = [primaries, transfer, matrix].flatMap(u16)
  return [box('colr', ascii('nclx'), points, u8(isFullRange ? 0x80 : 0))]
}

const pixelAspectBox = ({ pixelAspect: [width, height] }: VideoTrack) =>
  box('pasp', u32(width), u32(height))

export function audioEntry(track: AudioTrack): Uint8Array {
  const isOpus = track.codec === 'opus'
  const rateHz = isOpus ? 48_000 : track.sampleRateHz
  return box(
    isOpus ? 'Opus' : 'mp4a',
    ...[zeros(6), u16(1)], // data reference
    zeros(8),
    ...[u16(track.channels), u16(16), zeros(4)],
    fixed(rateHz < 65_536 ? rateHz : 0), // the field is too small for 88.2 and 96 kHz
    isOpus ? opusBox(track) : streamBox(track),
  )
}

function opusBox({ config }: AudioTrack): Uint8Array {
  if (!config) throw new MediaError('damaged', 'The sound has no configuration')
  return box('dOps', config)
}

/** Elementary stream descriptor: ISO/IEC 14496-1 section 7.2.6. */
function streamBox({ codec, config }: AudioTrack): Uint8Array {
  const objectType = codec === 'mp3' ? mp3Object : aacObject
  const audioStream = 0x15
  const decoder = descriptor(
    4,
    ...[u8(objectType), u8(audioStream)],
    zeros(11), // buffer size and bit rates: not known
    config ? descriptor(5, config) : [],
  )
  const syncLayer = descriptor(6, u8(2))
  return fullBox('esds', 0, 0, descriptor(3, u16(1), u8(0), decoder, syncLayer))
}

/** Tag, length in 7-bit groups, contents. */
function descriptor(tag: number, ...contents: Bytes[]): number[] {
  const body = contents.flatMap((part) => Array.from(part))
  const groups = [21, 14, 7].map((shift) => 0x80 | ((body.length >>> shift) & 127))
  return [tag, ...groups, body.length & 127, ...body]
}
