import { QueryClient } from '@tanstack/solid-query'
import type { InfiniteData } from '@tanstack/solid-query'
import type { VideoId, WorkspaceId } from '#contracts/id.ts'
import type { Video } from '#contracts/video.ts'
import { ApiError } from './error.ts'
import type { VideoPage } from './video.ts'

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: true,
      networkMode: 'always', // being offline is an answer to show, not a reason to wait
      retry: (count, error) =>
        count < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
      retryDelay: (count) => 400 * 2 ** count,
    },
  },
})

export const keys = {
  publicVideos: ['videos', 'public'] as const,
  workspaceVideos: (id: WorkspaceId | undefined) => ['videos', 'workspace', id] as const,
  video: (id: string) => ['video', id] as const,
  transcodeSettings: (id: WorkspaceId | undefined) => ['settings', 'transcode', id] as const,
  quality: (id: string) => ['quality', id] as const,
  playback: (id: string) => ['playback', id] as const,
  linkPlayback: (token: string) => ['playback', 'link', token] as const,
  links: (id: VideoId) => ['links', id] as const,
  workspace: (id: WorkspaceId | undefined) => ['workspace', id] as const,
  members: (id: WorkspaceId | undefined) => ['members', id] as const,
  invitations: (id: WorkspaceId | undefined) => ['invitations', id] as const,
  apiKeys: (id: WorkspaceId | undefined) => ['api-keys', id] as const,
  signingKeys: (id: WorkspaceId | undefined) => ['signing-keys', id] as const,
  audit: (id: WorkspaceId | undefined, group: string) => ['audit', id, group] as const,
  invitationOffer: (token: string, userId: string | undefined) =>
    ['invitation-offer', token, userId] as const,
  adminUsers: (search: string) => ['admin', 'users', search] as const,
  adminWorkspaces: (search: string) => ['admin', 'workspaces', search] as const,
  adminAudit: (group: string) => ['admin', 'audit', group] as const,
}

type VideoPages = InfiniteData<VideoPage>

function editPages(edit: (videos: Video[]) => Video[]) {
  queryClient.setQueriesData<VideoPages>(
    { queryKey: ['videos'] },
    (data) =>
      data && { ...data, pages: data.pages.map((page) => ({ ...page, items: edit(page.items) })) },
  )
}

/** Puts a newer state of a video wherever it is shown. */
export function patchVideo(id: VideoId, change: Partial<Video>): void {
  const merge = (video: Video) => (video.id === id ? { ...video, ...change } : video)
  editPages((videos) => (videos.some((video) => video.id === id) ? videos.map(merge) : videos))
  queryClient.setQueryData<Video>(keys.video(id), (video) => video && merge(video))
}

export function forgetVideo(id: VideoId): void {
  editPages((videos) => videos.filter((video) => video.id !== id))
  queryClient.removeQueries({ queryKey: keys.video(id) })
}

export const refetchVideo = (id: VideoId): Promise<void> =>
  queryClient.invalidateQueries({ queryKey: keys.video(id) })

export const refetchVideos = (): Promise<void> =>
  queryClient.invalidateQueries({ queryKey: ['videos'] })
