/**
 * Elements of EBML and Matroska. Sources: https://www.rfc-editor.org/rfc/rfc8794 and
 * https://www.rfc-editor.org/rfc/rfc9559
 */
export const ids = {
  ebml: 0x1a45dfa3,
  segment: 0x18538067,
  seekHead: 0x114d9b74,
  seek: 0x4dbb,
  seekId: 0x53ab,
  seekPosition: 0x53ac,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackType: 0x83,
  flagEnabled: 0xb9,
  flagDefault: 0x88,
  flagInterlaced: 0x9a,
  codecId: 0x86,
  codecPrivate: 0x63a2,
  codecDelay: 0x56aa,
  defaultDuration: 0x23e383,
  language: 0x22b59c,
  languageBcp47: 0x22b59d,
  video: 0xe0,
  pixelWidth: 0xb0,
  pixelHeight: 0xba,
  displayWidth: 0x54b0,
  displayHeight: 0x54ba,
  displayUnit: 0x54b2,
  colour: 0x55b0,
  matrix: 0x55b1,
  range: 0x55b9,
  transfer: 0x55ba,
  primaries: 0x55bb,
  projection: 0x7670,
  poseYaw: 0x7673,
  poseRoll: 0x7675,
  audio: 0xe1,
  samplingFrequency: 0xb5,
  channels: 0x9f,
  contentEncodings: 0x6d80,
  contentEncoding: 0x6240,
  contentEncodingScope: 0x5032,
  contentCompression: 0x5034,
  contentCompAlgo: 0x4254,
  contentCompSettings: 0x4255,
  contentEncryption: 0x5035,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
  blockDuration: 0x9b,
  referenceBlock: 0xfb,
  cues: 0x1c53bb6b,
  cuePoint: 0xbb,
  cueTime: 0xb3,
  cueTrackPositions: 0xb7,
  cueTrack: 0xf7,
  cueClusterPosition: 0xf1,
} as const

/** An id takes 4 bytes at most, a size 8. */
export const maxHeaderBytes = 12

export interface ElementHeader {
  id: number
  headerBytes: number
  /** Of the body; null where it ends only where the next element of its level begins. */
  sizeBytes: number | null
}

/** A number of variable length: 1 to 8 bytes, the first set bit tells how many. */
export function readVarInt(
  bytes: Uint8Array,
  at: number,
): { value: number; lengthBytes: number; isUnknown: boolean } | null {
  const first = bytes[at]
  if (!first) return null
  const lengthBytes = Math.clz32(first) - 23
  if (at + lengthBytes > bytes.length) return null
  let value = first & (0xff >> lengthBytes)
  let isUnknown = value === 0xff >> lengthBytes
  for (let i = 1; i < lengthBytes; i++) {
    value = value * 256 + bytes[at + i]!
    isUnknown &&= bytes[at + i] === 0xff
  }
  return { value, lengthBytes, isUnknown }
}

/** Null where no element can begin, or its header is not all there. */
export function readElementHeader(bytes: Uint8Array, at = 0): ElementHeader | null {
  const first = bytes[at]
  if (!first || first < 0x10) return null
  const idBytes = Math.clz32(first) - 23
  if (at + idBytes > bytes.length) return null
  const id = readUint(bytes.subarray(at, at + idBytes))
  const size = readVarInt(bytes, at + idBytes)
  if (!size) return null
  return {
    id,
    headerBytes: idBytes + size.lengthBytes,
    sizeBytes: size.isUnknown ? null : size.value,
  }
}

export interface Element {
  id: number
  body: Uint8Array
  /** Header and body. */
  bytes: Uint8Array
}

/** The elements that lie whole in `bytes`, up to the first that does not. */
export function* elementsOf(bytes: Uint8Array): Generator<Element> {
  let at = 0
  for (;;) {
    const header = readElementHeader(bytes, at)
    if (!header || header.sizeBytes === null) return
    const end = at + header.headerBytes + header.sizeBytes
    if (end > bytes.length) return
    const body = bytes.subarray(at + header.headerBytes, end)
    yield { id: header.id, body, bytes: bytes.subarray(at, end) }
    at = end
  }
}

export const findElement = (bytes: Uint8Array, id: number): Uint8Array | undefined => {
  for (const element of elementsOf(bytes)) if (element.id === id) return element.body
  return undefined
}

/** Exact up to 2^53, which no honest number here comes near. */
export const readUint = (body: Uint8Array): number =>
  body.subarray(0, 8).reduce((value, byte) => value * 256 + byte, 0)

/** 0 for any length but 4 and 8. */
export function readFloat(body: Uint8Array): number {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  if (body.length === 4) return view.getFloat32(0)
  return body.length === 8 ? view.getFloat64(0) : 0
}

/** Text may be padded with zeros. */
export const readText = (body: Uint8Array): string =>
  new TextDecoder().decode(body.subarray(0, 256)).replace(/\0.*$/s, '')

/** An element with a size of 8 bytes; null writes the unknown size. */
export function writeElementHeader(id: number, sizeBytes: number | null): Uint8Array {
  const idBytes = id > 0xffffff ? 4 : id > 0xffff ? 3 : id > 0xff ? 2 : 1
  const bytes = new Uint8Array(idBytes + 8)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < idBytes; i++) bytes[i] = (id / 256 ** (idBytes - 1 - i)) & 0xff
  view.setBigUint64(idBytes, sizeBytes === null ? (1n << 56n) - 1n : BigInt(sizeBytes))
  bytes[idBytes] = 0x01
  return bytes
}
