import path from 'node:path'
import type { TaskSpec } from '#contracts/task.ts'
import type { SoundSource } from './source.ts'
import type { AudioOutput, EncodePlan } from './encode.ts'
import { playlistName, segmentOptions } from './segment.ts'

/** The renditions of sound that a film gets. */
export const planSounds = (
  sounds: SoundSource[],
  { kbps, channels }: TaskSpec['audio'],
): AudioOutput[] =>
  sounds.slice(0, 1).map(({ index, language, label }) => ({
    kind: 'audio',
    name: 'audio',
    streamIndex: index,
    ...{ kbps, channels, language, label, track: 0 },
  }))

const sampleRate = 48_000

/** AAC delays sound by one frame, and segments carry no edit list that says so. */
const primingSamples = 1024

export function audioOutput(plan: EncodePlan, audio: AudioOutput, outDir: string) {
  const folder = path.join(outDir, audio.name)
  const filters = [
    `aresample=${sampleRate}:async=1:first_pts=0`,
    `apad=whole_dur=${Math.max(plan.durationSeconds, 0.1).toFixed(3)}`,
    `atrim=start_sample=${primingSamples}`, // the encoder's delay puts the rest where it belongs
  ]
  return {
    options: [
      ...['-map', `0:${audio.streamIndex}`, '-af', filters.join(',')],
      ...['-c:a', 'aac', '-b:a', `${audio.kbps}k`, '-ac', `${audio.channels}`],
      ...segmentOptions(plan, folder, '+cmaf'), // never frag_discont: it writes a negative tfdt
    ],
    path: path.join(folder, playlistName),
  }
}
