import type { WallName } from './sandbox.ts'

type Part = 'demuxer' | 'decoder' | 'protocol'

/** A hole that anybody can read about, and since when it is closed in each branch. */
interface Hole {
  id: string
  part: Part
  names: string[]
  /**
   * The first good version of each mended branch; an older branch that is not named was never mended,
   * a newer one is good. Where nothing is mended yet: the version after the last that has the hole.
   */
  fixed: [string, ...string[]]
  /** Why it does no harm here: nothing is closed for it. */
  guard?: string
}

/** As published until November 2026. https://ffmpeg.org/security.html */
export const holes: Hole[] = [
  {
    id: 'CVE-2026-8461',
    part: 'decoder',
    names: ['magicyuv'],
    fixed: ['8.1.2', '7.1.5', '6.1.6', '5.1.10'],
  },
  { id: 'CVE-2026-107697', part: 'demuxer', names: ['hls'], fixed: ['8.1.3'] },
  { id: 'CVE-2026-65703', part: 'decoder', names: ['tdsc'], fixed: ['8.1.3'] },
  {
    id: 'CVE-2026-39210 to 39218',
    part: 'demuxer',
    names: ['mpegts', 'avi', 'caf', 'rtsp', 'dash'],
    fixed: ['8.1.3'],
  },
  {
    id: 'CVE-2026-40962',
    part: 'demuxer',
    names: ['mov'],
    fixed: ['8.1.0'],
    guard: 'encrypted films are refused by our own reader',
  },
  {
    id: 'CVE-2026-96611',
    part: 'demuxer',
    names: ['mov'],
    fixed: ['9.0.0'],
    guard: 'tracks are taken one by one, a grid of pictures is never put together',
  },
  {
    id: 'CVE-2026-107676, 125097, 125268',
    part: 'decoder',
    names: ['hevc', 'libdav1d', 'rawvideo', 'cfhd'],
    fixed: ['9.0.3'],
    guard: 'stale memory of a process that has read one film of one owner, and has no secret',
  },
  {
    id: 'CVE-2026-125262, 125263',
    part: 'decoder',
    names: ['h264', 'hevc'],
    fixed: ['9.0.3'],
    guard: 'only in builds with liblcevc_dec, which Debian has not',
  },
  {
    id: 'CVE-2026-125199, 125223, 125224',
    part: 'decoder',
    names: ['vc1', 'vp9', 'vorbis'],
    fixed: ['9.0.3'],
    guard: 'takes memory or time, and both have a limit',
  },
]

export const oldestVersion = '5.1'

type Numbers = [major: number, minor: number, patch: number]

/** `ffmpeg version 5.1.9-0+deb12u1 Copyright …` → `5.1.9-0+deb12u1`. */
export const readVersion = (line: string): string => /version (\S+)/.exec(line)?.[1] ?? line.trim()

/** `5.1.9-0+deb12u1`, `n7.1`, `7:7.1.5-0+deb13u1`; null for a build from between versions. */
export function toNumbers(version: string): Numbers | null {
  const match = /^(?:\d:)?n?(\d{1,2})\.(\d+)(?:\.(\d+))?(?![\d.])/.exec(version)
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : null
}

function compare(a: Numbers, b: Numbers): number {
  const at = a.findIndex((number, i) => number !== b[i])
  return at < 0 ? 0 : a[at]! - b[at]!
}

function isFixed(version: Numbers, fixed: string[]): boolean {
  const list = fixed.map((text) => toNumbers(text)!)
  const branch = list.find(([major, minor]) => major === version[0] && minor === version[1])
  return branch ? compare(version, branch) >= 0 : list.every((each) => compare(version, each) > 0)
}

/** Names that are on the allow-lists, or to be taken off them. */
export type Names = Record<Part, string[]>

export interface Gate {
  outcome: 'ok' | 'narrowed' | 'refused'
  /** Taken off the allow-lists on this machine: files that need it are `unsupported_codec`. */
  closed: Names
  /** One sentence for the log and for health. */
  why: string
}

export interface Facts {
  /** As `readVersion` gives it. */
  version: string
  wall: WallName
  /** A version that the operator answers for: it is taken as it is. */
  allowed?: string | undefined
  /** What the plans may open. */
  open: Names
}

const nothing = (): Names => ({ demuxer: [], decoder: [], protocol: [] })

/**
 * May this ffmpeg read strangers' files here? Holes in what is never opened do not count. Behind
 * bubblewrap the others are bearable; without it their components are closed.
 */
export function judge({ version, wall, allowed, open }: Facts): Gate {
  if (allowed === version) {
    return { outcome: 'ok', closed: nothing(), why: 'the operator allows this version' }
  }
  const numbers = toNumbers(version)
  if (!numbers || compare(numbers, toNumbers(oldestVersion)!) < 0) {
    const why = numbers ? `older than ${oldestVersion}` : 'not a released version'
    return { outcome: 'refused', closed: nothing(), why }
  }

  const closed = nothing()
  const ids: string[] = []
  for (const { id, part, names, fixed, guard } of holes) {
    const reached = names.filter((name) => open[part].includes(name))
    if (guard || !reached.length || isFixed(numbers, fixed)) continue
    closed[part].push(...reached)
    ids.push(`${id} (${reached.join(', ')})`)
  }
  if (!ids.length) return { outcome: 'ok', closed, why: 'no known hole is open' }
  const known = ids.join('; ')
  return wall === 'bubblewrap'
    ? { outcome: 'ok', closed: nothing(), why: `behind bubblewrap in spite of ${known}` }
    : { outcome: 'narrowed', closed, why: `closed for ${known}` }
}

const lists: [option: string, part: Part][] = [
  ['-format_whitelist', 'demuxer'],
  ['-codec_whitelist', 'decoder'],
  ['-protocol_whitelist', 'protocol'],
]

/** Take what is closed off the allow-lists of an argument list. */
export function narrow(args: string[], closed: Names): string[] {
  return args.map((arg, i) => {
    const part = lists.find(([option]) => option === args[i - 1])?.[1]
    if (!part) return arg
    const rest = arg.split(',').filter((name) => !closed[part].includes(name))
    return rest.join(',') || 'none'
  })
}
