/** NAL unit types of ISO/IEC 14496-10 table 7-1. */
const slice = 1
const idrSlice = 5

/** So many first bytes of a sample reach past everything that may lie before its first slice. */
export const idrProbeBytes = 8192

/**
 * Does an H.264 sample start a group that needs nothing before it? Files also mark pictures as key
 * frames from which decoding merely recovers; after a seek to such a one Chromium waits for ever.
 * `config` is the avcC, which tells how lengths are written. True where the bytes do not tell.
 */
export function isIdr(config: Uint8Array, sample: Uint8Array): boolean {
  const lengthBytes = (config[4]! & 3) + 1
  for (let at = 0; at + lengthBytes < sample.length;) {
    let nalBytes = 0
    for (let i = 0; i < lengthBytes; i++) nalBytes = nalBytes * 256 + sample[at + i]!
    const type = sample[at + lengthBytes]! & 31
    if (type === slice || type === idrSlice) return type === idrSlice
    at += lengthBytes + nalBytes
  }
  return true
}
