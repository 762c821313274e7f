import type { Command } from './command.ts'
import { trusted } from './images.ts'

export const previewKey = 'preview.webp'
export const maxPreviewBytes = 400_000
/** Tried in this order until the file is small enough. */
export const previewQualities = [60, 35, 10] as const

const wholeSeconds = 3
const maxCuts = 4
const framesPerSecond = 12
const maxSidePx = 320
const hairSeconds = 0.004

export interface Cut {
  fromSeconds: number
  seconds: number
}

/**
 * Three seconds of the film: short cuts that begin at the best moments, in the film's order, or
 * spread over it where those are too few. A film that is shorter is shown whole.
 */
export function planCuts(durationSeconds: number, moments: number[]): Cut[] {
  if (durationSeconds <= wholeSeconds) return [{ fromSeconds: 0, seconds: durationSeconds }]
  const seconds = wholeSeconds / maxCuts
  const last = durationSeconds - seconds
  const apart = moments
    .map((moment) => Math.min(moment, last))
    .filter((from, i, all) => all.slice(0, i).every((other) => Math.abs(other - from) >= seconds))
    .slice(0, maxCuts)
  const margin = Math.max(0, Math.min(last / (2 * maxCuts), (last - seconds * (maxCuts - 1)) / 2))
  const step = (last - margin * 2) / (maxCuts - 1)
  const spread = Array.from({ length: maxCuts }, (_, i) => margin + i * step)
  const starts = apart.length === maxCuts ? apart.toSorted((a, b) => a - b) : spread
  return starts.map((fromSeconds) => ({ fromSeconds, seconds }))
}

/** An animation of files that each hold a cut; `atSeconds` counts in the file. */
export function toPreviewCommand(
  pieces: { path: string; atSeconds: number; seconds: number }[],
  quality: number,
  previewPath: string,
): Command {
  const fit = `force_original_aspect_ratio=decrease:force_divisible_by=2:flags=area`
  const scale = `scale='min(${maxSidePx},iw)':'min(${maxSidePx},ih)':${fit}`
  const shown = pieces.map(({ seconds }, i) => {
    const frames = Math.max(1, Math.round(seconds * framesPerSecond))
    return `[${i}:v]fps=${framesPerSecond},trim=end_frame=${frames},${scale},setsar=1[c${i}]`
  })
  const names = pieces.map((_, i) => `[c${i}]`).join('')
  const joined = `${names}concat=n=${pieces.length}:v=1:a=0,format=yuv420p[preview]`
  return {
    inputs: pieces.map(({ path, atSeconds, seconds }) => ({
      // A hair late, or the seek would land in the group of pictures before.
      options: [
        ...[...trusted, '-threads', '1', '-ss', (atSeconds + hairSeconds).toFixed(3)],
        ...['-t', seconds.toFixed(3)],
      ],
      path: `file:${path}`,
    })),
    filterGraph: [...shown, joined].join(';'),
    outputs: [
      {
        options: [
          ...['-map', '[preview]', '-map_metadata', '-1', '-c:v', 'libwebp_anim', '-loop', '0'],
          // From 6 up it costs six times the work and saves a twentieth.
          ...['-compression_level', '4', '-quality', `${quality}`, '-f', 'webp'],
        ],
        path: previewPath,
      },
    ],
  }
}

/** How many frames an animated WebP has; 0 of a still. RIFF: chunks of a name, a size, a body. */
export function countFrames(webp: Uint8Array): number {
  const data = new DataView(webp.buffer, webp.byteOffset, webp.byteLength)
  const nameAt = (at: number) => String.fromCharCode(...webp.subarray(at, at + 4))
  if (webp.length < 12 || nameAt(0) !== 'RIFF' || nameAt(8) !== 'WEBP') return 0
  let frames = 0
  for (let at = 12; at + 8 <= webp.length;) {
    if (nameAt(at) === 'ANMF') frames++
    const sizeBytes = data.getUint32(at + 4, true)
    at += 8 + sizeBytes + (sizeBytes % 2)
  }
  return frames
}
