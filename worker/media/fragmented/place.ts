import { MediaError } from '../film.ts'
import type { ByteSource } from '../film.ts'
import { readBoxHeader } from '../mp4/box.ts'
import { ifArrived } from '../slice/arrived.ts'
import type { Place } from '../slice/film.ts'
import { thinOut } from '../slice/thin.ts'
import { Window } from '../slice/window.ts'
import type { Head } from './head.ts'
import { readRandomAccess, readSegmentIndex } from './list.ts'
import type { Listed } from './list.ts'
import { lookAtFragment } from './look.ts'
import type { Fragment } from './look.ts'

const lookBytes = 64 * 1024
const scanWindowBytes = 4 * 1024 * 1024
const smallBytes = 32 * 1024 * 1024
const fragmentsLookedAt = 6
/** Lists round their times. */
const slackSeconds = 0.002

export interface Places {
  places: Place[]
  /** Where the last fragment ends. */
  endOffset: number
}

/**
 * Fragments that begin where decoding can; those that do not belong to the slice before. By the
 * file's own lists, after a look at some of their fragments, else by a walk from box to box.
 * `start` lies behind `moov`. Throws `damaged` and `too_costly`.
 */
export async function findPlaces(source: ByteSource, start: number, head: Head): Promise<Places> {
  const access = await readRandomAccess(source, head)
  const endOffset = access?.offset ?? source.sizeBytes
  const index = await findSegmentIndex(source, start, endOffset)
  const isWhole = index && index.end >= endOffset - lookBytes
  const listed = (isWhole ? index.places : access?.places) ?? []
  const trusted = await checkListed(source, listed, head)
  const { places, end } = trusted
    ? { places: trusted, end: endOffset }
    : await walkFragments(source, start, endOffset, head)
  return { places: head.video ? places : thinOut(places), endOffset: end }
}

const maxBoxesBefore = 64

/** The `sidx` before the first fragment. */
async function findSegmentIndex(source: ByteSource, start: number, end: number) {
  const window = new Window(source, lookBytes)
  let at = start
  for (let count = 0; count < maxBoxesBefore && at < end; count++) {
    const header = readBoxHeader(await window.at(at, 16), 0)
    if (!header || header.type === 'moof' || header.sizeBytes < header.headerBytes) return null
    if (header.type === 'sidx' && header.sizeBytes <= scanWindowBytes) {
      const box = await window.at(at, header.sizeBytes)
      return readSegmentIndex(box.subarray(header.headerBytes), at + header.sizeBytes)
    }
    at += header.sizeBytes
  }
  return null
}

/**
 * The listed places on the clock of the fragments; null where some of them are not true. Fragments
 * that have not arrived yet are believed, except for the first.
 */
async function checkListed(
  source: ByteSource,
  listed: Listed[],
  head: Head,
): Promise<Place[] | null> {
  if (listed.length === 0 || listed.some(({ offset }) => offset >= source.sizeBytes)) return null
  const count = Math.min(listed.length, fragmentsLookedAt)
  const step = (listed.length - 1) / Math.max(1, count - 1)
  const shift = await shiftAt(source, listed[0]!, head)
  const others = await Promise.all(
    Array.from({ length: count - 1 }, (_, i) =>
      ifArrived(shiftAt(source, listed[Math.round((i + 1) * step)]!, head)),
    ),
  )
  const isSame = (other: number | null) => other === null || Math.abs(other - shift) <= slackSeconds
  if (Number.isNaN(shift) || !others.every(isSame)) return null
  return listed.map(({ offset, seconds }) => ({ offset, seconds: seconds + shift }))
}

/** Seconds from what is listed to what the fragment says; NaN where no slice can begin with it. */
async function shiftAt(source: ByteSource, { offset, seconds }: Listed, head: Head) {
  const fragment = await lookAtFragment(new Window(source, lookBytes), offset, head)
  return fragment?.isStart ? fragment.seconds! - seconds : NaN
}

/** All boxes behind `moov`: in large windows where the file is small, from head to head else. */
async function walkFragments(source: ByteSource, start: number, limit: number, head: Head) {
  const isSmall = source.sizeBytes <= smallBytes
  const window = new Window(source, isSmall ? scanWindowBytes : lookBytes)
  const places: Place[] = []
  const ends = new Map<number, number>()
  let first: number | null = null
  let at = start
  while (at < limit) {
    const header = readBoxHeader(await window.at(at, 16), 0)
    if (!header) break
    const sizeBytes = header.sizeBytes || limit - at
    if (sizeBytes < header.headerBytes) throw new MediaError('damaged', 'A box without size')
    if (header.type === 'moof' && at + sizeBytes <= limit) {
      first ??= at
      addFragment(places, await lookAtFragment(window, at, head, ends), first)
    }
    at += sizeBytes
  }
  return { places, end: Math.min(at, limit) }
}

/** Sound that comes before the first picture belongs to it. */
function addFragment(places: Place[], fragment: Fragment | null, first: number): void {
  if (!fragment || fragment.seconds === null) return
  const { offset, seconds, isStart, hasTime } = fragment
  const last = places.at(-1)
  if (!last && isStart) places.push({ offset: first, seconds })
  else if (isStart && hasTime) places.push({ offset, seconds })
  else if (last) last.seconds = Math.min(last.seconds, seconds)
}
