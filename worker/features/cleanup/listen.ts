import type { Listener } from '../../core/record.ts'
import { purgeVideo } from './service.ts'

/** What is deleted goes from storage too. */
export const cleanUp: Listener = async (ctx, event) => {
  if (event.kind === 'video.deleted' && event.videoId) await purgeVideo(ctx, event.videoId)
}
