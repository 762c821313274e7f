import type { PictureCodec } from './ladder.ts'

/** As sample entries call them. */
const entries: [PictureCodec, RegExp][] = [
  ['h264', /\bavc[13]\b/],
  ['hevc', /\b(hvc1|hev1)\b/],
  ['av1', /\bav01\b/],
]

/** From a CODECS string; null for sound alone and for what is not made here. */
export const codecOf = (codecs: string): PictureCodec | null =>
  entries.find(([, entry]) => entry.test(codecs))?.[0] ?? null
