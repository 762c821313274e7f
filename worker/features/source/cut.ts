import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { UploadId, VideoId } from '#contracts/id.ts'
import {
  type FilmIndex,
  cutSegment,
  headBytesOf,
  headPrefixBytes,
  initSegment,
  readHead,
  segmentCount,
} from '#media/index.ts'
import type { Env } from '../../env.ts'
import { listArrived, partsSource } from '../upload/source.ts'
import { uploads } from '../upload/table.ts'
import { indexKey } from './look.ts'

export type TrackKind = 'video' | 'audio'
type Store = Pick<Env, 'DB' | 'MEDIA'>

/** A source with its index, as the cutter needs them. */
export interface OpenSource {
  index: FilmIndex
  indexKey: string
  uploadId: UploadId
  sourceKey: string
  partBytes: number | null
  /** False while the index is of the file's start alone: its last segment is not whole then. */
  isWhole: boolean
  /** Part number → ETag, once the upload is done: bytes that were put there later are refused. */
  pins?: ReadonlyMap<number, string>
}

interface Known extends OpenSource {
  headBytes: number
}

/** Heads of indexes in this isolate, least recently used first. */
const known = new Map<string, Known>()
const maxKnownBytes = 12 * 2 ** 20
let knownBytes = 0
/** Holds the head of most films. */
const firstReadBytes = 64 * 2 ** 10

/** Undefined where the video has no such source, or none that plays. */
export async function openSource(
  bucket: R2Bucket,
  videoId: VideoId,
  uploadId: UploadId,
): Promise<OpenSource | undefined> {
  const key = indexKey(videoId, uploadId)
  const hot = known.get(key)
  if (hot) {
    known.delete(key)
    known.set(key, hot)
    return hot
  }
  const read = await readHeadBytes(bucket, key)
  if (!read) return undefined
  const { sourceKey = '', partBytes, isWhole } = read.metadata
  const source = {
    index: readHead(read.bytes),
    indexKey: key,
    uploadId,
    sourceKey,
    partBytes: Number(partBytes) || null,
    isWhole: isWhole === 'true',
    headBytes: read.bytes.byteLength,
  }
  if (source.isWhole) remember(key, source)
  return source
}

async function readHeadBytes(bucket: R2Bucket, key: string) {
  const object = await bucket.get(key, { range: { offset: 0, length: firstReadBytes } })
  if (!object) return undefined
  const first = new Uint8Array(await object.arrayBuffer())
  const headBytes = headBytesOf(first.subarray(0, headPrefixBytes))
  const metadata = object.customMetadata ?? {}
  if (headBytes <= first.byteLength) return { metadata, bytes: first.slice(0, headBytes) }
  const rest = await readIndex(bucket, key, first.byteLength, headBytes - first.byteLength)
  const bytes = new Uint8Array(headBytes)
  bytes.set(first)
  bytes.set(rest, first.byteLength)
  return { metadata, bytes }
}

function remember(key: string, source: Known): void {
  known.set(key, source)
  knownBytes += source.headBytes
  for (const [oldest, { headBytes }] of known) {
    if (knownBytes <= maxKnownBytes || known.size === 1) break
    known.delete(oldest)
    knownBytes -= headBytes
  }
}

async function readIndex(bucket: R2Bucket, key: string, offset: number, length: number) {
  const object = await bucket.get(key, { range: { offset, length } })
  if (!object) throw new Error('the index of a source is gone')
  return new Uint8Array(await object.arrayBuffer())
}

export const initOf = ({ index }: OpenSource, kind: TrackKind): Uint8Array | undefined =>
  segmentCount(index, kind) > 0 ? initSegment(index, kind) : undefined

type Cut = Partial<Record<TrackKind, Uint8Array>>

/** Segments being cut, so that the twin of a request waits for it: both lie in the same bytes. */
const cutting = new Map<string, Promise<Cut>>()
/** A request that was given up never answers its twin. */
const twinWaitMs = 1500

/**
 * One segment, and the other track's of the same moment where one read gave both. Undefined beyond
 * the end.
 */
export async function cut(
  env: Store,
  source: OpenSource,
  kind: TrackKind,
  number: number,
): Promise<Cut | undefined> {
  if (number >= segmentCount(source.index, kind)) return undefined
  const name = `${source.indexKey}/${number}`
  const twin = cutting.get(name)
  if (twin) {
    const giveUp = scheduler.wait(twinWaitMs).then(() => undefined)
    const made = await Promise.race([twin.catch(() => undefined), giveUp])
    if (made?.[kind]) return made
  }
  const work = cutAlone(env, source, kind, number)
  cutting.set(name, work)
  try {
    return await work
  } finally {
    if (cutting.get(name) === work) cutting.delete(name)
  }
}

async function cutAlone(
  env: Store,
  source: OpenSource,
  kind: TrackKind,
  number: number,
): Promise<Cut> {
  const { index, indexKey: key, sourceKey, partBytes } = source
  const file = partsSource(env.MEDIA, {
    ...{ key: sourceKey, sizeBytes: index.sourceBytes, partBytes },
    ...(await findParts(env, source)),
  })
  return cutSegment(
    index,
    kind,
    number,
    (offset, lengthBytes) => readIndex(env.MEDIA, key, offset, lengthBytes),
    (offset, lengthBytes) => file.read(offset, lengthBytes),
  )
}

/** Which parts may be read: those that have arrived, or all of them as they were pinned. */
async function findParts(env: Store, source: OpenSource) {
  if (source.pins) return { etags: source.pins }
  const db = drizzle(env.DB)
  const [[upload], parts] = await Promise.all([
    db.select().from(uploads).where(eq(uploads.id, source.uploadId)),
    listArrived({ db }, source.uploadId),
  ])
  if (upload?.state === 'open') return { arrived: parts }
  source.pins = parts
  return { etags: parts }
}
