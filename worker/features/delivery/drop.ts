import { exports } from 'cloudflare:workers'
import { type UploadId, type VideoId, isId } from '#contracts/id.ts'
import { listSegments } from '#media/index.ts'
import type { Ctx } from '../../core/context.ts'
import type { Listener } from '../../core/record.ts'
import { dropCached } from '../../ports/edge-cache.ts'
import { openSource } from '../source/cut.ts'
import { segmentName } from './cut.ts'

/** Who is in no more has no copy left at the edge either; the gate has refused them since before. */
export const dropHidden: Listener = async (ctx, { kind, videoId, data }) => {
  const isHidden = kind === 'video.updated' && data['visibility'] === 'private'
  if (videoId && isHidden) await dropVideo(ctx, videoId)
}

/** Takes a video out of the caches. Before its objects are deleted: they say what there may be. */
export async function dropVideo(ctx: Ctx, videoId: VideoId): Promise<void> {
  const { MediaOrigin } = exports as unknown as {
    MediaOrigin?: { purge: (id: VideoId) => Promise<void> }
  }
  if (ctx.env.MEDIA_CACHE === 'entrypoint' && MediaOrigin) return MediaOrigin.purge(videoId)
  let cursor: string | undefined
  do {
    const page = await ctx.env.MEDIA.list({ prefix: `v/${videoId}/`, ...(cursor && { cursor }) })
    const keys = page.objects.map(({ key }) => key)
    const cuts = await Promise.all(keys.map((key) => listCuts(ctx, videoId, key)))
    await dropCached([...keys, ...cuts.flat()])
    cursor = page.truncated ? page.cursor : undefined
  } while (cursor)
}

/** What may have been cut of a source, by the key of its index; else nothing. */
async function listCuts(ctx: Ctx, videoId: VideoId, key: string): Promise<string[]> {
  const [, , , uploadId = '', file] = key.split('/')
  if (!isId('upload', uploadId) || file !== 'index') return []
  const source = await openSource(ctx.env.MEDIA, videoId, uploadId as UploadId)
  if (!source) return []
  return (['video', 'audio'] as const).flatMap((track) => {
    const names = listSegments(source.index, track).map((_, number) => segmentName(number))
    return ['init.mp4', ...names].map((name) => `v/${videoId}/s/${uploadId}/${track}/${name}`)
  })
}
