import { type UploadId, type VideoId } from '#contracts/id.ts'
import { MediaError, MissingBytes } from '#media/film.ts'
import { type SegmentPlace, listSegments } from '#media/index.ts'
import type { Maker, StoredBytes } from '../../ports/edge-cache.ts'
import { firstMissing } from '../source/arrival.ts'
import { type TrackKind, cut, initOf, openSource } from '../source/cut.ts'
import { growingPlaylist } from './playlist.ts'

/** `v/<videoId>/s/<uploadId>/<track>/<file>`, which the path has checked. */
const pattern = /v\/(vid_\w+)\/s\/(upl_\w+)\/(video|audio)\/(init\.mp4|seg_(\d+)\.m4s)$/

export const isCut = (key: string): boolean => pattern.test(key)

export const segmentName = (number: number) => `seg_${String(number).padStart(5, '0')}.m4s`

/** Cuts what belongs to a source out of the uploaded file, and keeps the twin that came along. */
export const makeCut: Maker = async (env, key, keep) => {
  const [, videoId, uploadId, track, file, number] = pattern.exec(key) ?? []
  const kind = track as TrackKind
  const source = await openSource(env.MEDIA, videoId as VideoId, uploadId as UploadId)
  if (!source) return undefined
  if (file === 'init.mp4') return toStored(key, initOf(source, kind))
  const made = await cut(env, source, kind, Number(number)).catch(toNothing)
  const other = kind === 'video' ? 'audio' : 'video'
  const otherKey = key.replace(`/${kind}/`, `/${other}/`)
  const along = toStored(otherKey, made?.[other])
  if (along) keep(otherKey, along)
  return toStored(key, made?.[kind])
}

/** Bytes that have not arrived, or were replaced after the upload: there is no such segment. */
function toNothing(error: unknown): undefined {
  if (error instanceof MissingBytes || error instanceof MediaError) return undefined
  throw error
}

/** Cutting the same bytes gives the same bytes, so the name is the version. */
const toStored = (key: string, body: Uint8Array | undefined): StoredBytes | undefined =>
  body && { body, sizeBytes: body.byteLength, etag: `"${key.slice(key.indexOf('upl_'))}"` }

interface Arrival {
  partBytes: number
  arrived: ReadonlyMap<number, unknown>
}

/**
 * The playlist of a source: all of it, or as far as its parts have arrived (`arrival`), picture and
 * sound equally far. Undefined where there is nothing yet.
 */
export async function sourcePlaylist(
  bucket: R2Bucket,
  ids: { videoId: VideoId; uploadId: UploadId },
  kind: TrackKind,
  arrival: Arrival | undefined,
): Promise<string | undefined> {
  const source = await openSource(bucket, ids.videoId, ids.uploadId)
  if (!source) return undefined
  const all = listSegments(source.index, kind)
  const other = listSegments(source.index, kind === 'video' ? 'audio' : 'video')
  const count = Math.min(countArrived(all, arrival), countArrived(other, arrival))
  const there = all.slice(0, source.isWhole ? count : Math.min(count, all.length - 1))
  if (there.length === 0) return undefined
  const segments = there.map(({ durationSeconds }, number) => ({
    key: segmentName(number),
    durationSeconds,
  }))
  return growingPlaylist({ initKey: 'init.mp4', segments }, there.length === all.length)
}

/** How many segments can be played, from the first on; of a whole track, any number. */
function countArrived(segments: SegmentPlace[], arrival: Arrival | undefined): number {
  if (!arrival) return Infinity
  const { partBytes, arrived } = arrival
  const absent = segments.findIndex(
    ({ from, to }) => firstMissing(partBytes, arrived, from, to) !== undefined,
  )
  return absent < 0 ? Infinity : absent
}
