import { useInfiniteQuery } from '@tanstack/solid-query'
import Film from 'lucide-solid/icons/film'
import UploadIcon from 'lucide-solid/icons/upload'
import { createMemo, createSignal, For, Match, Show, Switch } from 'solid-js'
import type { Video } from '#contracts/video.ts'
import { forgetVideo, keys } from '../../api/query.ts'
import { currentWorkspace } from '../../api/session.ts'
import { deleteVideo, listWorkspaceVideos } from '../../api/video.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { createClock } from '../../ui/clock.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { plural } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { usePage } from '../../ui/page.ts'
import { createScrollMemory } from '../../ui/scroll.ts'
import { Bone, EmptyState, ErrorState, Skeleton } from '../../ui/state.tsx'
import { notify } from '../../ui/toast.tsx'
import { VideoRow } from './video-row.tsx'

const workspaceId = () => currentWorkspace()?.id

export function VideosPage() {
  usePage(() => 'Videos')
  const now = createClock()
  const list = useInfiniteQuery(() => ({
    queryKey: keys.workspaceVideos(workspaceId()),
    queryFn: ({ pageParam, signal }) => listWorkspaceVideos(workspaceId()!, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    enabled: workspaceId() !== undefined,
  }))
  const videos = createMemo(() =>
    list.isSuccess ? list.data.pages.flatMap((page) => page.items) : [],
  )
  const ids = createMemo(() => videos().map((video) => video.id), [], { equals: isSameList })
  const videoOf = (id: string) => videos().find((video) => video.id === id)
  createScrollMemory('studio', () => videos().length > 0)

  return (
    <>
      <header class='flex flex-wrap items-start gap-x-6 gap-y-3'>
        <h1 class='text-headline font-semi max-md:text-title'>
          {headline(videos(), list.hasNextPage)}
        </h1>
        <ButtonLink href='/studio/upload' look='primary' class='ml-auto max-md:hidden'>
          <Icon of={UploadIcon} size={18} />
          Upload
        </ButtonLink>
      </header>
      <div class='mt-6'>
        <Switch>
          <Match when={list.isPending}>
            <ListSkeleton />
          </Match>
          <Match when={list.isError && !videos().length}>
            <ErrorState error={list.error} onRetry={() => void list.refetch()} />
          </Match>
          <Match when={!videos().length}>
            <EmptyState
              icon={Film}
              title='Your first video goes here'
              action={
                <ButtonLink href='/studio/upload' look='primary'>
                  <Icon of={UploadIcon} size={18} />
                  Upload
                </ButtonLink>
              }
            >
              Drop in a video from your phone. You can name it while it is on its way.
            </EmptyState>
          </Match>
          <Match when={true}>
            <VideoTable ids={ids()} videoOf={videoOf} now={now()} />
            <Show when={list.hasNextPage}>
              <div class='mt-8 grid justify-items-center'>
                <Button isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                  Load more
                </Button>
              </div>
            </Show>
          </Match>
        </Switch>
      </div>
    </>
  )
}

function VideoTable(props: {
  ids: string[]
  videoOf: (id: string) => Video | undefined
  now: number
}) {
  const [doomed, setDoomed] = createSignal<Video>()
  return (
    <>
      {/* Rows become cards on narrow screens, so the roles are named. */}
      <table role='table' class='w-full border-collapse max-md:block'>
        <thead class='max-md:sr-only'>
          <tr
            role='row'
            class='border-b border-line text-left text-meta text-ink-3 *:pr-3 *:pb-2 *:font-medium'
          >
            <th role='columnheader' scope='col'>
              Video
            </th>
            <th role='columnheader' scope='col' class='w-40'>
              Who can see it
            </th>
            <th role='columnheader' scope='col' class='w-28'>
              Date
            </th>
            <th role='columnheader' scope='col' class='w-32'>
              <span class='sr-only'>Actions</span>
            </th>
          </tr>
        </thead>
        <tbody role='rowgroup' class='max-md:block'>
          <For each={props.ids}>
            {(id) => (
              <Show when={props.videoOf(id)}>
                {(video) => <VideoRow video={video()} now={props.now} onDelete={setDoomed} />}
              </Show>
            )}
          </For>
        </tbody>
      </table>
      <Confirm
        isOpen={doomed() !== undefined}
        title='Delete this video?'
        actionLabel='Delete video'
        onConfirm={async () => {
          const video = doomed()!
          await deleteVideo(video.id)
          forgetVideo(video.id)
          notify(`“${video.title}” is deleted.`)
        }}
        onClose={() => setDoomed(undefined)}
      >
        “{doomed()?.title}” goes with all its files. Its link stops working at once. This cannot be
        taken back.
      </Confirm>
    </>
  )
}

function ListSkeleton() {
  return (
    <Skeleton label='Loading your videos' class='grid gap-5 pt-6'>
      <For each={[1, 2, 3, 4, 5]}>
        {() => (
          <div class='flex items-center gap-3.5'>
            <Bone class='h-[50px] w-[88px]' />
            <Bone class='h-4 w-1/3' />
          </div>
        )}
      </For>
    </Skeleton>
  )
}

/** A sentence in place of number tiles. */
function headline(videos: Video[], hasMore: boolean): string {
  const processing = videos.filter((video) => video.status === 'processing')
  const playing = processing.filter((video) => video.playable).length
  const waiting = processing.length - playing
  if (videos.length === 0) return 'Videos'
  const count = hasMore ? `More than ${videos.length} videos` : plural(videos.length, 'video')
  const getting = [
    ...(waiting ? [`${waiting} getting ready`] : []),
    ...(playing ? [`${playing} getting sharper`] : []),
  ]
  return [count, ...getting].join(', ')
}

const isSameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((value, index) => value === b[index])
