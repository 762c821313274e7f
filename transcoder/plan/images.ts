import path from 'node:path'
import type { Storyboard } from '#contracts/task.ts'
import type { Command } from './command.ts'
import { lookFilters, lookSize } from './look.ts'

export type StoryboardPlan = Omit<Storyboard, 'sheetKeys'>

interface Size {
  widthPx: number
  heightPx: number
}

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
export function planStoryboard(durationSeconds: number, size: Size): StoryboardPlan {
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

export const listSheetKeys = ({ count, columns, rows }: StoryboardPlan): string[] =>
  Array.from({ length: Math.ceil(count / (columns * rows)) }, (_, i) => sheetKey(i))

/** Names nothing of the source; 2 is the best quality, 31 the worst. */
export const jpegOptions = (quality: number): string[] => [
  ...['-map_metadata', '-1', '-an', '-sn', '-dn', '-c:v', 'mjpeg', '-q:v', `${quality}`],
  ...['-pix_fmt', 'yuvj420p', '-flags:v', '+bitexact', '-f', 'image2'],
]

/** For files that this program wrote itself. */
export const trusted = ['-protocol_whitelist', 'file', '-format_whitelist', 'mov']

/** Neither read nor decode what is no key frame. One thread: there is no next frame to begin. */
export const keysOnly = ['-threads', '1', '-discard:v', 'nokey', '-skip_frame', 'nokey']

/**
 * One decode of the lowest rendition, a tenth of the work that the source would be: sheets of small
 * pictures, and raw grey ones to choose posters by. Above two GOPs a picture, key frames will do.
 */
export function toSurveyCommand(
  plan: StoryboardPlan,
  film: Size & { lowestPath: string; durationSeconds: number; gopSeconds: number },
  out: { outDir: string; looksPath: string },
): Command {
  const isSparse = plan.everySeconds >= film.gopSeconds * 2
  const sheets = [
    // The last frame that is not later than the cue; held, or the last cue might go without.
    `tpad=stop_mode=clone:stop_duration=${plan.everySeconds}`,
    `fps=fps=1/${plan.everySeconds}:round=up`,
    `trim=end_frame=${plan.count}`,
    `scale=${plan.tileWidthPx}:${plan.tileHeightPx}:flags=area:out_range=pc`,
    `tile=${plan.columns}x${plan.rows}`,
  ]
  const looks = lookFilters(lookSize(film), film.durationSeconds)
  const sheetPath = path.join(out.outDir, 'storyboard_%d.jpg')
  const sheetOptions = ['-fps_mode', 'vfr', ...jpegOptions(5), '-start_number', '0']
  const lookOptions = ['-fps_mode', 'passthrough', '-f', 'rawvideo']
  return {
    inputs: [
      { options: [...trusted, ...(isSparse ? keysOnly : [])], path: `file:${film.lowestPath}` },
    ],
    filterGraph: `[0:v]split=2[a][b];[a]${sheets.join(',')}[sheets];[b]${looks}[looks]`,
    outputs: [
      { options: ['-map', '[sheets]', ...sheetOptions], path: sheetPath },
      { options: ['-map', '[looks]', ...lookOptions], path: out.looksPath },
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
