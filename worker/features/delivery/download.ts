import { and, eq, isNull } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { VideoId } from '#contracts/id.ts'
import { AppError, notFound } from '../../core/error.ts'
import { sha256Hex } from '../../core/secret.ts'
import type { EdgeCache } from '../../ports/edge-cache.ts'
import { listArrived, partsSource } from '../upload/source.ts'
import { type UploadRow, uploads } from '../upload/table.ts'
import type { EncodeRow, RenditionRow } from '../transcode/table.ts'
import { type VideoRow, videos } from '../video/table.ts'
import { firstSound, listRungs, readRenditions } from './file-list.ts'
import { type FilmPlan, planFilmFile, toPieces } from './film-file.ts'
import { type Piece, cutPieces, sizeOf, streamPieces } from './piece.ts'
import { growingPlaylistName, mediaPlaylistName } from './playlist.ts'
import type { Found } from './reply.ts'
import type { MediaCtx } from './state.ts'

type File = Omit<Found, 'contentType'>

/** Throws `playback_denied` for what the owner does not offer. Undefined where there is no such file. */
export async function findDownload(
  ctx: MediaCtx,
  videoId: VideoId,
  rung: string | undefined,
  cache: EdgeCache,
): Promise<File | undefined> {
  const db = drizzle(ctx.env.DB)
  const [video] = await db
    .select()
    .from(videos)
    .where(and(eq(videos.id, videoId), isNull(videos.deletedAt)))
  if (!video) throw notFound('video')
  const isOffered = rung === undefined ? video.downloads === 'original' : video.downloads !== 'none'
  if (!isOffered) throw new AppError('playback_denied', 'This file may not be saved.')
  return rung === undefined ? findOriginal(ctx, video) : findConverted(ctx, video, rung, cache)
}

/** What never changes, by its playlists: a film is asked for by many ranges. */
const plans = new Map<string, FilmPlan>()
const maxPlans = 20

async function findConverted(
  ctx: MediaCtx,
  video: VideoRow,
  rung: string,
  cache: EdgeCache,
): Promise<File | undefined> {
  const { encode, renditions: rows } = await readRenditions(ctx, video)
  const picture = listRungs(rows).find(({ name }) => name === rung)
  if (!encode?.isComplete || !picture) return undefined
  const sound = picture.kind === 'video' ? firstSound(rows) : undefined
  const playlists = [picture, ...(sound ? [sound] : [])].map((row) => playlistKey(encode, row))
  const name = playlists.join(' ')
  const plan = plans.get(name) ?? (await planFilmFile({ cache, bucket: ctx.env.MEDIA }, playlists))
  if (!plan) return undefined
  if (plans.size >= maxPlans) plans.clear()
  plans.set(name, plan)
  return toFile(toPieces(plan, cache), name, fileNameOf(video.title, 'mp4'))
}

async function findOriginal(ctx: MediaCtx, video: VideoRow): Promise<File | undefined> {
  const upload = await readUpload(ctx, video)
  if (!upload || !video.sourceBytes) return undefined
  const db = drizzle(ctx.env.DB)
  const source = partsSource(ctx.env.MEDIA, {
    ...{ key: upload.objectKey, sizeBytes: video.sourceBytes, partBytes: video.sourcePartBytes },
    etags: await listArrived({ db }, upload.id),
  })
  const pieces: Piece[] = []
  for (let offset = 0; offset < source.sizeBytes; offset += pieceBytes) {
    const sizeBytes = Math.min(pieceBytes, source.sizeBytes - offset)
    pieces.push({ sizeBytes, read: () => source.read(offset, sizeBytes) })
  }
  const extension = /\.([A-Za-z0-9]{1,8})$/.exec(upload.fileName)?.[1] ?? 'bin'
  return toFile(pieces, upload.id, fileNameOf(video.title, extension))
}

/** Two are in memory at a time. */
const pieceBytes = 8 * 2 ** 20

async function toFile(pieces: Piece[], version: string, fileName: string): Promise<File> {
  return {
    body: (range) => streamPieces(cutPieces(pieces, range)),
    sizeBytes: sizeOf(pieces),
    etag: `"${(await sha256Hex(version)).slice(0, 32)}"`,
    isLasting: false,
    fileName,
  }
}

/** No sign that a file system or a shell could take for its own. */
function fileNameOf(title: string, extension: string): string {
  const name = title.replaceAll(/[\p{C}/\\:*?"<>|]+/gu, ' ').replaceAll(/^[\s.]+|[\s.]+$/g, '')
  return `${name.slice(0, 100) || 'video'}.${extension}`
}

async function readUpload({ env }: MediaCtx, video: VideoRow): Promise<UploadRow | undefined> {
  const rows = await drizzle(env.DB).select().from(uploads).where(eq(uploads.videoId, video.id))
  return rows.find(({ objectKey }) => objectKey === video.sourceKey)
}

const playlistKey = ({ videoId, id, attempt }: EncodeRow, row: RenditionRow): string =>
  `v/${videoId}/e/${row.location ?? `${id}/a${attempt}`}/${row.name}/` +
  (row.isGrowing ? growingPlaylistName : mediaPlaylistName)
