import { parseClock } from '../../player/clock.ts'

export type Part =
  | { kind: 'text'; text: string }
  | { kind: 'time'; text: string; ms: number }
  | { kind: 'link'; text: string; url: string }

const clockOrLink =
  /(?<clock>(?<![\d:.,/])(?:\d{1,2}:)?\d{1,3}:[0-5]\d(?![\d:]))|(?<url>https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]'])/g

/** Cuts a description at its timecodes and addresses. A time behind the film's end stays text. */
export function toParts(description: string, durationMs: number | null): Part[] {
  const parts: Part[] = []
  let at = 0
  for (const match of description.matchAll(clockOrLink)) {
    const found = toPart(match, durationMs)
    if (!found) continue
    if (match.index > at) parts.push({ kind: 'text', text: description.slice(at, match.index) })
    parts.push(found)
    at = match.index + match[0].length
  }
  if (at < description.length) parts.push({ kind: 'text', text: description.slice(at) })
  return parts
}

function toPart(match: RegExpExecArray, durationMs: number | null): Part | undefined {
  const [text] = match
  if (match.groups?.url) return { kind: 'link', text, url: text }
  const ms = parseClock(text)
  if (ms === undefined || (durationMs !== null && ms >= durationMs)) return undefined
  return { kind: 'time', text, ms }
}

/** The address of a moment: `/watch/vid_…?t=740`. */
export const momentPath = (videoId: string, ms: number): string => {
  const seconds = Math.floor(ms / 1000)
  return seconds > 0 ? `/watch/${videoId}?t=${seconds}` : `/watch/${videoId}`
}
