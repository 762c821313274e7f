import type { Chapter } from '#contracts/chapter.ts'
import { maxChapters } from '#contracts/limit.ts'
import { parseClock, toClock } from '../../player/clock.ts'

/** A chapter as it is typed: it may be half a one yet. */
export interface Line {
  clock: string
  title: string
}

export const toLines = (chapters: Chapter[]): Line[] =>
  chapters.map(({ startMs, title }) => ({ clock: toClock(startMs), title }))

/** In the order of the film; what cannot be read as a time stands last. */
export const inOrder = (lines: Line[]): Line[] => lines.toSorted((a, b) => placeOf(a) - placeOf(b))

const placeOf = ({ clock }: Line) => parseClock(clock.trim()) ?? Number.POSITIVE_INFINITY

/** Why a line is no chapter yet; undefined where it is one. */
export function problemOf(line: Line, lines: Line[], durationMs: number | null) {
  const ms = parseClock(line.clock.trim())
  if (ms === undefined) return 'Write the time as 1:23'
  if (durationMs !== null && ms > 0 && ms >= durationMs) return 'The video is shorter than that'
  if (lines.some((one) => one !== line && placeOf(one) === ms)) return 'Another one starts here'
  if (line.title.trim() === '') return 'Enter a title'
  return undefined
}

/** What can be saved: undefined while a line is not right. The first one is at 0:00. */
export function toChapters(lines: Line[], durationMs: number | null): Chapter[] | undefined {
  if (lines.length > maxChapters) return undefined
  if (lines.some((line) => problemOf(line, lines, durationMs))) return undefined
  const chapters = inOrder(lines).map((line) => ({
    startMs: placeOf(line),
    title: line.title.trim(),
  }))
  return (chapters[0]?.startMs ?? 0) === 0 ? chapters : undefined
}

/** One more, at a moment: the film's start becomes one too, for the first is always there. */
export function withMoment(lines: Line[], ms: number): Line[] {
  const clock = toClock(ms)
  const isThere = (at: number) => lines.some((line) => placeOf(line) === at)
  const wholeMs = Math.floor(ms / 1000) * 1000
  const start = isThere(0) || wholeMs === 0 ? [] : [{ clock: toClock(0), title: 'Start' }]
  const added = isThere(wholeMs) ? [] : [{ clock, title: '' }]
  return inOrder([...start, ...lines, ...added])
}

/** Lines of `0:00 Title` out of a text that was pasted; undefined where it is not such a list. */
export function fromText(text: string): Line[] | undefined {
  const rows = text.split('\n').filter((row) => row.trim() !== '')
  const lines = rows.flatMap((row) => {
    const [clock = '', ...words] = row.trim().split(/\s+/)
    const title = words.join(' ').replace(/^[–—:|-]+\s*/, '')
    return parseClock(clock) === undefined || title === '' ? [] : [{ clock, title }]
  })
  return rows.length > 1 && lines.length === rows.length ? lines : undefined
}
