import type HlsType from 'hls.js'
import type { FragmentLoaderContext, LoaderContext } from 'hls.js'
import { secondsAhead } from './buffer.ts'
import type { Library } from './engine.ts'

/** What a player tells of one request: CTA-5004, version 1. Times in ms, rates in kbit/s. */
export interface Cmcd {
  /** Bitrate of what is asked for, and the highest that may be. */
  br?: number | undefined
  tb?: number | undefined
  /** Of the segment. */
  d?: number | undefined
  /** a: sound, v: pictures, av: both, i: head of a stream, m: list, k: key. */
  ot?: 'a' | 'v' | 'av' | 'i' | 'm' | 'k' | undefined
  /** What lies ahead in the buffer, and until when the answer is needed. */
  bl?: number | undefined
  dl?: number | undefined
  /** Measured throughput. */
  mtp?: number | undefined
  /** The answer is urgent: nothing plays. */
  su?: boolean | undefined
  cid?: string | undefined
  sid?: string | undefined
  /** Speed of playing; 1 is left out. */
  pr?: number | undefined
  sf?: 'h' | undefined
  /** v: a whole film, l: one that grows. */
  st?: 'v' | 'l' | undefined
  /** The buffer ran empty since the request before. */
  bs?: boolean | undefined
}

const groups = {
  'CMCD-Object': ['br', 'd', 'ot', 'tb'],
  'CMCD-Request': ['bl', 'dl', 'mtp', 'su'],
  'CMCD-Session': ['cid', 'pr', 'sf', 'sid', 'st'],
  'CMCD-Status': ['bs'],
} as const satisfies Record<string, (keyof Cmcd)[]>

/** Of the names above these are rounded to the nearest hundred. */
const coarse = /^(?:bl|dl|mtp)$/
const words = /^(?:ot|sf|st)$/

/** Its four headers; one without a value is left out. Names stand in their alphabet's order. */
export function toCmcdHeaders(told: Cmcd): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [header, names] of Object.entries(groups)) {
    const parts = names.flatMap((name) => toPart(name, told[name]) ?? [])
    if (parts.length > 0) headers[header] = parts.join(',')
  }
  return headers
}

function toPart(name: keyof Cmcd, value: Cmcd[keyof Cmcd]): string | undefined {
  if (value === undefined || value === false || (name === 'pr' && value === 1)) return undefined
  if (value === true) return name
  if (typeof value === 'string') {
    return words.test(name) ? `${name}=${value}` : `${name}="${value.replaceAll(/["\\]/g, '\\$&')}"`
  }
  if (name === 'pr') return `${name}=${value}`
  return `${name}=${coarse.test(name) ? Math.round(value / 100) * 100 : Math.round(value)}`
}

interface Source {
  library: Library
  hls: HlsType
  video: HTMLVideoElement
  playId: string
  videoId: string
}

/** Watches a film and answers what to tell with a request of its. `stop` ends that. */
export function createCmcd({ library, hls, video, playId, videoId }: Source) {
  const ended = new AbortController()
  let hasPlayed = false
  let isWaiting = true
  let hasStarved = false
  const on = (event: string, run: () => void) =>
    video.addEventListener(event, run, { signal: ended.signal })
  on('waiting', () => {
    hasStarved = hasPlayed
    isWaiting = true
  })
  on('playing', () => {
    hasPlayed = true
    isWaiting = false
  })
  hls.on(library.Events.MANIFEST_LOADING, () => {
    hasPlayed = hasStarved = false
    isWaiting = true
  })

  function headersFor(context: LoaderContext): Record<string, string> {
    const object = describe(hls, context)
    const bufferMs = object.d === undefined ? undefined : secondsAhead(video) * 1000
    const isPicture = object.ot === 'v' || object.ot === 'av'
    const hasStarvedHere = isPicture && hasStarved
    if (hasStarvedHere) hasStarved = false
    const details = hls.latestLevelDetails
    return toCmcdHeaders({
      ...object,
      bl: bufferMs,
      dl: bufferMs === undefined ? undefined : bufferMs / (video.playbackRate || 1),
      mtp: hls.bandwidthEstimate / 1000,
      su: hasStarvedHere || isWaiting,
      cid: videoId,
      sid: playId,
      pr: video.playbackRate,
      sf: 'h',
      st: details ? (details.live ? 'l' : 'v') : undefined,
      bs: hasStarvedHere,
    })
  }
  return { headersFor, stop: () => ended.abort() }
}

function describe(hls: HlsType, context: LoaderContext): Cmcd {
  if (!('frag' in context)) return { ot: 'm' }
  if ('keyInfo' in context) return { ot: 'k' }
  const { frag } = context as FragmentLoaderContext
  if (frag.sn === 'initSegment') return { ot: 'i' }
  const isSound = frag.type === 'audio'
  // Of sound nothing says how much it is.
  const rate = isSound ? undefined : hls.levels[frag.level]?.bitrate
  const top = Math.max(...hls.levels.slice(0, hls.maxAutoLevel + 1).map(({ bitrate }) => bitrate))
  return {
    ot: isSound ? 'a' : hls.audioTracks.length > 0 ? 'v' : 'av',
    d: frag.duration * 1000,
    br: rate && rate / 1000,
    tb: rate && Number.isFinite(top) ? top / 1000 : undefined,
  }
}
