import { useInfiniteQuery } from '@tanstack/solid-query'
import Clapperboard from 'lucide-solid/icons/clapperboard'
import { createMemo, For, Match, Show, Switch } from 'solid-js'
import { keys } from '../../api/query.ts'
import { currentUser } from '../../api/session.ts'
import { listPublicVideos } from '../../api/video.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { createClock } from '../../ui/clock.ts'
import { usePage } from '../../ui/page.ts'
import { createScrollMemory } from '../../ui/scroll.ts'
import { EmptyState, ErrorState } from '../../ui/state.tsx'
import { HomeSkeleton } from './home-skeleton.tsx'
import { LeadStory } from './lead-story.tsx'
import { VideoCard } from './video-card.tsx'
import { VideoLine } from './video-line.tsx'

const besideLead = 3

export function HomePage() {
  usePage(() => 'Newest videos')
  const now = createClock()
  const feed = useInfiniteQuery(() => ({
    queryKey: keys.publicVideos,
    queryFn: ({ pageParam, signal }) => listPublicVideos(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  }))
  const videos = createMemo(() =>
    feed.isSuccess ? feed.data.pages.flatMap((page) => page.items) : [],
  )
  const beside = () => videos().slice(1, 1 + besideLead)
  const rest = () => videos().slice(1 + besideLead)
  createScrollMemory('home', () => videos().length > 0)

  return (
    <>
      <h1 class='sr-only'>Newest videos</h1>
      <Switch>
        <Match when={feed.isPending}>
          <HomeSkeleton />
        </Match>
        <Match when={feed.isError && !videos().length}>
          <ErrorState error={feed.error} onRetry={() => void feed.refetch()} />
        </Match>
        <Match when={!videos().length}>
          <Empty />
        </Match>
        <Match when={videos()[0]}>
          {(lead) => (
            <>
              <div
                class='grid gap-9 max-md:-mx-4 max-md:gap-6'
                classList={{
                  'md:grid-cols-[minmax(0,1.62fr)_minmax(0,1fr)]': beside().length > 0,
                }}
              >
                <LeadStory video={lead()} now={now()} />
                <Show when={beside().length}>
                  <section aria-labelledby='also-new' class='max-md:px-4'>
                    <h2 id='also-new' class='mb-3.5 text-section font-strong'>
                      Also new
                    </h2>
                    <ul class='grid gap-4'>
                      <For each={beside()}>
                        {(video) => (
                          <li>
                            <VideoLine video={video} now={now()} />
                          </li>
                        )}
                      </For>
                    </ul>
                  </section>
                </Show>
              </div>
              <Show when={rest().length}>
                <section aria-labelledby='more' class='mt-10'>
                  <h2 id='more' class='mb-4 text-section font-strong'>
                    Earlier
                  </h2>
                  <ul class='grid gap-x-6 gap-y-[30px] sm:grid-cols-2 md:grid-cols-3 lg:grid-cols-4'>
                    <For each={rest()}>
                      {(video) => (
                        <li class='min-w-0'>
                          <VideoCard video={video} now={now()} />
                        </li>
                      )}
                    </For>
                  </ul>
                </section>
              </Show>
              <Show when={feed.hasNextPage}>
                <div class='mt-10 grid justify-items-center gap-3'>
                  <Show when={feed.isFetchNextPageError}>
                    <p role='alert' class='text-danger'>
                      {feed.error?.message}
                    </p>
                  </Show>
                  <Button
                    isBusy={feed.isFetchingNextPage}
                    onClick={() => void feed.fetchNextPage()}
                  >
                    Load more
                  </Button>
                </div>
              </Show>
            </>
          )}
        </Match>
      </Switch>
    </>
  )
}

function Empty() {
  return (
    <div class='mx-auto max-w-[720px] pt-10'>
      <EmptyState
        icon={Clapperboard}
        title='Nothing is playing yet'
        action={
          <ButtonLink href={currentUser() ? '/studio/upload' : '/signup'} look='primary'>
            {currentUser() ? 'Upload the first video' : 'Sign up and upload one'}
          </ButtonLink>
        }
      >
        Public videos appear here, the newest first, as soon as they can be played.
      </EmptyState>
    </div>
  )
}
