import { describeAac } from '../codec/aac.ts'
import { readEsds } from '../codec/descriptor.ts'
import { describeOpus } from '../codec/opus.ts'
import type { SoundFacts } from '../codec/sound.ts'
import type { AudioTrack } from '../film.ts'
import { Fields, findBox, findPath, listBoxes } from './box.ts'
import type { Outline } from './outline.ts'
import { unwrapEntry } from './protection.ts'

/** Bytes of an AudioSampleEntry before its boxes. ISO/IEC 14496-12, 12.2.3 */
const headBytes = 28

/** QuickTime appends fields to the head in its versions 1 and 2. QTFF, "Sound Sample Descriptions" */
const addedBytes = [0, 16, 36]

interface Head {
  /** Before the boxes. */
  lengthBytes: number
  channels: number
  sampleRateHz: number
}

/** A list of version 1 has entries that only look like those of QuickTime. */
export function readSoundHead(body: Uint8Array, listVersion: number): Head {
  const fields = new Fields(body)
  const version = listVersion === 0 ? fields.u16(8) : 0
  const lengthBytes = headBytes + (addedBytes[version] ?? 0)
  if (version !== 2) {
    return { lengthBytes, channels: fields.u16(16), sampleRateHz: fields.u16(24) }
  }
  const rate = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const sampleRateHz = body.length >= 40 ? Math.round(rate.getFloat64(32)) : 0
  return { lengthBytes, channels: fields.u32(40), sampleRateHz }
}

interface Coding {
  facts: SoundFacts
  config: Uint8Array | null
}

const mpegFormats = ['.mp3', 'ms\0U']
const aacObjects = [0x40, 0x66, 0x67, 0x68]
const mpegObjects = [0x69, 0x6b]

/** Where the codec is read, but nothing is known of it. */
const unknown = (head: Head, codec: SoundFacts['codec'] = 'other'): Coding => ({
  facts: { codec, codecs: 'mp4a.6B', channels: head.channels, sampleRateHz: head.sampleRateHz },
  config: null,
})

function readCoding(format: string, body: Uint8Array, head: Head): Coding {
  const boxes = listBoxes(body.subarray(head.lengthBytes))
  if (mpegFormats.includes(format)) return unknown(head, 'mp3')
  if (format === 'Opus') {
    const config = findBox(boxes, 'dOps')
    return config ? { facts: describeOpus(config), config } : unknown(head)
  }
  const wave = findBox(boxes, 'wave')
  const esds = findBox(boxes, 'esds') ?? (wave && findPath(wave, 'esds'))
  if (format !== 'mp4a' || !esds) return unknown(head)
  const { objectType, config } = readEsds(esds)
  if (mpegObjects.includes(objectType)) return unknown(head, 'mp3')
  if (!aacObjects.includes(objectType) || !config) return unknown(head)
  return { facts: describeAac(config), config }
}

/** The sound track of an outline, by its sample entry. Throws `damaged`. */
export function readSound(outline: Outline): AudioTrack {
  const { format, body, isEncrypted } = unwrapEntry(outline.entry, headBytes)
  const head = readSoundHead(body, outline.listVersion)
  const { facts, config } = readCoding(format, body, head)
  const isOther = facts.codec === 'other'
  return {
    kind: 'audio',
    codec: facts.codec,
    codecs: isOther ? null : facts.codecs,
    config: isOther ? null : config,
    timescale: outline.timescale,
    language: outline.language,
    isEncrypted,
    channels: facts.channels,
    sampleRateHz: facts.sampleRateHz,
  }
}
