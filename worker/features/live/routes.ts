import { watchVideoEvents } from '#contracts/video.ts'
import { type Route, on } from '../../core/http.ts'
import { streamVideo } from './service.ts'

export const liveRoutes: Route[] = [
  on(watchVideoEvents, (ctx, { params, request }) =>
    streamVideo(ctx, params.videoId, request.signal),
  ),
]
