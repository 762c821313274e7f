import type { SoundFacts } from './sound.ts'

/** MPEG-2.5, reserved, 2, 1 → rates. ISO/IEC 11172-3, 2.4.2.3 */
const rates = [[11_025, 12_000, 8000], [], [22_050, 24_000, 16_000], [44_100, 48_000, 32_000]]
const mono = 3
const layerThree = 1

/** `header` are the first 4 bytes of a packet; null where they begin no MPEG sound. */
export function describeMpegAudio(header: Uint8Array): SoundFacts | null {
  const [sync = 0, kind = 0, rate = 0, mode = 0] = header
  if (sync !== 0xff || kind < 0xe0) return null
  const sampleRateHz = rates[(kind >> 3) & 3]?.[(rate >> 2) & 3]
  if (!sampleRateHz) return null
  const isThree = ((kind >> 1) & 3) === layerThree
  return {
    codec: isThree ? 'mp3' : 'other',
    codecs: 'mp4a.6B',
    channels: mode >> 6 === mono ? 1 : 2,
    sampleRateHz,
  }
}
