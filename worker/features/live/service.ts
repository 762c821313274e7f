import type { VideoId } from '#contracts/id.ts'
import { type Video, VideoEvent } from '#contracts/video.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { getVideo } from '../video/service.ts'

/** Somebody waits for the first picture. */
const waitingLookMs = 250
const lookMs = 1000
/** Below the shortest wall-time limit that Cloudflare names for a request. */
const streamMs = 25_000

/** A ready film may have a rendition made again. */
const isSettled = ({ status, progress }: Video) =>
  (status === 'ready' || status === 'failed') && progress === null

/** Undefined once it is gone. Throws what passes: the client connects again. */
const findVideo = (ctx: Ctx, id: VideoId): Promise<Video | undefined> =>
  getVideo(ctx, id).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') return undefined
    throw error
  })

/**
 * Server-sent events: `video` at once and on each change, `end` when nothing more will come. The
 * stream is short and the client connects again, so no connection outlives a request's limits.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export async function streamVideo(ctx: Ctx, id: VideoId, signal: AbortSignal): Promise<Response> {
  let video: Video | undefined = await getVideo(ctx, id)
  const encoder = new TextEncoder()
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  const write = (text: string) => writer.write(encoder.encode(text))

  // A request's time stands still, but what is left of an encode is told second by second.
  const startedAt = Date.now()
  const elapsedMs = () => Date.now() - startedAt
  const flowing: Ctx = { ...ctx, now: () => ctx.now() + elapsedMs() }

  async function run(): Promise<void> {
    let last = ''
    await write('retry: 500\n\n')
    while (video && !signal.aborted && elapsedMs() < streamMs) {
      const data = JSON.stringify(VideoEvent.parse(video))
      await write(data === last ? ': still here\n\n' : `event: video\ndata: ${data}\n\n`)
      last = data
      if (isSettled(video)) break
      const isWaiting = video.status === 'processing' && !video.playable
      await scheduler.wait(isWaiting ? waitingLookMs : lookMs)
      video = await findVideo(flowing, id)
    }
    if (!video || isSettled(video)) await write('event: end\ndata: {}\n\n')
    await writer.close()
  }
  // A viewer who leaves makes the next write fail; that is the normal end.
  ctx.defer(run().catch(() => writer.abort().catch(() => undefined)))
  return new Response(readable, {
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' },
  })
}
