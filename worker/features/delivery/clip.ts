import type { Rights } from './rights.ts'

type Part = Pick<Rights, 'from' | 'to'>

export const isPart = ({ from, to }: Part): boolean => from > 0 || to !== Infinity

interface Listed {
  uri: string
  /** Seconds from the film's beginning. */
  from: number
  to: number
  lines: string[]
}

/** The segments of a media playlist, each with the tags that stand before it (RFC 8216, 4.3.2). */
function readSegments(playlist: string): { head: string[]; listed: Listed[]; tail: string[] } {
  const head: string[] = []
  const listed: Listed[] = []
  let waiting: string[] = []
  let seconds = 0
  let length: number | undefined
  for (const line of playlist.split('\n')) {
    if (line.startsWith('#EXTINF:')) length = Number.parseFloat(line.slice(8))
    if (length === undefined) {
      // Until the first segment's own tag everything is of the whole list.
      if (listed.length === 0) head.push(line)
      else waiting.push(line)
      continue
    }
    waiting.push(line)
    if (line.startsWith('#') || line === '') continue
    listed.push({ uri: line, from: seconds, to: seconds + length, lines: waiting })
    seconds += length
    length = undefined
    waiting = []
  }
  return { head, listed, tail: waiting }
}

const overlaps = (segment: Listed, { from, to }: Part) => segment.to > from && segment.from < to

/**
 * The playlist of a part of the film: whole segments that overlap it, under the numbers that they
 * have, so that a list that grows goes on. Its date says where in the film it begins, counted from
 * the epoch: players line renditions up by it (RFC 8216, 4.3.2.6).
 */
export function clipPlaylist(playlist: string, part: Part): string {
  const { head, listed, tail } = readSegments(playlist)
  const first = listed.findIndex((segment) => overlaps(segment, part))
  const kept = listed.filter((segment) => overlaps(segment, part))
  const start = head.map((line) =>
    line.startsWith('#EXT-X-MEDIA-SEQUENCE:')
      ? `#EXT-X-MEDIA-SEQUENCE:${Math.max(first, 0)}`
      : line,
  )
  // Nothing after the part will come, however long the film grows.
  const isWhole = listed.some((segment) => segment.to >= part.to)
  const seconds = listed[first]?.from ?? 0
  const date = `#EXT-X-PROGRAM-DATE-TIME:${new Date(seconds * 1000).toISOString()}`
  const end = isWhole && !tail.includes('#EXT-X-ENDLIST') ? ['#EXT-X-ENDLIST', ''] : tail
  return [...start, date, ...kept.flatMap(({ lines }) => lines), ...end].join('\n')
}

/** Doubt denies: a segment that the playlist does not name is outside. */
export function isInside(playlist: string, part: Part, uri: string): boolean {
  const segment = readSegments(playlist).listed.find((one) => one.uri === uri)
  return segment !== undefined && overlaps(segment, part)
}

const time = String.raw`(?:(\d+):)?(\d\d):(\d\d\.\d{3})`
const timing = new RegExp(`^${time}[ \\t]+-->[ \\t]+${time}`, 'm')

/** WebVTT with the cues of the part alone, at the times that they have in the film. */
export function clipCaptions(vtt: string, { from, to }: Part): string {
  const blocks = vtt.replaceAll('\r\n', '\n').split(/\n{2,}/)
  const kept = blocks.filter((block) => {
    const [, h1, m1, s1, h2, m2, s2] = timing.exec(block) ?? []
    if (!s1 || !s2) return !block.includes('-->')
    const seconds = (h: string | undefined, m: string | undefined, s: string) =>
      Number(h ?? 0) * 3600 + Number(m) * 60 + Number(s)
    return seconds(h2, m2, s2) > from && seconds(h1, m1, s1) < to
  })
  return `${kept.join('\n\n').trimEnd()}\n`
}
