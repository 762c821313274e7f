import { MediaError } from '../film.ts'
import type { SoundFacts } from './sound.ts'

export interface OpusFacts extends SoundFacts {
  /** Samples at 48 kHz that a decoder throws away at the start. */
  preSkip: number
}

/** Opus always decodes to this. RFC 7845, 5.1 */
const sampleRateHz = 48_000
const fixedBytes = 11

/** `config` is the body of dOps. https://opus-codec.org/docs/opus_in_isobmff.html Throws `damaged`. */
export function describeOpus(config: Uint8Array): OpusFacts {
  const [version, channels = 0] = config
  if (config.length < fixedBytes || version !== 0 || channels === 0) {
    throw new MediaError('damaged', 'dOps is cut off or of an unknown version')
  }
  const mapping = config[fixedBytes - 1]!
  if (mapping > 0 && config.length < fixedBytes + 2 + channels) {
    throw new MediaError('damaged', 'dOps lacks its channel mapping')
  }
  const isUsual = mapping <= 1
  return {
    codec: isUsual ? 'opus' : 'other',
    codecs: 'opus',
    channels,
    sampleRateHz,
    preSkip: config[2]! * 256 + config[3]!,
  }
}

const magic = 'OpusHead'

/**
 * The body of dOps for an `OpusHead`, which Matroska and Ogg keep: the same fields, with the
 * numbers the other way round. RFC 7845, 5.1. Throws `damaged`.
 */
export function toDops(head: Uint8Array): Uint8Array {
  const body = head.slice(magic.length)
  const isHead = String.fromCharCode(...head.subarray(0, magic.length)) === magic
  if (!isHead || body.length < fixedBytes) throw new MediaError('damaged', 'This is no OpusHead')
  body[0] = 0
  body.subarray(2, 4).reverse()
  body.subarray(4, 8).reverse()
  body.subarray(8, 10).reverse()
  return body
}
