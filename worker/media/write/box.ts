/** Boxes of ISO/IEC 14496-12, as nested lists of bytes. */

export type Bytes = ArrayLike<number>

/** Size, four letters and what is in it. */
export function box(type: string, ...contents: Bytes[]): Uint8Array {
  const sizeBytes = contents.reduce((sum, { length }) => sum + length, 8)
  const bytes = new Uint8Array(sizeBytes)
  bytes.set(u32(sizeBytes))
  bytes.set(ascii(type), 4)
  let at = 8
  for (const part of contents) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** A box with version and flags. */
export const fullBox = (type: string, version: number, flags: number, ...contents: Bytes[]) =>
  box(type, u32(version * 2 ** 24 + flags), ...contents)

export const ascii = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0))
export const zeros = (count: number): number[] => Array.from({ length: count }, () => 0)

export const u8 = (value: number): number[] => [value & 255]
export const u16 = (value: number): number[] => [(value >>> 8) & 255, value & 255]
/** Signed values as two's complement. */
export const u32 = (value: number): number[] => [
  (value >>> 24) & 255,
  (value >>> 16) & 255,
  (value >>> 8) & 255,
  value & 255,
]
export const u64 = (value: number): number[] => [...u32(Math.floor(value / 2 ** 32)), ...u32(value)]
/** 16.16 fixed point. */
export const fixed = (value: number): number[] => u32(Math.round(value * 65_536))
