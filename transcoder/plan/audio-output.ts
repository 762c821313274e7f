import path from 'node:path'
import type { AudioOutput, EncodePlan } from './encode.ts'
import { playlistName, segmentOptions } from './segment.ts'

const sampleRate = 48_000

/** AAC delays sound by one frame, and segments carry no edit list that says so. */
const primingSamples = 1024

const layouts: Record<number, string> = { 1: 'mono', 2: 'stereo', 6: '5.1' }

/**
 * Of a sphere the first channel is what is heard from all directions; of more channels than there
 * are loudspeakers, the first two are left and right. ffmpeg would guess, or refuse.
 */
const pans = { sphere: 'pan=mono|c0=c0', channels: 'pan=stereo|c0=c0|c1=c1' }

/**
 * Loudspeakers are folded as ITU-R BS.775 says: the centre and the surrounds at -3 dB to their
 * sides, the low effects left out. That can be louder than full scale, so a limiter holds the
 * peaks: turned down by the 8 dB that make sure, every film would whisper.
 */
const limiter = 'alimiter=limit=0.95:level=disabled:latency=1'

export function audioOutput(plan: EncodePlan, audio: AudioOutput, outDir: string) {
  const folder = path.join(outDir, audio.name)
  const { fold, channels } = audio
  const wholeSeconds = Math.max(plan.durationSeconds, 0.1).toFixed(3)
  const filters = [
    ...(fold === 'sphere' || fold === 'channels' ? [pans[fold]] : []),
    `aresample=${sampleRate}:async=1:first_pts=0`,
    `aformat=channel_layouts=${layouts[channels] ?? 'stereo'}`,
    ...(fold === 'speakers' ? [limiter] : []),
    `apad=whole_dur=${wholeSeconds}`,
    // The film lasts as long as its first sound; the others end with it.
    ...(audio.mayBeLonger ? [`atrim=end=${wholeSeconds}`] : []),
    `atrim=start_sample=${primingSamples}`, // the encoder's delay puts the rest where it belongs
  ]
  return {
    options: [
      ...['-map', `0:${audio.streamIndex}`, '-af', filters.join(',')],
      ...['-c:a', 'aac', '-b:a', `${audio.kbps}k`, '-ac', `${channels}`],
      ...segmentOptions(plan, folder, '+cmaf'), // never frag_discont: it writes a negative tfdt
    ],
    path: path.join(folder, playlistName),
  }
}
