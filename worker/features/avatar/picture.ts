/** RGBA, eight bits each, rows from the top. */
export interface Picture {
  data: Uint8Array
  width: number
  height: number
}

/** What a file says of itself before anything of it is decoded. */
export interface Header {
  kind: 'jpeg' | 'png' | 'webp'
  widthPx: number
  heightPx: number
  /** How to turn it, 1 to 8: EXIF 2.32, 4.6.4. */
  orientation: number
}

/** One byte a letter. */
export const letters = (bytes: Uint8Array, from: number, count: number): string =>
  String.fromCharCode(...bytes.subarray(from, from + count))

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
