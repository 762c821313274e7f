import type { AudioCodec } from '../film.ts'

/** What the configuration of a sound codec says. */
export interface SoundFacts {
  /** `other` where browsers do not take this form of it. */
  codec: AudioCodec
  codecs: string
  channels: number
  /** As heard: after spectral band replication. */
  sampleRateHz: number
}
