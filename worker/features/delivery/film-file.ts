import {
  type Place,
  joinInits,
  placeSegment,
  segmentIndex,
  trackTimescale,
} from '#media/write/join.ts'
import type { EdgeCache } from '../../ports/edge-cache.ts'
import type { Piece } from './piece.ts'
import { readBytes, readText } from './reply.ts'

interface Segment {
  key: string
  seconds: number
  sizeBytes: number
}

interface Track {
  init: Uint8Array
  segments: Segment[]
}

/** What files are read from: playlists and segments by key, sizes by prefix. */
export interface Shelf {
  cache: EdgeCache
  bucket: Pick<R2Bucket, 'list'>
}

/**
 * One MP4 of renditions that lie in segments, nothing encoded anew: a head with all tracks, an
 * index, then the segments by time. Players find times by the first of the media playlists.
 * Undefined where one of them is not there, or misses a segment.
 */
export async function planFilmFile(
  shelf: Shelf,
  playlists: string[],
): Promise<FilmPlan | undefined> {
  const found = await Promise.all(playlists.map((key) => readTrack(shelf, key)))
  const tracks = found.filter((track) => track !== undefined)
  if (tracks.length < playlists.length || !tracks[0]?.segments.length) return undefined
  const lengths = tracks.map(({ segments }) => segments.reduce((sum, s) => sum + s.seconds, 0))
  const inits = tracks.map(({ init }) => init)
  const inOrder = interleave(tracks)
  const index = segmentIndex(trackTimescale(inits[0]!), toReferences(inOrder))
  const start = [joinInits(inits, Math.max(...lengths)), index]
  let offset = start.reduce((sum, { byteLength }) => sum + byteLength, 0)
  const segments = inOrder.map(({ segment: { key, sizeBytes }, trackId }, number) => {
    const place = { trackId, offset, sequence: number * maxFragments + 1 }
    offset += sizeBytes
    return { key, sizeBytes, place }
  })
  return { start, segments }
}

/** Bytes and places alone: it may be kept from one request to another. */
export interface FilmPlan {
  start: Uint8Array[]
  segments: { key: string; sizeBytes: number; place: Place }[]
}

export const toPieces = ({ start, segments }: FilmPlan, cache: EdgeCache): Piece[] => [
  ...start.map((bytes) => ({ sizeBytes: bytes.byteLength, read: () => Promise.resolve(bytes) })),
  ...segments.map(({ key, sizeBytes, place }) => ({
    sizeBytes,
    read: async () => placeSegment(await readWhole(cache, key), place),
  })),
]

/** Fragments in one segment: far more than there ever are. */
const maxFragments = 1000

interface Placed {
  segment: Segment
  trackId: number
}

/** By the time at which they begin; the first track's before another's of the same time. */
function interleave(tracks: Track[]): Placed[] {
  const timed = tracks.flatMap(({ segments }, index) => {
    let from = 0
    return segments.map((segment) => {
      const at = from
      from += segment.seconds
      return { at, segment, trackId: index + 1 }
    })
  })
  return timed.toSorted((a, b) => a.at - b.at || a.trackId - b.trackId)
}

/** Each begins with a segment of the first track. */
function toReferences(placed: Placed[]): { sizeBytes: number; seconds: number }[] {
  const references: { sizeBytes: number; seconds: number }[] = []
  for (const { segment, trackId } of placed) {
    if (trackId === 1) references.push({ sizeBytes: 0, seconds: segment.seconds })
    references.at(-1)!.sizeBytes += segment.sizeBytes
  }
  return references
}

/** Of a long film segments lie in the folders of its chunks. */
async function readTrack({ cache, bucket }: Shelf, key: string): Promise<Track | undefined> {
  const playlist = await cache.get(key)
  if (!playlist) return undefined
  const text = await readText(playlist)
  const keyOf = (uri: string) => new URL(uri, `http://media/${key}`).pathname.slice(1)
  const initUri = /#EXT-X-MAP:URI="([^"]+)"/.exec(text)?.[1]
  const listed = [...text.matchAll(/#EXTINF:([\d.]+),\n(?:#.*\n)*([^#\n]+)/g)]
  const timed = listed.map(([, seconds, uri]) => ({ key: keyOf(uri!), seconds: Number(seconds) }))
  const sizes = await readSizes(bucket, new Set(timed.map(({ key }) => folderOf(key))))
  const segments = timed.flatMap(({ key, seconds }) => {
    const sizeBytes = sizes.get(key)
    return sizeBytes === undefined ? [] : [{ key, seconds, sizeBytes }]
  })
  if (!initUri || segments.length < timed.length) return undefined
  return { init: await readWhole(cache, keyOf(initUri)), segments }
}

const folderOf = (key: string) => key.slice(0, key.lastIndexOf('/') + 1)

async function readSizes(bucket: Shelf['bucket'], folders: Set<string>) {
  const sizes = new Map<string, number>()
  for (const prefix of folders) {
    let cursor: string | undefined
    do {
      const page = await bucket.list({ prefix, ...(cursor && { cursor }) })
      for (const { key, size } of page.objects) sizes.set(key, size)
      cursor = page.truncated ? page.cursor : undefined
    } while (cursor)
  }
  return sizes
}

async function readWhole(cache: EdgeCache, key: string): Promise<Uint8Array> {
  const stored = await cache.get(key)
  if (!stored) throw new Error('a segment is missing')
  return readBytes(stored)
}
