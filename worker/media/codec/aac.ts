import { MediaError } from '../film.ts'
import { Bits } from './bits.ts'
import type { SoundFacts } from './sound.ts'

export interface AacFacts extends SoundFacts {
  /** Of the core coder; ADTS and sample tables count in it. */
  coreSampleRateHz: number
  /** Core samples of each channel a packet: 1024, or 960 in broadcasts. */
  coreSamplesPerPacket: number
}

const rates = [
  ...[96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350],
]
const escapeRate = 15
/** `channelConfiguration` → channels. Others than these are laid out by the stream itself. */
const channelCounts = [0, 1, 2, 3, 4, 5, 6, 8]

const low = 2
const replicated = 5
const parametric = 29

function readObjectType(bits: Bits): number {
  const type = bits.read(5)
  return type === 31 ? 32 + bits.read(6) : type
}

function readRate(bits: Bits): number {
  const index = bits.read(4)
  const rate = index === escapeRate ? bits.read(24) : rates[index]
  if (!rate) throw new MediaError('damaged', 'An AAC configuration names no sample rate')
  return rate
}

/** Band replication said after the configuration, where old decoders do not look. 14496-3, 1.6.5 */
function readExtension(bits: Bits): { type: number; rate: number } | null {
  const [rateSync, stereoSync] = [0x2b7, 0x548]
  if (bits.left < 17 || bits.peek(11) !== rateSync) return null
  bits.skip(11)
  if (readObjectType(bits) !== replicated || !bits.flag()) return null
  const rate = readRate(bits)
  if (bits.left < 12 || bits.peek(11) !== stereoSync) return { type: replicated, rate }
  bits.skip(11)
  return { type: bits.flag() ? parametric : replicated, rate }
}

/**
 * `config` is an AudioSpecificConfig. The string names the object type as heard: `mp4a.40.2`,
 * `mp4a.40.5` (HE-AAC), `mp4a.40.29` (HE-AAC v2). ISO/IEC 14496-3, 1.6.2.1. Throws `damaged`.
 */
export function describeAac(config: Uint8Array): AacFacts {
  const bits = new Bits(config)
  const outer = readObjectType(bits)
  const coreSampleRateHz = readRate(bits)
  const layout = bits.read(4)
  const isExplicit = outer === replicated || outer === parametric
  const outerRate = isExplicit ? readRate(bits) : coreSampleRateHz
  const core = isExplicit ? readObjectType(bits) : outer
  const isShort = core === low && bits.flag()
  const extension = isExplicit || core !== low ? null : readLateExtension(bits)

  const type = extension?.type ?? outer
  const isPlain = core === low && !isShort && (channelCounts[layout] ?? 0) > 0
  const channels = type === parametric ? 2 : (channelCounts[layout] ?? 0)
  return {
    codec: isPlain ? 'aac' : 'other',
    codecs: `mp4a.40.${type}`,
    channels,
    sampleRateHz: extension?.rate ?? outerRate,
    coreSampleRateHz,
    coreSamplesPerPacket: isShort ? 960 : 1024,
  }
}

/** What follows `frameLengthFlag` for AAC-LC, up to where an extension may begin. */
function readLateExtension(bits: Bits): { type: number; rate: number } | null {
  if (bits.flag()) bits.skip(14) // coreCoderDelay
  bits.skip(1)
  return readExtension(bits)
}
