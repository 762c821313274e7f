import { type Chapter, ChapterList } from '#contracts/chapter.ts'
import type { Playback } from '#contracts/video.ts'
import type { VideoRow } from './table.ts'

type Titled = Pick<VideoRow, 'chapters' | 'description' | 'durationMs'>

/** Fewer times in a description are no chapters: a text may name a moment or two. */
const MIN_IN_TEXT = 3

/** What its editors wrote, else what the description lists; none behind the film's end. */
export function chaptersOf({ chapters, description, durationMs }: Titled): Chapter[] {
  const list = chapters ?? readChapters(description)
  return list.filter(({ startMs }) => startMs === 0 || durationMs === null || startMs < durationMs)
}

/** The same for players, which want to know where each ends. */
export const toPlayback = (video: Titled): Playback['chapters'] =>
  chaptersOf(video).map(({ startMs, title }, at, all) => ({
    startMs,
    endMs: all[at + 1]?.startMs ?? Math.max(startMs, video.durationMs ?? 0),
    title,
  }))

const clock = /^[([]?((?:\d{1,2}:)?\d{1,3}:[0-5]\d)[)\]]?[:.,|–—-]?$/
const ornament = /^[•*:|~>–—-]+$/

/**
 * The list of times in a description: lines as `0:00 Harbour`, `Harbour – 0:00` or `- [1:02:03] The
 * way home`. It counts with three lines or more, the first at 0:00, each later than the one before.
 */
export function readChapters(description: string): Chapter[] {
  const list = description.split('\n').flatMap(readLine)
  return list.length >= MIN_IN_TEXT && ChapterList.safeParse(list).success ? list : []
}

/** By words, for a pattern over the whole line can take hours of a line made for it. */
function readLine(line: string): Chapter[] {
  const words = line.split(/\s+/).filter((word) => word !== '')
  const from = words.findIndex((word) => !ornament.test(word))
  const [first = '', last = ''] = [words[from], words.at(-1)]
  const time = clock.exec(first)?.[1] ?? clock.exec(last)?.[1]
  const rest = clock.test(first) ? words.slice(from + 1) : words.slice(from, -1)
  const named = rest.slice(
    rest.findIndex((word) => !ornament.test(word)),
    rest.findLastIndex((word) => !ornament.test(word)) + 1,
  )
  const title = named.join(' ').slice(0, 100).trim()
  return time && title ? [{ startMs: toMs(time), title }] : []
}

const toMs = (time: string) =>
  time.split(':').reduce((seconds, part) => seconds * 60 + Number(part), 0) * 1000
