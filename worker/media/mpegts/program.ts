import { MediaError } from '../film.ts'
import type { PacketLayout, TsPacket } from './packet.ts'

/** An elementary stream as the program map names it. */
export interface Stream {
  pid: number
  /** https://en.wikipedia.org/wiki/Program-specific_information#Elementary_stream_types */
  type: number
  descriptors: Uint8Array
}

export interface Program {
  number: number
  mapPid: number
  /** Of the whole program: Blu-ray and cameras say here what they are. */
  descriptors: Uint8Array
  streams: Stream[]
}

const maxPackets = 20_000

/** The first program of a stream. Throws `no_tracks` where the packets name none. */
export function readProgram(packets: Iterable<TsPacket>): Program {
  const sections = new Map<number, SectionJoiner>([[0, new SectionJoiner()]])
  let first: { number: number; mapPid: number } | null = null
  let count = 0
  for (const packet of packets) {
    if (++count > maxPackets) break
    const section = sections.get(packet.pid)?.add(packet)
    if (!section) continue
    if (packet.pid === 0 && !first) {
      first = readAssociation(section)
      if (first) sections.set(first.mapPid, new SectionJoiner())
    } else if (first && packet.pid === first.mapPid && section[0] === 2) {
      return { ...first, ...readMap(section) }
    }
  }
  throw new MediaError('no_tracks', 'The stream names no program')
}

/** Puts together what may take several packets. ITU-T H.222.0, 2.4.4 */
class SectionJoiner {
  #bytes: number[] | null = null

  /** The section, once it is whole. */
  add({ isStart, payload }: TsPacket): Uint8Array | null {
    if (isStart) this.#bytes = [...payload.subarray(1 + payload[0]!)]
    else this.#bytes?.push(...payload)
    const bytes = this.#bytes
    if (!bytes || bytes.length < 3) return null
    const size = 3 + (bytes[1]! & 15) * 256 + bytes[2]!
    if (bytes.length < size) return null
    this.#bytes = null
    return Uint8Array.from(bytes.slice(0, size))
  }
}

const checksumBytes = 4
const u13 = (bytes: Uint8Array, at: number) => (bytes[at]! & 0x1f) * 256 + bytes[at + 1]!
const u12 = (bytes: Uint8Array, at: number) => (bytes[at]! & 15) * 256 + bytes[at + 1]!

function readAssociation(section: Uint8Array): { number: number; mapPid: number } | null {
  for (let at = 8; at + 4 <= section.length - checksumBytes; at += 4) {
    const number = section[at]! * 256 + section[at + 1]!
    if (number !== 0) return { number, mapPid: u13(section, at + 2) }
  }
  return null
}

function readMap(section: Uint8Array): Pick<Program, 'descriptors' | 'streams'> {
  const end = section.length - checksumBytes
  if (end < 12) return { descriptors: new Uint8Array(0), streams: [] }
  const streams: Stream[] = []
  let at = 12 + u12(section, 10)
  const descriptors = section.subarray(12, Math.min(at, end))
  while (at + 5 <= end) {
    const next = at + 5 + u12(section, at + 3)
    const info = section.subarray(at + 5, Math.min(next, end))
    streams.push({ type: section[at]!, pid: u13(section, at + 1), descriptors: info })
    at = next
  }
  return { descriptors, streams }
}

/** The association and the map of a program, a packet each: a stream without content. */
export function writeProgram(program: Program, layout: PacketLayout): Uint8Array {
  const { number, mapPid, streams } = program
  const roomy = mapOf(program)
  const bare = { ...program, descriptors: new Uint8Array(0) }
  const bareStreams = streams.map((stream) => ({ ...stream, descriptors: new Uint8Array(0) }))
  const map = roomy.length <= 170 ? roomy : mapOf({ ...bare, streams: bareStreams })
  const head = new Uint8Array(layout.strideBytes * 2)
  writeSection(head, layout.syncAt, 0, 0, 1, [...u16(number), ...u16(0xe000 + mapPid)])
  writeSection(head, layout.strideBytes + layout.syncAt, mapPid, 2, number, map)
  return head
}

const u16 = (value: number) => [value >> 8, value & 255]

const noClock = 0x1fff
const mapOf = ({ descriptors, streams }: Omit<Program, 'number' | 'mapPid'>): number[] => [
  ...[...u16(0xe000 + (streams[0]?.pid ?? noClock)), ...u16(0xf000 + descriptors.length)],
  ...descriptors,
  ...streams.flatMap(({ type, pid, descriptors: info }) => [
    ...[type, ...u16(0xe000 + pid), ...u16(0xf000 + info.length), ...info],
  ]),
]

function writeSection(
  head: Uint8Array,
  at: number,
  pid: number,
  table: number,
  id: number,
  content: number[],
): void {
  const sizeBytes = 5 + content.length + checksumBytes
  const section = [table, ...u16(0xb000 + sizeBytes), ...u16(id), 0xc1, 0, 0, ...content]
  const checksum = crc32(section)
  const bytes = [...section, ...u16(checksum >>> 16), ...u16(checksum & 0xffff)]
  head.fill(0xff, at, at + 188)
  head.set([0x47, 0x40 + (pid >> 8), pid & 255, 0x10, 0, ...bytes], at)
}

/** ITU-T H.222.0, annex A: not reflected, not inverted. */
function crc32(bytes: number[]): number {
  let crc = -1
  for (const byte of bytes) {
    crc ^= byte << 24
    for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1
  }
  return crc >>> 0
}
