import type { CaptionTrack } from '#contracts/task.ts'
import { clockOptions } from './clock.ts'
import type { Command } from './command.ts'
import { damageOptions } from './encode.ts'
import { strangerOptions } from './limit.ts'
import type { Source, SubtitleSource } from './source.ts'

export interface Cue {
  startSeconds: number
  endSeconds: number
  /** Lines of WebVTT cue text: only `<b>`, `<i>` and `<u>`, well nested; all else is escaped. */
  text: string
}

const maxCues = 20_000
const maxBytes = 2e6
const maxCueText = 2000
/** A cue that says no end is shown until the next one, at most so long. */
const openEndSeconds = 5

/** ffmpeg cannot write a time before 0, so it writes all of them this much later. */
const aheadSeconds = 36_000

const tag = /<(\/?)([a-z]+)?(?:[.\s][^<>]*)?\/?>|<[\d:.]+>/gi
const entities: Record<string, string> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' },
  ...{ lrm: '\u200e', rlm: '\u200f' },
}

const escapeText = (text: string): string =>
  text
    .replaceAll(/&([a-z]+);/gi, (whole, name: string) => entities[name.toLowerCase()] ?? whole)
    .replaceAll(/[^\P{Cc}\n]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')

/** Text as a stranger wrote it → cue text that says the same and can do nothing else. */
export function cleanText(raw: string): string {
  const open: string[] = []
  let text = ''
  let at = 0
  const source = raw.slice(0, maxCueText).toWellFormed().replaceAll(/\r\n?/g, '\n')
  for (const found of source.matchAll(tag)) {
    text += escapeText(source.slice(at, found.index))
    at = found.index + found[0].length
    const name = found[2]?.toLowerCase() ?? ''
    if (!['b', 'i', 'u'].includes(name)) continue
    if (!found[1]) text += `<${open[open.push(name) - 1]}>`
    else if (open.at(-1) === name) text += `</${open.pop()}>`
  }
  text += escapeText(source.slice(at))
  while (open.length) text += `</${open.pop()}>`
  return dropEmptyLines(text)
}

/** An empty line would end the cue, so tags that have a line to themselves join another one. */
const dropEmptyLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .join('\n')
    .replaceAll(/^((?:<\/?[biu]>)+)\n/gm, '$1')
    .replace(/\n((?:<\/[biu]>)+)$/, '$1')
    .replace(/^(?:<\/?[biu]>)+$/, '')

const clock = /^(?:(\d+):)?(\d\d):(\d\d)\.(\d{3}) --> (?:(\d+):)?(\d\d):(\d\d)\.(\d{3})(?:\s|$)/

const toSeconds = (parts: (string | undefined)[]): number =>
  parts.slice(0, 3).reduce((sum, part) => sum * 60 + Number(part ?? 0), 0) + Number(parts[3]) / 1000

/** What an ASS file draws with letters: `m 0 0 l 100 0 100 100`. */
const isDrawing = (text: string): boolean =>
  /^m(\s+-?[\d.]+){2}(\s+([mnlbspc]|-?[\d.]+))*$/.test(text)

/**
 * The cues in what ffmpeg wrote. It ends a cue's text with an empty line, but the text may hold
 * such lines too; so a cue goes on until the next line of times.
 */
export function readCues(vtt: string): Cue[] {
  const cues: { start: number; end: number; lines: string[] }[] = []
  for (const line of vtt.split('\n')) {
    const times = clock.exec(line)
    if (times) {
      const [start, end] = [toSeconds(times.slice(1, 5)), toSeconds(times.slice(5, 9))]
      cues.push({ start: start - aheadSeconds, end: end - aheadSeconds, lines: [] })
    } else cues.at(-1)?.lines.push(line)
  }
  return cues
    .map(({ start, end, lines }) => ({ start, end, raw: lines.join('\n').trim() }))
    .filter(({ raw }) => !isDrawing(raw))
    .map(({ start, end, raw }) => ({ startSeconds: start, endSeconds: end, text: cleanText(raw) }))
}

/**
 * Cues as they are shown: within the film, in order, and each text once. Layers of an ASS file say
 * the same at the same time, and its effects say it frame by frame.
 */
export function planCues(cues: Cue[], durationSeconds: number): Cue[] {
  const sorted = cues
    .filter(({ text }) => text)
    .toSorted((a, b) => a.startSeconds - b.startSeconds || a.endSeconds - b.endSeconds)
  const planned: Cue[] = []
  const lastOf = new Map<string, Cue>()
  for (const [i, { startSeconds, endSeconds, text }] of sorted.entries()) {
    const next = sorted.slice(i + 1, i + 100).find((cue) => cue.startSeconds > startSeconds)
    const isOpen = endSeconds <= startSeconds
    const openEnd = Math.min(startSeconds + openEndSeconds, next?.startSeconds ?? Infinity)
    const start = Math.max(0, startSeconds)
    const end = Math.min(durationSeconds, isOpen ? openEnd : endSeconds)
    if (end - start < 0.001) continue
    const last = lastOf.get(text)
    if (last && start <= last.endSeconds + 0.002) {
      last.endSeconds = Math.max(last.endSeconds, end)
      continue
    }
    const cue = { startSeconds: start, endSeconds: end, text }
    lastOf.set(text, cue)
    planned.push(cue)
  }
  return planned
}

function toClock(seconds: number): string {
  const ms = Math.round(seconds * 1000)
  const pad = (value: number, length = 2) => `${Math.floor(value)}`.padStart(length, '0')
  const [minutes, hours] = [ms / 60_000, ms / 3_600_000]
  return `${pad(hours)}:${pad(minutes % 60)}:${pad((ms / 1000) % 60)}.${pad(ms % 1000, 3)}`
}

/** A whole file, or null where there is nothing to show. What is over the limits is left out. */
export function toVtt(cues: Cue[]): string | null {
  let vtt = 'WEBVTT\n'
  let sizeBytes = vtt.length
  let count = 0
  for (const { startSeconds, endSeconds, text } of cues) {
    const cue = `\n${toClock(startSeconds)} --> ${toClock(endSeconds)}\n${text}\n`
    sizeBytes += Buffer.byteLength(cue)
    if (sizeBytes > maxBytes || count >= maxCues) break
    vtt += cue
    count++
  }
  return count ? vtt : null
}

/** Of ffmpeg's own writing; ours is shorter. */
export const maxRawBytes = 32e6

/** One reading of the file for any number of its tracks; `paths` are as many as `subtitles`. */
export function toCaptionCommand(
  source: Source,
  subtitles: SubtitleSource[],
  files: { sourcePath: string; paths: string[] },
): Command {
  return {
    inputs: [
      {
        options: [...strangerOptions, ...damageOptions, ...clockOptions(source, aheadSeconds)],
        path: `file:${files.sourcePath}`,
      },
    ],
    outputs: subtitles.map(({ index }, i) => ({
      options: [
        ...['-map', `0:${index}`, '-map_metadata', '-1', '-map_chapters', '-1'],
        ...['-c:s', 'webvtt', '-avoid_negative_ts', 'disabled', '-fs', `${maxRawBytes}`],
        ...['-f', 'webvtt'],
      ],
      path: files.paths[i]!,
    })),
  }
}

export const toCaptionTrack = (
  { language, label, isForced }: SubtitleSource,
  number: number,
): CaptionTrack => ({ key: `captions_${number}.vtt`, language, label, isForced })
