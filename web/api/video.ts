import type { VideoQuality } from '#contracts/beacon.ts'
import type { Chapter } from '#contracts/chapter.ts'
import type { Reply } from '#contracts/endpoint.ts'
import type { VideoId, WorkspaceId } from '#contracts/id.ts'
import type {
  getPlayback as getPlaybackContract,
  listPublicVideos as listPublicContract,
  updateVideo as updateContract,
  Video,
} from '#contracts/video.ts'
import type { z } from 'zod'
import { client } from './session.ts'

export type VideoPage = NonNullable<Reply<typeof listPublicContract>>
export type VideoChange = z.input<(typeof updateContract)['body'] & z.ZodType>
export type PlaybackReply = NonNullable<Reply<typeof getPlaybackContract>>

const at = (id: string) => `/api/v1/videos/${encodeURIComponent(id)}`

export const listPublicVideos = (cursor?: string, signal?: AbortSignal): Promise<VideoPage> =>
  client.call('GET', '/api/v1/videos', { query: { cursor }, signal, auth: 'none' })

export const listWorkspaceVideos = (
  workspaceId: WorkspaceId,
  cursor?: string,
  signal?: AbortSignal,
): Promise<VideoPage> =>
  client.call('GET', `/api/v1/workspaces/${workspaceId}/videos`, { query: { cursor }, signal })

export const getVideo = (id: string, signal?: AbortSignal): Promise<Video> =>
  client.call('GET', at(id), { signal })

export const updateVideo = (id: VideoId, change: VideoChange): Promise<Video> =>
  client.call('PATCH', at(id), { body: change, keepalive: true })

/** The whole list; with an empty one they come from the description. */
export const setChapters = (id: VideoId, chapters: Chapter[]): Promise<Video> =>
  client.call('PUT', `${at(id)}/chapters`, { body: { chapters }, keepalive: true })

export const deleteVideo = (id: VideoId): Promise<void> => client.call('DELETE', at(id))

export const retryVideo = (id: VideoId): Promise<Video> => client.call('POST', `${at(id)}/retry`)

/** Throws ApiError `conflict` where nothing is being made any more. */
export const cancelVideo = (id: VideoId): Promise<Video> => client.call('POST', `${at(id)}/cancel`)

/** Throws ApiError `conflict` while something is being made already. */
export const remakeRendition = (id: VideoId, name: string): Promise<Video> =>
  client.call('POST', `${at(id)}/renditions/${encodeURIComponent(name)}/remake`)

/** By a link that was given, where there is one: it decides in place of an account. */
export const getPlayback = (
  id: string,
  signal?: AbortSignal,
  link?: { token: string; playId?: string | null },
): Promise<PlaybackReply> =>
  client.call('GET', `${at(id)}/playback`, {
    signal,
    ...(link && { query: { token: link.token, playId: link.playId ?? undefined }, auth: 'none' }),
  })

export const getVideoQuality = (id: string, signal?: AbortSignal): Promise<VideoQuality> =>
  client.call('GET', `${at(id)}/quality`, { signal })

export const watchUrl = (id: string): string => `${location.origin}/watch/${id}`
