import { useQuery } from '@tanstack/solid-query'
import ArrowLeft from 'lucide-solid/icons/arrow-left'
import { Match, Switch } from 'solid-js'
import { hasCode } from '../../api/error.ts'
import { keys } from '../../api/query.ts'
import { getVideo } from '../../api/video.ts'
import { ButtonLink } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { usePage } from '../../ui/page.ts'
import { A, useParams } from '../../ui/router.ts'
import { Bone, ErrorState, Skeleton } from '../../ui/state.tsx'
import { VideoEditor } from './video-editor.tsx'

export function VideoPage() {
  const params = useParams<{ videoId: string }>()
  const query = useQuery(() => ({
    queryKey: keys.video(params.videoId),
    queryFn: ({ signal }) => getVideo(params.videoId, signal),
  }))
  const video = () => (query.isSuccess ? query.data : undefined)
  usePage(() => video()?.title ?? 'Video')

  return (
    <>
      <A
        href='/studio'
        class='mb-4 -ml-2 inline-flex min-h-8 items-center gap-1.5 rounded-ctl px-2 font-medium text-ink-2 hover:text-ink'
      >
        <Icon of={ArrowLeft} size={18} />
        Videos
      </A>
      <Switch>
        <Match when={query.isPending}>
          <h1 class='sr-only'>Video</h1>
          <Skeleton label='Loading the video' class='grid gap-6'>
            <Bone class='h-9 w-80' />
            <Bone class='h-72 w-full' />
          </Skeleton>
        </Match>
        <Match when={hasCode(query.error, 'not_found', 'invalid_request')}>
          <h1 class='text-headline font-semi'>No such video</h1>
          <p class='mt-2 mb-6 text-read text-ink-2'>It was deleted, or it is not yours to see.</p>
          <ButtonLink href='/studio'>To your videos</ButtonLink>
        </Match>
        <Match when={query.isError}>
          <h1 class='sr-only'>Video</h1>
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        </Match>
        <Match when={video()}>{(loaded) => <VideoEditor video={loaded()} />}</Match>
      </Switch>
    </>
  )
}
