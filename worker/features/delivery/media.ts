import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { type UploadId, type VideoId, isId } from '#contracts/id.ts'
import { AppError, notFound, toProblemResponse } from '../../core/error.ts'
import { createLog, redactPath } from '../../core/log.ts'
import { sha256Hex } from '../../core/secret.ts'
import { type Env, configOf } from '../../env.ts'
import { newId, remoteClock, systemClock } from '../../ports/clock.ts'
import { type StoredObject, edgeCache } from '../../ports/edge-cache.ts'
import { uploadParts, uploads } from '../upload/table.ts'
import { openPath } from './access.ts'
import { encryptPlaylist, encryptSegment, isSegment, requireCipher, streamKey } from './cipher.ts'
import { clipCaptions, clipPlaylist, isInside, isPart } from './clip.ts'
import { makeCut, sourcePlaylist } from './cut.ts'
import { findDownload } from './download.ts'
import { listStreams, readOffer, toEncrypted, withinHeight } from './offer.ts'
import { type MediaPath, parseMediaPath } from './path.ts'
import { growingPlaylistName, masterPlaylist, mediaPlaylistName } from './playlist.ts'
import {
  type Found as Answer,
  discard,
  methods,
  open,
  preflight,
  readBytes,
  readText,
  reply,
} from './reply.ts'
import type { Rights } from './rights.ts'
import type { MediaCtx, VideoState } from './state.ts'

type Execution = Parameters<typeof edgeCache>[1]

/** Everything under `/p/`, on a path of its own without the context of other routes. */
export async function serveMedia(
  request: Request,
  env: Env,
  execution: Execution,
): Promise<Response> {
  try {
    return await answer(request, env, execution)
  } catch (error) {
    return explain(request, error)
  }
}

async function answer(request: Request, env: Env, execution: Execution): Promise<Response> {
  if (request.method === 'OPTIONS') return preflight()
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    throw new AppError('method_not_allowed', undefined, { headers: { allow: methods } })
  }
  const path = parseMediaPath(request.url)
  if (!path) throw new AppError('not_found', 'There is nothing at this address.')
  const clock = env.CLOCK ? await remoteClock(env.CLOCK) : systemClock
  const ctx: MediaCtx = {
    env,
    config: configOf(env),
    now: clock.now(),
    defer: (work) => execution.waitUntil(work.catch(() => {})), // asked again when it is needed
  }
  const { grant, state } = await openPath(ctx, path, request)
  const { rights } = grant
  requireCipher(state, path)
  if (isPart(rights)) await requirePart(ctx, path, rights, execution)
  const stored = await find(ctx, path, { rights, state }, execution)
  if (!stored) throw notFound('file')
  const part = isPart(rights) ? await toPart(path, stored, rights) : stored
  const found = path.isEncrypted ? await encrypt(path, part, state) : part
  return reply(request, { contentType: path.contentType, ...found })
}

type Found = Omit<Answer, 'contentType'>

async function find(
  ctx: MediaCtx,
  { videoId, file }: MediaPath,
  { rights: { maxHeight }, state }: { rights: Rights; state: VideoState },
  execution: Execution,
): Promise<Found | undefined> {
  const { env } = ctx
  switch (file.from) {
    case 'stored':
      return lasting(await edgeCache(env, execution).get(file.key))
    case 'source':
      return lasting(await edgeCache(env, execution, makeCut).get(file.key))
    case 'growing': {
      const object = await env.MEDIA.get(file.key)
      return object ? ofPlaylist(await object.text()) : undefined
    }
    case 'growing-source': {
      const arrival = await findArrival(ctx, file.uploadId)
      const ids = { videoId, uploadId: file.uploadId }
      const text = await sourcePlaylist(env.MEDIA, ids, file.track, arrival)
      return text === undefined ? undefined : ofPlaylist(text)
    }
    case 'master':
      return readMaster(ctx, videoId, maxHeight, state.encryption)
    case 'stream-key':
      return findStreamKey(state, file.stream)
    case 'download':
      return findDownload(ctx, videoId, file.rung, edgeCache(env, execution))
  }
}

const lasting = (stored: StoredObject | undefined): Found | undefined =>
  stored && { ...stored, isLasting: true }

async function ofPlaylist(text: string): Promise<Found & { body: Uint8Array }> {
  const body = new TextEncoder().encode(text)
  const etag = `"${(await sha256Hex(text)).slice(0, 32)}"`
  const isLasting = text.endsWith('#EXT-X-ENDLIST\n')
  return { body, sizeBytes: body.byteLength, etag, isLasting }
}

/** Uploads of which nothing is missing any more: they are not asked for again. */
const whole = new Set<UploadId>()

/** Parts that are there, while an upload goes on; undefined once all are. */
async function findArrival({ env }: MediaCtx, uploadId: UploadId) {
  if (whole.has(uploadId)) return undefined
  const db = drizzle(env.DB)
  const [[upload], parts] = await db.batch([
    db.select().from(uploads).where(eq(uploads.id, uploadId)),
    db
      .select({ partNumber: uploadParts.partNumber })
      .from(uploadParts)
      .where(eq(uploadParts.uploadId, uploadId)),
  ])
  if (upload?.state !== 'open') {
    if (whole.size >= 5000) whole.clear()
    whole.add(uploadId)
    return undefined
  }
  const arrived = new Map(parts.map(({ partNumber }) => [partNumber, true]))
  return { partBytes: upload.partSizeBytes, arrived }
}

async function findStreamKey({ encryptionSecret }: VideoState, stream: string) {
  if (encryptionSecret === null) return undefined
  const body = await streamKey(encryptionSecret, stream)
  return { body, sizeBytes: body.byteLength, etag: `"${stream}"`, isLasting: false, isSecret: true }
}

/** Playlists name the key, segments are encrypted with it; the rest is as it is. */
async function encrypt(path: MediaPath, found: Found, state: VideoState): Promise<Found> {
  const { file } = path
  if (file.from === 'stream-key' || !('key' in file)) return found
  const { encryptionSecret: secret } = state
  if (secret === null) {
    await discard(found)
    throw notFound('file')
  }
  if (isPlaylist(path)) {
    const text = encryptPlaylist(await readText(found), file.key)
    return { ...(await ofPlaylist(text)), isLasting: found.isLasting }
  }
  if (!isSegment(file.key)) return found
  const body = await encryptSegment(secret, file.key, await readBytes(found))
  return { ...found, body, sizeBytes: body.byteLength, etag: found.etag.replace(/"$/, '-aes"') }
}

const fileName = (key: string) => key.slice(key.lastIndexOf('/') + 1)
const isPlaylist = ({ contentType }: MediaPath) => contentType.endsWith('mpegurl')

/** Throws `playback_denied` for what shows more of the film than the part. */
async function requirePart(ctx: MediaCtx, path: MediaPath, rights: Rights, execution: Execution) {
  const { file, kind, videoId } = path
  if (file.from === 'master' || isPlaylist(path) || kind === 'caption') return
  if (file.from === 'stream-key') return // of no use without segments, which are looked at
  const name = 'key' in file ? fileName(file.key) : ''
  if (name === 'init.mp4' || name.startsWith('poster')) return
  const playlist =
    kind === 'watch' && 'key' in file
      ? await playlistBeside(ctx, { videoId, key: file.key }, execution)
      : undefined
  if (playlist && isInside(playlist, rights, name)) return
  throw new AppError('playback_denied', 'The link is for another part of the video.')
}

const sourceKey = /\/s\/(upl_\w+)\/(video|audio)\//

async function playlistBeside(
  ctx: MediaCtx,
  { videoId, key }: { videoId: VideoId; key: string },
  execution: Execution,
): Promise<string | undefined> {
  const [, uploadId, track] = sourceKey.exec(key) ?? []
  if (uploadId) {
    const ids = { videoId, uploadId: uploadId as UploadId }
    const arrival = await findArrival(ctx, ids.uploadId)
    return sourcePlaylist(ctx.env.MEDIA, ids, track as 'video' | 'audio', arrival)
  }
  const folder = key.slice(0, key.lastIndexOf('/') + 1)
  const whole = await edgeCache(ctx.env, execution).get(folder + mediaPlaylistName)
  if (whole) return readText(whole)
  const growing = await ctx.env.MEDIA.get(folder + growingPlaylistName)
  return growing?.text()
}

/** Playlists and captions without what lies outside the part. */
async function toPart(path: MediaPath, stored: Found, rights: Rights): Promise<Found> {
  if (path.file.from === 'master') return stored
  if (path.kind !== 'caption' && !isPlaylist(path)) return stored
  const text = await readText(stored)
  const part = path.kind === 'caption' ? clipCaptions(text, rights) : clipPlaylist(text, rights)
  return { ...(await ofPlaylist(part)), isLasting: stored.isLasting }
}

const masterLifeMs = 1000
const masters = new Map<string, Found & { readAt: number }>()

/** Written from D1, and kept for a second. Undefined until something plays that is small enough. */
async function readMaster(
  ctx: MediaCtx,
  videoId: VideoId,
  maxHeight: number,
  encryption: VideoState['encryption'],
): Promise<Found | undefined> {
  const key = `${videoId} ${maxHeight} ${encryption}`
  const known = masters.get(key)
  if (known && Math.abs(ctx.now - known.readAt) < masterLifeMs) return known
  const offer = await readOffer(ctx.env, videoId)
  const { streams: all, isFinal } = offer ? listStreams(offer) : { streams: [], isFinal: false }
  const streams = withinHeight(all, maxHeight)
  if (streams.length === 0) return undefined
  const named = encryption === 'none' ? streams : streams.map(toEncrypted)
  const playlist = await ofPlaylist(masterPlaylist(named, { isFinal }))
  const master = { ...playlist, readAt: ctx.now }
  if (masters.size >= 1000) masters.clear()
  masters.set(key, master)
  return master
}

function explain(request: Request, error: unknown): Response {
  const given = request.headers.get('x-request-id') ?? ''
  const requestId = isId('request', given) ? given : newId(systemClock, 'request')
  if (!(error instanceof AppError)) {
    const path = redactPath(new URL(request.url).pathname)
    createLog({ requestId, path }).error('media request failed', error)
  }
  const response = toProblemResponse(error, requestId)
  for (const [name, value] of Object.entries(open)) response.headers.set(name, value)
  return request.method === 'HEAD' ? new Response(null, response) : response
}
