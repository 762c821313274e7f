import { WorkerEntrypoint } from 'cloudflare:workers'
import type { VideoId } from '#contracts/id.ts'
import type { Env } from '../../env.ts'
import { readOrigin } from '../../ports/edge-cache.ts'
import { isCut, makeCut } from './cut.ts'

/**
 * The inner address of media: no token, no person, nothing that changes, so Workers Cache may keep
 * all of it. Only this Worker can call it, after it has checked the viewer's token.
 */
export class MediaOrigin extends WorkerEntrypoint<Env> {
  override fetch(request: Request): Promise<Response> {
    const make = isCut(new URL(request.url).pathname) ? makeCut : undefined
    return readOrigin(this.env, this.ctx, request.url, make)
  }

  /** All of a video, in every data centre; answers carry its id as their tag. */
  async purge(videoId: VideoId): Promise<void> {
    const done = await this.ctx.cache?.purge({ tags: [videoId] })
    if (done?.success === false) throw new Error(`not purged: ${JSON.stringify(done.errors)}`)
  }
}
