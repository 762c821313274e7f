import type { Command } from './command.ts'
import { trusted } from './images.ts'

export const peaksKey = 'peaks.json'
export const maxPeaks = 20_000

/** Enough for a shape; every rate below divides it. */
const samplesPerSecond = 8000
const rates = [50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1]

/** Peaks a second: as fine as a film of this length can have them. */
export const choosePeakRate = (durationSeconds: number): number =>
  rates.find((perSecond) => durationSeconds * perSecond <= maxPeaks) ?? rates.at(-1)!

/** Sound as 16-bit samples. Its channels stay apart: mixed, they could cancel each other. */
export const toSamplesCommand = (audioPath: string, samplesPath: string): Command => ({
  inputs: [{ options: trusted, path: `file:${audioPath}` }],
  outputs: [
    {
      options: ['-map', '0:a:0', '-vn', '-ar', `${samplesPerSecond}`, '-f', 's16le'],
      path: samplesPath,
    },
  ],
})

export interface PeakMeter {
  take: (samples: Int16Array) => void
  /** 0 to 100 of full scale, one for each span of time. */
  peaks: () => number[]
}

/** `samples` come interleaved, in pieces of any length. */
export function createPeakMeter(perSecond: number, channels: number): PeakMeter {
  const spanSamples = Math.round(samplesPerSecond / perSecond) * channels
  const done: number[] = []
  let loudest = 0
  let taken = 0
  const scale = (sample: number) => Math.min(100, Math.round((sample * 100) / 32_767))
  return {
    take(samples) {
      for (const sample of samples) {
        const level = Math.abs(sample)
        if (level > loudest) loudest = level
        if (++taken < spanSamples) continue
        done.push(scale(loudest))
        loudest = 0
        taken = 0
      }
    },
    // A rest under half a span is the rounding of codecs, not sound.
    peaks: () =>
      (taken * 2 >= spanSamples || !done.length ? [...done, scale(loudest)] : done).slice(
        0,
        maxPeaks,
      ),
  }
}
