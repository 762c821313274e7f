import * as contract from '#contracts/video.ts'
import { type Route, on } from '../../core/http.ts'
import { remakeRendition } from '../transcode/remake.ts'
import { retryVideo } from '../transcode/service.ts'
import { cancelVideo } from '../transcode/stop.ts'
import * as video from './service.ts'

export const videoRoutes: Route[] = [
  on(contract.listPublicVideos, (ctx, { query }) => video.listPublicVideos(ctx, query)),
  on(contract.listWorkspaceVideos, (ctx, { params, query }) =>
    video.listWorkspaceVideos(ctx, params.workspaceId, query),
  ),
  on(contract.getVideo, (ctx, { params }) => video.getVideo(ctx, params.videoId)),
  on(contract.updateVideo, (ctx, { params, body }) => video.updateVideo(ctx, params.videoId, body)),
  on(contract.setChapters, (ctx, { params, body }) =>
    video.setChapters(ctx, params.videoId, body.chapters),
  ),
  on(contract.deleteVideo, (ctx, { params }) => video.deleteVideo(ctx, params.videoId)),
  on(contract.retryVideo, async (ctx, { params }) => {
    await retryVideo(ctx, params.videoId)
    return video.getVideo(ctx, params.videoId)
  }),
  on(contract.cancelVideo, async (ctx, { params }) => {
    await cancelVideo(ctx, params.videoId)
    return video.getVideo(ctx, params.videoId)
  }),
  on(contract.remakeRendition, async (ctx, { params }) => {
    await remakeRendition(ctx, params.videoId, params.name)
    return video.getVideo(ctx, params.videoId)
  }),
]
