import { MediaError } from '../film.ts'

/** What esds says of a stream. */
export interface StreamDescription {
  /** `objectTypeIndication`: 0x40 AAC, 0x69 and 0x6b MPEG audio. https://mp4ra.org/registered-types/object-types */
  objectType: number
  /** The decoder's own configuration: an AudioSpecificConfig for AAC. */
  config: Uint8Array | null
}

interface Descriptor {
  tag: number
  body: Uint8Array
}

const streamTag = 3
const decoderTag = 4
const configTag = 5

/** Length has 7 bits a byte, in at most 4 bytes. ISO/IEC 14496-1, 8.3.3 */
function readDescriptor(bytes: Uint8Array, at: number): { one: Descriptor; end: number } | null {
  const tag = bytes[at]
  let start = at + 1
  let length = 0
  for (let i = 0; i < 4; i++) {
    const byte = bytes[start++] ?? 0
    length = length * 128 + (byte & 127)
    if (byte < 128) break
  }
  if (tag === undefined || start > bytes.length) return null
  const end = Math.min(start + length, bytes.length) // some writers count too much
  return { one: { tag, body: bytes.subarray(start, end) }, end }
}

function findDescriptor(bytes: Uint8Array, tag: number): Uint8Array | null {
  for (let at = 0; ;) {
    const found = readDescriptor(bytes, at)
    if (!found) return null
    if (found.one.tag === tag) return found.one.body
    at = found.end
  }
}

/** ES_ID and flags, then what the flags announce. ISO/IEC 14496-1, 7.2.6.5 */
function skipStreamHeader(stream: Uint8Array): Uint8Array {
  const flags = stream[2] ?? 0
  const dependsOn = flags & 0x80 ? 2 : 0
  const url = flags & 0x40 ? 1 + (stream[3 + dependsOn] ?? 0) : 0
  const clock = flags & 0x20 ? 2 : 0
  return stream.subarray(3 + dependsOn + url + clock)
}

/** `esds` is the body of that box, with its version and flags. Throws `damaged`. */
export function readEsds(esds: Uint8Array): StreamDescription {
  const stream = findDescriptor(esds.subarray(4), streamTag)
  const decoder = stream && findDescriptor(skipStreamHeader(stream), decoderTag)
  const objectType = decoder?.[0]
  if (!decoder || objectType === undefined) {
    throw new MediaError('damaged', 'esds describes no decoder')
  }
  return { objectType, config: findDescriptor(decoder.subarray(13), configTag) }
}
