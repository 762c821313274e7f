import type { Link } from '#contracts/link.ts'
import { formatDuration, plural } from '../../ui/format.ts'

export const stateWords: Record<Link['state'], string> = {
  live: 'Live',
  ended: 'Ended',
  withdrawn: 'Withdrawn',
}

const list = new Intl.ListFormat('en', { type: 'disjunction' })

/** Each limit but the end, which every link has. */
export function limitWords({ restrictions }: Pick<Link, 'restrictions'>): string[] {
  const { clip, maxHeight, domains, countries, ipRanges, maxPlays, maxStreams, viewerId } =
    restrictions
  return [
    clip && `${formatDuration(clip.fromSeconds * 1000)}–${formatDuration(clip.toSeconds * 1000)}`,
    maxHeight && `up to ${maxHeight}p`,
    domains && `on ${list.format(domains.map((one) => (one === 'none' ? 'no site' : one)))}`,
    countries && `in ${list.format(countries)}`,
    ipRanges && `from ${plural(ipRanges.length, 'network')}`,
    maxPlays && plural(maxPlays, 'play'),
    maxStreams && `${plural(maxStreams, 'device')} at once`,
    viewerId && `for ${viewerId}`,
  ].filter((words) => typeof words === 'string')
}

const hour = 3600_000
const day = 24 * hour

/** How long a link may last, as the forms offer it. */
export const lives = [
  { value: String(hour), label: 'In an hour' },
  { value: String(day), label: 'In a day' },
  { value: String(7 * day), label: 'In 7 days' },
  { value: String(30 * day), label: 'In 30 days' },
  { value: String(90 * day), label: 'In 90 days' },
  { value: String(365 * day), label: 'In a year' },
]
export const defaultLife = String(30 * day)

/** `lifeMs` from now, as the contract has it. */
export const endOf = (lifeMs: string, now: number): string =>
  new Date(now + Number(lifeMs)).toISOString()

const heights = [1440, 1080, 720, 480, 360]

/** `shortSidePx`: of the film, where it is known; sharper than that is no limit. */
export const sizes = (shortSidePx = Infinity) => [
  { value: '', label: 'As sharp as there is' },
  ...heights.flatMap((px) => (px < shortSidePx ? { value: `${px}`, label: `Up to ${px}p` } : [])),
]
