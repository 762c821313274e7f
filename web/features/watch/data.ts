import { useInfiniteQuery, useQuery } from '@tanstack/solid-query'
import { createEffect, on } from 'solid-js'
import type { Playback, Video } from '#contracts/video.ts'
import { hasCode } from '../../api/error.ts'
import { createLiveVideo } from '../../api/live-video.ts'
import { keys } from '../../api/query.ts'
import { getPlayback, getVideo, listPublicVideos } from '../../api/video.ts'
import type { Source } from '../../player/types.ts'
import { createOnline } from '../../ui/clock.ts'

/** A film plays while it is uploaded, and of that no events come. */
const UPLOADING_POLL_MS = 3000
const UP_NEXT = 12

/** The video of a page, live while it is processed, and its links once it can be played. */
export function createWatch(videoId: () => string) {
  const query = useQuery(() => ({
    queryKey: keys.video(videoId()),
    queryFn: ({ signal }) => getVideo(videoId(), signal),
    refetchInterval: (q) => (q.state.data?.status === 'uploading' ? UPLOADING_POLL_MS : false),
  }))
  const video = createLiveVideo(() => known(query))
  const playbackQuery = useQuery(() => ({
    queryKey: keys.playback(videoId()),
    queryFn: ({ signal }) => getPlayback(videoId(), signal),
    enabled: video()?.playable === true,
    // The player renews its own token; new links would only make it start again.
    staleTime: Infinity,
    retry: (count, error) => hasCode(error, 'conflict', 'network') && count < 3,
  }))
  // Played while it was still processed: now its storyboard is there.
  createEffect(
    on(video, (now, before) => {
      const isSame = now?.id === before?.id && before?.status === 'processing'
      if (isSame && now?.status === 'ready' && before?.playable) void playbackQuery.refetch()
    }),
  )
  refetchWhenBack(() => {
    if (query.isError) void query.refetch()
    if (playbackQuery.isError) void playbackQuery.refetch()
  })
  return {
    query,
    video,
    playbackQuery,
    playback: () => known(playbackQuery),
    isMissing: () => hasCode(query.error, 'not_found', 'invalid_request'),
  }
}

/** What was loaded last, also where a later try failed: that must not stop a film. */
const known = <T>(query: { isPending: boolean; isLoadingError: boolean; data: T | undefined }) =>
  query.isPending || query.isLoadingError ? undefined : query.data

export type Watch = ReturnType<typeof createWatch>

function refetchWhenBack(refetch: () => void) {
  const isOnline = createOnline()
  createEffect(on(isOnline, (isNow) => isNow && refetch(), { defer: true }))
}

/** The newest public videos but this one; shares its cache with the home page. */
export function createUpNext(videoId: () => string) {
  const feed = useInfiniteQuery(() => ({
    queryKey: keys.publicVideos,
    queryFn: ({ pageParam, signal }) => listPublicVideos(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  }))
  const videos = () => {
    const all = feed.isSuccess ? feed.data.pages.flatMap((page) => page.items) : []
    return all.filter((video) => video.id !== videoId()).slice(0, UP_NEXT)
  }
  return { feed, videos }
}

export const toSource = (video: Video, playback: Playback): Source => ({
  ...playback,
  title: video.title,
  artist: video.channel.name,
  renew: () => getPlayback(video.id),
})
