import { MediaError } from '../film.ts'
import type { VideoCodec } from '../film.ts'
import type { Program, Stream } from './program.ts'

/** What a stream carries; `other` for all that browsers do not take from here. */
export type Carried =
  | { kind: 'video'; codec: VideoCodec }
  | { kind: 'audio'; codec: 'aac' | 'other' }
  | { kind: 'data' }

const other = { kind: 'audio', codec: 'other' } as const
const oldPicture = { kind: 'video', codec: 'other' } as const

/** Types of ITU-T H.222.0, of ATSC and of Blu-ray. */
const byType: Record<number, Carried> = {
  0x01: oldPicture,
  0x02: oldPicture,
  0x03: other, // MPEG audio, all layers
  0x04: other,
  0x0f: { kind: 'audio', codec: 'aac' },
  0x10: oldPicture,
  0x11: other, // AAC in LATM
  0x1b: { kind: 'video', codec: 'avc' },
  0x21: oldPicture,
  0x24: { kind: 'video', codec: 'hevc' },
  0x33: oldPicture,
  0x42: oldPicture,
  0x80: other, // PCM of Blu-ray
  0x81: other, // AC-3
  0x82: other,
  0x83: other,
  0x84: other,
  0x85: other,
  0x86: other,
  0x87: other, // E-AC-3
  0xd1: oldPicture,
  0xea: oldPicture, // VC-1
}

const privateData = 0x06
const soundTags = [0x6a, 0x7a, 0x7b, 0x7c, 0x81, 0xcc]
const byRegistration: Record<string, Carried> = {
  'AC-3': other,
  EAC3: other,
  Opus: other,
  BSSD: other,
  DTS1: other,
  DTS2: other,
  DTS3: other,
  AV01: { kind: 'video', codec: 'av1' },
  HEVC: { kind: 'video', codec: 'hevc' },
  'VC-1': oldPicture,
}

export function carriedBy({ type, descriptors }: Stream): Carried {
  if (type !== privateData) return byType[type] ?? { kind: 'data' }
  for (const { tag, body } of descriptorsOf(descriptors)) {
    if (soundTags.includes(tag)) return other
    const registered = tag === 5 && byRegistration[String.fromCharCode(...body.subarray(0, 4))]
    if (registered) return registered
  }
  return { kind: 'data' }
}

function* descriptorsOf(bytes: Uint8Array): Generator<{ tag: number; body: Uint8Array }> {
  for (let at = 0; at + 2 <= bytes.length; at += 2 + bytes[at + 1]!) {
    yield { tag: bytes[at]!, body: bytes.subarray(at + 2, at + 2 + bytes[at + 1]!) }
  }
}

const languageTag = 0x0a

/** ISO 639-2; null where not said. */
export function languageOf({ descriptors }: Stream): string | null {
  for (const { tag, body } of descriptorsOf(descriptors)) {
    const language = String.fromCharCode(...body.subarray(0, 3)).toLowerCase()
    if (tag === languageTag && /^[a-z]{3}$/.test(language) && language !== 'und') return language
  }
  return null
}

export interface Chosen {
  video: (Stream & { codec: VideoCodec }) | null
  audio: (Stream & { codec: 'aac' | 'other' }) | null
}

/** The first picture and the first sound of a program. Throws `no_tracks`. */
export function chooseStreams({ streams }: Program): Chosen {
  const chosen: Chosen = { video: null, audio: null }
  for (const stream of streams) {
    const carried = carriedBy(stream)
    if (carried.kind === 'video') chosen.video ??= { ...stream, codec: carried.codec }
    if (carried.kind === 'audio') chosen.audio ??= { ...stream, codec: carried.codec }
  }
  if (!chosen.video && !chosen.audio) throw new MediaError('no_tracks', 'No picture, no sound')
  return chosen
}
