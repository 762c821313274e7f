import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Playback } from '#contracts/video.ts'
import { type RenditionRow, encodes, renditions } from '../transcode/table.ts'
import type { VideoRow } from '../video/table.ts'
import type { MediaCtx } from './state.ts'

export async function readRenditions({ env }: MediaCtx, { encodeId }: VideoRow) {
  const db = drizzle(env.DB)
  if (!encodeId) return { encode: undefined, renditions: [] }
  const [[encode], rows] = await db.batch([
    db.select().from(encodes).where(eq(encodes.id, encodeId)),
    db.select().from(renditions).where(eq(renditions.encodeId, encodeId)),
  ])
  return { encode, renditions: rows }
}

/** Sharpest first, in the codec that everything plays; of a film without pictures, its sound. */
export function listRungs(rows: RenditionRow[]): RenditionRow[] {
  const pictures = rows.filter(({ kind }) => kind === 'video')
  if (pictures.length === 0) return rows.filter((row) => row === firstSound(rows))
  const common = pictures.filter(({ codecs }) => codecs.startsWith('avc'))
  const shown = common.length > 0 ? common : pictures
  return shown.toSorted((a, b) => (b.heightPx ?? 0) - (a.heightPx ?? 0))
}

/** What viewers hear who choose nothing, in stereo where there is that. */
export const firstSound = (rows: RenditionRow[]): RenditionRow | undefined =>
  rows
    .filter(({ kind }) => kind === 'audio')
    .toSorted((a, b) => (a.track ?? 0) - (b.track ?? 0) || (a.channels ?? 0) - (b.channels ?? 0))[0]

/** What a video offers to save to a link of `maxHeight`; `url` makes an address of a key. */
export async function listDownloads(
  ctx: MediaCtx,
  video: VideoRow,
  url: (key: string) => string,
  maxHeight: number,
): Promise<Playback['downloads']> {
  if (video.downloads === 'none') return []
  const { encode, renditions: rows } = await readRenditions(ctx, video)
  const sound = firstSound(rows)
  const rungs = encode?.isComplete ? listRungs(rows) : []
  const isSmall = ({ name }: RenditionRow) => Number.parseInt(name, 10) <= maxHeight
  const offered = rungs.filter((row) => row === sound || isSmall(row))
  const converted = offered.map((row) => ({
    label: row === sound ? 'Sound' : row.name,
    url: url(`v/${video.id}/download/${row.name}.mp4`),
    sizeBytes: row.sizeBytes + (sound && sound !== row ? sound.sizeBytes : 0),
    heightPx: row.heightPx,
  }))
  if (video.downloads !== 'original' || !video.sourceKey || !video.sourceBytes) return converted
  if (Math.min(video.widthPx ?? 0, video.heightPx ?? 0) > maxHeight) return converted
  const original = {
    label: 'Original file',
    url: url(`v/${video.id}/download/original`),
    sizeBytes: video.sourceBytes,
    heightPx: video.heightPx,
  }
  return [...converted, original]
}
