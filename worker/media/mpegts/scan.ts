import { MediaError } from '../film.ts'
import type { ByteSource, VideoCodec } from '../film.ts'
import type { Place } from '../slice/film.ts'
import { isAdts } from './adts.ts'
import { isKey, nalsOf } from './annexb.ts'
import { readPacket } from './packet.ts'
import type { PacketLayout, TsPacket } from './packet.ts'
import { readPesHeader, ticksPerSecond, unwrap } from './pes.ts'
import type { Chosen } from './stream.ts'

const maxScanBytes = 96 * 1024 * 1024
const windowBytes = 4 * 1024 * 1024
const soundSliceSeconds = 6
/** A clock that jumps further begins anew: files were joined. */
const maxJumpTicks = 10 * ticksPerSecond

export interface Scan {
  places: Place[]
  isScrambled: boolean
}

/**
 * Reads the whole file for the packets at which a slice can begin: a picture where decoding can
 * begin, and no packet of sound that is cut in two there. With `needsSets`, parameter sets must
 * come along with the picture, which the first of them may do without. Throws `too_costly` beyond 96 MiB.
 */
export async function scanTransport(
  source: ByteSource,
  start: number,
  layout: PacketLayout,
  chosen: Chosen & { needsSets?: boolean },
): Promise<Scan> {
  if (source.sizeBytes > maxScanBytes) {
    throw new MediaError('too_costly', 'The whole file would have to be read')
  }
  const scanner = new Scanner(chosen, chosen.needsSets ?? false)
  const { strideBytes } = layout
  const step = Math.floor(windowBytes / strideBytes) * strideBytes
  for (let offset = start; offset + strideBytes <= source.sizeBytes; offset += step) {
    const bytes = await source.read(offset, Math.min(step, source.sizeBytes - offset))
    for (let at = 0; at + strideBytes <= bytes.length; at += strideBytes) {
      scanner.add(readPacket(bytes, at, layout), offset + at)
    }
  }
  return scanner
}

class Scanner implements Scan {
  readonly places: Place[] = []
  isScrambled = false
  readonly #chosen: Chosen
  readonly #needsSets: boolean
  readonly #isAac: boolean
  /** The last presentation time, counted on over the end of 33 bits. */
  #time: number | null = null
  /** Bytes of the open packet of sound that are still to come. */
  #soundLeft = 0
  /** The last place, until a packet of sound shows that no frame lies across it. */
  #isUncertain = false

  constructor(chosen: Chosen, needsSets: boolean) {
    this.#chosen = chosen
    this.#needsSets = needsSets
    this.#isAac = chosen.audio?.codec === 'aac'
  }

  add(packet: TsPacket, offset: number): void {
    const { video, audio } = this.#chosen
    const isVideo = packet.pid === video?.pid
    const isAudio = packet.pid === audio?.pid
    if (!isVideo && !isAudio) return
    if (packet.isScrambled) this.isScrambled = true
    if (isAudio) this.#addSound(packet, offset)
    else if (packet.isStart) this.#addPicture(packet, offset, video!.codec)
  }

  #addPicture(packet: TsPacket, offset: number, codec: VideoCodec): void {
    const header = readPesHeader(packet.payload)
    if (!header || header.pts === null) return
    const seconds = this.#advance(header.pts) / ticksPerSecond
    const content = packet.payload.subarray(header.headerBytes)
    const last = this.places.at(-1)
    const isEnough = !this.#needsSets || !last || hasSets(content, codec)
    if (isRandomAccess(packet, content, codec) && isEnough && this.#soundLeft === 0) {
      this.places.push({ offset, seconds })
      this.#isUncertain = this.#isAac
    } else if (last) last.seconds = Math.min(last.seconds, seconds)
  }

  /** Sound that is not taken from here may be cut anywhere. */
  #addSound(packet: TsPacket, offset: number): void {
    const { payload, isStart } = packet
    const header = isStart ? readPesHeader(payload) : null
    if (this.#isAac) this.#follow(payload, isStart, header?.sizeBytes ?? 0)
    if (!header) return
    const isWhole = !this.#isAac || isAdts(payload, header.headerBytes)
    if (this.#isUncertain && !isWhole && this.places.length > 1) this.places.pop()
    this.#isUncertain = false
    if (this.#chosen.video || header.pts === null || !isWhole) return

    const seconds = this.#advance(header.pts) / ticksPerSecond
    const last = this.places.at(-1)
    const isDue = !last || seconds - last.seconds >= soundSliceSeconds
    if (isDue) this.places.push({ offset, seconds })
  }

  #follow({ length }: Uint8Array, isStart: boolean, sizeBytes: number): void {
    this.#soundLeft = Math.max(0, (isStart ? sizeBytes : this.#soundLeft) - length)
  }

  /** Throws `damaged` for a clock that jumps. */
  #advance(pts: number): number {
    const step = this.#time === null ? 0 : unwrap(pts - this.#time)
    if (Math.abs(step) > maxJumpTicks) throw new MediaError('damaged', 'The clock begins anew')
    this.#time = this.#time === null ? pts : this.#time + step
    return this.#time
  }
}

/** The start of a picture is enough: parameter sets come first. */
function isRandomAccess(packet: TsPacket, content: Uint8Array, codec: VideoCodec): boolean {
  return packet.isRandomAccess || (codec === 'avc' && isKey(nalsOf(content)))
}

const spsType = { avc: 7, hevc: 33 }

/** Without them nothing can be decoded that is handed to a decoder alone. */
function hasSets(content: Uint8Array, codec: VideoCodec): boolean {
  const nals = codec === 'avc' || codec === 'hevc' ? nalsOf(content) : []
  if (codec === 'avc') return nals.some((nal) => (nal[0]! & 31) === spsType.avc)
  return codec !== 'hevc' || nals.some((nal) => ((nal[0]! >> 1) & 63) === spsType.hevc)
}
