import { expect, test } from 'vitest'
import { findReadable } from './readable.ts'

const streams = (...texts: string[]) => texts.map((text) => `[info]   Stream #0:${text}`)

test('pictures, sounds and text that are read are kept, covers and the rest are not', () => {
  const lines = [
    "[info] Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'file:source':",
    '[info]     title           : Stream #0:9: Audio: aac',
    ...streams(
      '0[0x1](und): Video: h264 (High) (avc1 / 0x31637661), yuv420p, 96x64 (default)',
      '1[0x2](deu): Audio: qcelp (Qclp / 0x706C6351), 8000 Hz, mono',
      '2[0x3](eng): Audio: aac (LC) (mp4a / 0x6134706D), 44100 Hz, stereo',
      '3[0x4]: Data: bin_data (text / 0x74786574)',
      '4[0x5](eng): Subtitle: mov_text (tx3g / 0x67337874)',
      '5: Subtitle: dvd_subtitle, 720x576',
      '6[0x0]: Video: mjpeg (Baseline), yuvj420p, 64x48 (attached pic)',
    ),
    "[info] Output #0, null, to 'pipe:':",
    ...streams('7: Audio: aac'),
  ]
  expect(findReadable(lines)).toEqual({ format: 'mov', indexes: [0, 2, 4] })
  const other = ["[info] Input #0, matroska,webm, from 'file:source':", ...streams('0: Audio: mp3')]
  expect(findReadable(other)).toEqual({ format: 'matroska', indexes: [0] })
})

test('text alone is no film, and neither is nothing', () => {
  expect(findReadable(streams('0: Subtitle: ass', '1: Audio: wavpack'))).toBeNull()
  expect(findReadable([])).toBeNull()
})
