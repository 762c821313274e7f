import { describeAac } from '../codec/aac.ts'
import { describeAv1 } from '../codec/av1.ts'
import { describeAvc } from '../codec/avc.ts'
import { describeHevc } from '../codec/hevc.ts'
import { describeOpus, toDops } from '../codec/opus.ts'
import { plainPicture, toPixelAspect } from '../codec/picture.ts'
import type { PictureFacts } from '../codec/picture.ts'
import { describeVp9 } from '../codec/vp9.ts'
import type { AudioTrack, VideoTrack } from '../film.ts'
import type { Packet } from '../slice/sample.ts'
import { toShape } from '../slice/shape.ts'
import { toVpcc } from './vpcc.ts'
import type { PictureEntry, TrackEntry } from './track.ts'

interface Coded<T> {
  config: Uint8Array | null
  facts: T
}

/** `packets` are the first of the track. Throws `damaged` for a configuration that makes no sense. */
export function describeVideo(
  track: TrackEntry,
  timescale: number,
  packets: Packet[],
): VideoTrack | null {
  const entry = track.video
  if (!entry) return null
  const { config, facts } = readPicture(track, packets, timescale)
  const { rotation, isMirrored } = readTurn(entry)
  return {
    kind: 'video',
    timescale,
    language: toLanguage(track.language),
    isEncrypted: track.isEncrypted,
    codec: facts.codec,
    codecs: facts.codecs || null,
    config,
    ...toShape(
      facts.codedWidthPx ?? entry.widthPx,
      facts.codedHeightPx ?? entry.heightPx,
      toAspect(entry) ?? facts.pixelAspect ?? [1, 1],
      rotation,
    ),
    isMirrored,
    bitDepth: facts.bitDepth,
    chroma: facts.chroma,
    isInterlaced: facts.isInterlaced || entry.isInterlaced,
    colour: entry.colour ?? facts.colour,
  }
}

const unknown: Coded<PictureFacts> = { config: null, facts: plainPicture('other', '') }

function readPicture(track: TrackEntry, packets: Packet[], timescale: number): Coded<PictureFacts> {
  const config = track.codecPrivate
  if (track.isPacked) return unknown
  if (track.codecId === 'V_VP8') return { config: null, facts: plainPicture('vp8', 'vp8') }
  if (track.codecId === 'V_VP9') return readVp9(track, packets, timescale)
  const describe = describers[track.codecId]
  return config && describe ? { config, facts: describe(config) } : unknown
}

const describers: Record<string, (config: Uint8Array) => PictureFacts> = {
  'V_MPEG4/ISO/AVC': describeAvc,
  'V_MPEGH/ISO/HEVC': describeHevc,
  V_AV1: describeAv1,
}

function readVp9({ video }: TrackEntry, packets: Packet[], timescale: number) {
  const [first] = packets
  if (!first) return unknown
  const config = toVpcc(first.data, rateOf(packets, timescale), video?.colour ?? null)
  return { config, facts: describeVp9(config) }
}

/** Pictures a second on average; at most what any display shows. */
function rateOf(packets: Packet[], timescale: number): number {
  const times = packets.map((packet) => packet.pts)
  const span = times.reduce((a, b) => Math.max(a, b)) - times.reduce((a, b) => Math.min(a, b))
  return span > 0 ? Math.min(((packets.length - 1) * timescale) / span, 240) : 30
}

/** Null where the file says nothing of how wide the picture is shown. */
function toAspect(entry: PictureEntry): [number, number] | null {
  const { displayWidth, displayHeight, displayUnit, widthPx, heightPx } = entry
  const isSaid = displayWidth > 0 && displayHeight > 0 && displayUnit <= 3
  return isSaid ? toPixelAspect(displayWidth * heightPx, displayHeight * widthPx) : null
}

/** Matroska counts the roll against the clock. */
function readTurn({ rollDegrees, isMirrored }: PictureEntry) {
  const quarters = Math.round(-rollDegrees / 90) || 0
  const rotation = ([0, 90, 180, 270] as const)[((quarters % 4) + 4) % 4]!
  return { rotation, isMirrored }
}

const toLanguage = (language: string): string | null =>
  /^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$/.test(language) && language !== 'und' ? language : null

export function describeAudio(track: TrackEntry, timescale: number): AudioTrack | null {
  if (!track.audio) return null
  const { config, facts } = readSound(track)
  return {
    kind: 'audio',
    timescale,
    language: toLanguage(track.language),
    isEncrypted: track.isEncrypted,
    codec: facts?.codec ?? 'other',
    codecs: facts?.codecs ?? null,
    config,
    channels: facts?.channels || track.audio.channels,
    sampleRateHz: facts?.sampleRateHz ?? track.audio.sampleRateHz,
  }
}

function readSound({ codecId, codecPrivate, audio, isPacked }: TrackEntry) {
  if (isPacked) return { config: null, facts: null }
  if (codecId === 'A_MPEG/L3') {
    return { config: null, facts: { codec: 'mp3' as const, codecs: 'mp4a.6B', ...audio! } }
  }
  if (!codecPrivate) return { config: null, facts: null }
  if (codecId === 'A_OPUS') {
    const config = toDops(codecPrivate)
    return { config, facts: describeOpus(config) }
  }
  return codecId === 'A_AAC'
    ? { config: codecPrivate, facts: describeAac(codecPrivate) }
    : { config: null, facts: null }
}
