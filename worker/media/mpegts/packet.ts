import { MediaError } from '../film.ts'

/**
 * Packets of 188 bytes, alone, after a time stamp of 4 bytes (as cameras and Blu-ray write them), or
 * before 16 bytes of error correction. Source: ITU-T H.222.0, 2.4.3
 */
export interface PacketLayout {
  strideBytes: number
  /** From the start of a packet to its sync byte. */
  syncAt: number
}

const layouts: PacketLayout[] = [
  { strideBytes: 188, syncAt: 0 },
  { strideBytes: 192, syncAt: 4 },
  { strideBytes: 204, syncAt: 0 },
]
const sync = 0x47
const packetsLookedAt = 5

/** `start` is where the first whole packet begins. Null where there are no packets. */
export function findLayout(front: Uint8Array): { layout: PacketLayout; start: number } | null {
  for (const layout of layouts) {
    for (let start = 0; start < layout.strideBytes; start++) {
      if (isLayout(front, layout, start)) return { layout, start }
    }
  }
  return null
}

function isLayout(front: Uint8Array, { strideBytes, syncAt }: PacketLayout, start: number) {
  const count = Math.min(packetsLookedAt, Math.floor((front.length - start) / strideBytes))
  if (count < 2) return false
  for (let i = 0; i < count; i++) {
    if (front[start + syncAt + i * strideBytes] !== sync) return false
  }
  return true
}

export interface TsPacket {
  pid: number
  /** A section or PES packet begins in it. */
  isStart: boolean
  isRandomAccess: boolean
  isScrambled: boolean
  /** Counts payloads of a PID, modulo 16. */
  counter: number
  payload: Uint8Array
}

const none = new Uint8Array(0)

/** The packet whose stride begins at `at`. Throws `damaged` where there is none. */
export function readPacket(bytes: Uint8Array, at: number, layout: PacketLayout): TsPacket {
  const start = at + layout.syncAt
  if (bytes[start] !== sync) throw new MediaError('damaged', 'Packets do not follow each other')
  const [flags, low, control] = [bytes[start + 1]!, bytes[start + 2]!, bytes[start + 3]!]
  const hasAdaptation = (control & 0x20) !== 0
  const adaptationBytes = hasAdaptation ? 1 + bytes[start + 4]! : 0
  const hasPayload = (control & 0x10) !== 0 && adaptationBytes < 184 && (flags & 0x80) === 0
  return {
    pid: (flags & 0x1f) * 256 + low,
    isStart: hasPayload && (flags & 0x40) !== 0,
    isRandomAccess: adaptationBytes > 1 && (bytes[start + 5]! & 0x40) !== 0,
    isScrambled: control >= 0x40,
    counter: control & 15,
    payload: hasPayload ? bytes.subarray(start + 4 + adaptationBytes, start + 188) : none,
  }
}

/** All whole packets of `bytes`, which begin with one. */
export function* packetsOf(bytes: Uint8Array, layout: PacketLayout): Generator<TsPacket> {
  const { strideBytes } = layout
  for (let at = 0; at + strideBytes <= bytes.length; at += strideBytes) {
    yield readPacket(bytes, at, layout)
  }
}
