import { describeAac } from '../codec/aac.ts'
import { MediaError } from '../film.ts'
import { keep } from '../slice/sample.ts'
import type { Packet } from '../slice/sample.ts'
import { join, ticksPerSecond } from './pes.ts'
import type { Pes } from './pes.ts'

/** A frame's header. ISO/IEC 14496-3, 1.A.2.2 */
interface AdtsHeader {
  headerBytes: number
  /** With its header. */
  frameBytes: number
  /** AudioSpecificConfig that says the same. */
  config: Uint8Array
}

export const isAdts = (bytes: Uint8Array, at = 0): boolean =>
  bytes[at] === 0xff && (bytes[at + 1]! & 0xf6) === 0xf0

/** Null where no frame begins. Throws `damaged` for several blocks in one frame, which nobody writes. */
function readAdtsHeader(bytes: Uint8Array, at: number): AdtsHeader | null {
  if (at + 7 > bytes.length || !isAdts(bytes, at)) return null
  const [b1, b2, b3] = [bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!]
  const headerBytes = b1 & 1 ? 7 : 9
  const frameBytes = (b3 & 3) * 2048 + bytes[at + 4]! * 8 + (bytes[at + 5]! >> 5)
  if (frameBytes <= headerBytes) return null
  if (bytes[at + 6]! & 3) throw new MediaError('damaged', 'A frame of ADTS has several blocks')
  const objectType = (b2 >> 6) + 1
  const rate = (b2 >> 2) & 15
  const channels = (b2 & 1) * 4 + (b3 >> 6)
  const config = objectType * 2048 + rate * 128 + channels * 8
  return { headerBytes, frameBytes, config: Uint8Array.of(config >> 8, config & 255) }
}

/**
 * Frames may lie across packets. The first to begin in a packet has its time, the others follow
 * each other. What is no frame is stepped over, and so is one that is cut off at the end.
 * The configuration is that of the first.
 */
export function toFrames(all: Pes[]): { audio: Packet[]; audioConfig: Uint8Array | null } {
  const bytes = join(all.map(({ data }) => data))
  const packets: Packet[] = []
  let audioConfig: Uint8Array | null = null
  let time: number | null = null
  let next = 0
  let nextStart = 0
  let duration = 0
  for (let at = 0; at < bytes.length;) {
    const header = readAdtsHeader(bytes, at)
    if (!header) {
      at += 1
      continue
    }
    const end = at + header.frameBytes
    if (end > bytes.length) break
    audioConfig ??= header.config
    duration ||= durationOf(audioConfig)
    for (; next < all.length && nextStart <= at; next++) {
      time = all[next]!.pts ?? time
      nextStart += all[next]!.data.length
    }
    if (time !== null) {
      const data = bytes.subarray(at + header.headerBytes, end)
      keep(packets, { data, pts: Math.round(time), duration: Math.round(duration), isSync: true })
      time += duration
    }
    at = end
  }
  return { audio: packets, audioConfig }
}

function durationOf(config: Uint8Array): number {
  const { coreSamplesPerPacket, coreSampleRateHz } = describeAac(config)
  return (coreSamplesPerPacket / coreSampleRateHz) * ticksPerSecond
}
