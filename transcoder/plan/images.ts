import path from 'node:path'
import type { Storyboard } from '#contracts/task.ts'
import type { Command } from './command.ts'

export type StoryboardPlan = Omit<Storyboard, 'sheetKeys'>

const tileLongSidePx = 160
const sheetSide = 10
const wantedPictures = 10
const everySecondsLong = 5
const maxPictures = 2000

const even = (px: number) => Math.max(2, Math.round(px / 2) * 2)

/**
 * A picture each 5 s; a film under 50 s gets ten of them, but not more than four a second, and a
 * very long one no more than 2,000 in all.
 */
export function planStoryboard(
  durationSeconds: number,
  size: { widthPx: number; heightPx: number },
): StoryboardPlan {
  const dense = Math.max(0.25, durationSeconds / wantedPictures)
  const sparse = Math.max(everySecondsLong, Math.ceil(durationSeconds / maxPictures))
  const everySeconds = durationSeconds < everySecondsLong * wantedPictures ? dense : sparse
  const count = Math.max(1, Math.ceil(durationSeconds / everySeconds - 0.001))
  const columns = Math.min(sheetSide, count)
  const scale = tileLongSidePx / Math.max(size.widthPx, size.heightPx)
  return {
    everySeconds: Math.round(everySeconds * 1000) / 1000,
    columns,
    rows: Math.min(sheetSide, Math.ceil(count / columns)),
    tileWidthPx: even(size.widthPx * scale),
    tileHeightPx: even(size.heightPx * scale),
    count,
  }
}

export const sheetKey = (sheet: number): string => `storyboard_${sheet}.jpg`

const jpegOptions = (quality: number) => [
  ...['-map_metadata', '-1', '-an', '-sn', '-dn', '-c:v', 'mjpeg', '-q:v', `${quality}`],
  ...['-pix_fmt', 'yuvj420p', '-flags:v', '+bitexact', '-f', 'image2'],
]

const trusted = ['-protocol_whitelist', 'file', '-format_whitelist', 'mov']

/**
 * Sheets of small pictures from the lowest rendition: a tenth of the work that the source would
 * be. Above two GOPs a picture, key frames alone will do.
 */
export function toStoryboardCommand(
  plan: StoryboardPlan,
  files: { lowestPath: string; outDir: string; gopSeconds: number },
): Command {
  const keysOnly = plan.everySeconds >= files.gopSeconds * 2 ? ['-skip_frame', 'nokey'] : []
  const filters = [
    `fps=fps=1/${plan.everySeconds}:round=up`, // the last frame that is not later than the cue
    `scale=${plan.tileWidthPx}:${plan.tileHeightPx}:flags=area:out_range=pc`,
    `tile=${plan.columns}x${plan.rows}`,
  ]
  return {
    inputs: [{ options: [...trusted, ...keysOnly], path: `file:${files.lowestPath}` }],
    outputs: [
      {
        options: [
          '-vf',
          filters.join(','),
          '-fps_mode',
          'vfr',
          ...jpegOptions(5),
          '-start_number',
          '0',
        ],
        path: path.join(files.outDir, 'storyboard_%d.jpg'),
      },
    ],
  }
}

const pad = (value: number, digits = 2) => `${Math.floor(value)}`.padStart(digits, '0')

const clock = (seconds: number): string => {
  const ms = Math.round(seconds * 1000)
  const minutes = `${pad(ms / 3_600_000)}:${pad((ms / 60_000) % 60)}`
  return `${minutes}:${pad((ms / 1000) % 60)}.${pad(ms % 1000, 3)}`
}

/** WebVTT with a media fragment a cue, names relative to the file. https://www.w3.org/TR/media-frags/ */
export function toStoryboardVtt(plan: StoryboardPlan, durationSeconds: number): string {
  const perSheet = plan.columns * plan.rows
  const cues = Array.from({ length: plan.count }, (_, i) => {
    const end = i === plan.count - 1 ? durationSeconds : (i + 1) * plan.everySeconds
    const place = i % perSheet
    const x = (place % plan.columns) * plan.tileWidthPx
    const y = Math.floor(place / plan.columns) * plan.tileHeightPx
    const picture = `${sheetKey(Math.floor(i / perSheet))}#xywh=${x},${y},${plan.tileWidthPx},${plan.tileHeightPx}`
    return `${clock(i * plan.everySeconds)} --> ${clock(end)}\n${picture}\n`
  })
  return `WEBVTT\n\n${cues.join('\n')}`
}

/** The part of a film in which its poster is looked for, in seconds. */
export function posterRange(durationSeconds: number): { from: number; to: number } {
  return { from: durationSeconds * 0.1, to: Math.min(durationSeconds * 0.4, 1200) }
}

/** Print the entropy of each key frame's light: black, white and fades have little. */
export function toScoreCommand(lowestPath: string, durationSeconds: number): Command {
  const { to } = posterRange(durationSeconds)
  const filters = 'scale=160:-2,format=gray,entropy,metadata=mode=print'
  return {
    inputs: [
      {
        options: [...trusted, '-skip_frame', 'nokey', '-t', Math.max(to, 0.1).toFixed(3)],
        path: `file:${lowestPath}`,
      },
    ],
    outputs: [
      { options: ['-an', '-vf', filters, '-fps_mode', 'passthrough', '-f', 'null'], path: '-' },
    ],
  }
}

/** Read one log line of the command above into `scores`: seconds → entropy (0 to 1). */
export function readScore(line: string, scores: [seconds: number, entropy: number][]): void {
  const time = /pts_time:([\d.]+)/.exec(line)
  if (time) scores.push([Number(time[1]), 0])
  const entropy = /normalized_entropy\.normal\.\w+=([\d.]+)/.exec(line)
  const last = scores.at(-1)
  if (entropy && last) last[1] = Number(entropy[1])
}

/** The first key frame past a tenth of the film that is nearly as rich as the richest. */
export function choosePosterSeconds(
  scores: [seconds: number, entropy: number][],
  durationSeconds: number,
): number {
  const { from } = posterRange(durationSeconds)
  const late = scores.filter(([seconds]) => seconds >= from)
  const candidates = late.some(([, entropy]) => entropy > 0.3) ? late : scores
  const richest = Math.max(0, ...candidates.map(([, entropy]) => entropy))
  return candidates.find(([, entropy]) => entropy >= richest * 0.9)?.[0] ?? 0
}

/** One frame of the sharpest rendition, at most 1280 wide. `atSeconds` counts in the file. */
export function toPosterCommand(
  segmentPath: string,
  atSeconds: number,
  posterPath: string,
): Command {
  const filters = `scale='min(1280,iw)':-2:flags=lanczos:out_range=pc`
  return {
    inputs: [
      {
        options: [...trusted, '-ss', Math.max(0, atSeconds - 0.005).toFixed(3)],
        path: `file:${segmentPath}`,
      },
    ],
    outputs: [
      {
        options: ['-vf', filters, '-frames:v', '1', '-update', '1', ...jpegOptions(3)],
        path: posterPath,
      },
    ],
  }
}
