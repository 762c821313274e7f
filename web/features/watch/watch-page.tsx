import {
  createEffect,
  createMemo,
  createSignal,
  Match,
  on,
  onCleanup,
  Show,
  Switch,
  untrack,
} from 'solid-js'
import { parseClock } from '../../player/clock.ts'
import type { Player } from '../../player/types.ts'
import { usePage } from '../../ui/page.ts'
import { useLocation, useNavigate, useParams, useSearchParams } from '../../ui/router.ts'
import { Bone, ErrorState, Skeleton } from '../../ui/state.tsx'
import { setDarkPage } from '../../ui/theme.ts'
import { About } from './about.tsx'
import { createUpNext, createWatch, toSource, type Watch } from './data.ts'
import { Filmstrip } from './filmstrip.tsx'
import { LinkPage } from './link-page.tsx'
import { NotAvailable } from './not-available.tsx'
import { Panel, StageNote } from './stage-note.tsx'
import { Stage } from './stage.tsx'
import { stepBack, visit } from './trail.ts'
import { UpNext } from './up-next.tsx'

const [isTheatre, setTheatre] = createSignal(false)

export function WatchPage() {
  const params = useParams<{ videoId: string }>()
  const place = useLocation()
  const token = () => new URLSearchParams(place.hash.slice(1)).get('token')
  return (
    <Show when={token()} keyed fallback={<VideoPage />}>
      {(given) => <LinkPage videoId={params.videoId} token={given} />}
    </Show>
  )
}

function VideoPage() {
  const params = useParams<{ videoId: string }>()
  const videoId = () => params.videoId
  const watch = createWatch(videoId)
  usePage(() => watch.video()?.title ?? (watch.isMissing() ? 'Not available' : 'Watch'))
  createEffect(on(videoId, visit))

  return (
    <Switch fallback={<Watching videoId={videoId()} watch={watch} />}>
      <Match when={watch.isMissing()}>
        <NotAvailable videoId={videoId()} />
      </Match>
      <Match when={watch.query.isError && !watch.video()}>
        <h1 class='sr-only'>Watch</h1>
        <ErrorState
          title='This video could not be loaded'
          error={watch.query.error}
          onRetry={() => void watch.query.refetch()}
        />
      </Match>
    </Switch>
  )
}

/** Stays while one video follows another, so that the player does. */
function Watching(props: { videoId: string; watch: Watch }) {
  const [search] = useSearchParams<{ t?: string }>()
  const navigate = useNavigate()
  const next = createUpNext(() => props.videoId)
  const [positionMs, setPosition] = createSignal(0)
  let player: Player | undefined

  createEffect(() => setDarkPage(isTheatre()))
  onCleanup(() => setDarkPage(false))
  const startMs = () => (search.t ? parseClock(search.t) : undefined)
  const knownId = createMemo(() => props.watch.video()?.id)
  // Only another film or new links make another source: a changed title must not start it again.
  const source = createMemo(() => {
    const playback = props.watch.playback() // may be known before the film is, from its upload
    return playback && playback.videoId === knownId()
      ? toSource(untrack(props.watch.video)!, playback)
      : undefined
  })
  const hasChapters = () => (source()?.chapters.length ?? 0) > 0
  const open = (id: string | undefined) => id && navigate(`/watch/${id}`)
  function seek(ms: number) {
    player?.seekTo(ms)
    player?.play()
  }
  createEffect(
    on(
      () => props.videoId,
      () => setPosition(startMs() ?? 0),
    ),
  )
  // Another moment of the film that is here already, by a link or the way back.
  createEffect(
    on([() => props.videoId, startMs] as const, ([id, ms], before) => {
      if (before?.[0] === id && ms !== undefined) player?.seekTo(ms)
    }),
  )

  return (
    <div class='grid grid-rows-[auto_1fr] gap-x-9 lg:grid-cols-[minmax(0,1fr)_392px] md:max-lg:grid-cols-[minmax(0,1fr)_300px] max-md:grid-cols-1'>
      <div
        class='relative z-20 aspect-video w-full self-start overflow-hidden bg-black max-md:sticky max-md:top-14 max-md:-mx-4 max-md:-mt-3 max-md:w-auto md:rounded-frame'
        classList={{ 'md:col-span-2 md:max-h-[calc(100dvh-140px)]': isTheatre() }}
      >
        <Stage
          source={source()}
          startMs={startMs()}
          isTheatre={isTheatre()}
          hasNext={next.videos().length > 0}
          onPlayer={(made) => {
            player = made
            setPosition(made.positionMs())
          }}
          onPosition={setPosition}
          onTheatre={() => setTheatre(!isTheatre())}
          onNext={() => open(next.videos()[0]?.id)}
          onPrevious={() => open(stepBack())}
        />
        <StageCover watch={props.watch} />
      </div>
      <div class='min-w-0 max-md:row-start-2 md:col-start-1'>
        <Show when={hasChapters() && source()}>
          {(film) => <Filmstrip source={film()} positionMs={positionMs()} onSeek={seek} />}
        </Show>
        <Show when={props.watch.video()} fallback={<AboutBones />}>
          {(video) => (
            <About
              video={video()}
              playback={props.watch.playback()}
              positionMs={positionMs()}
              onSeek={seek}
            />
          )}
        </Show>
      </div>
      <aside
        class='min-w-0 max-md:mt-9'
        classList={{
          'md:row-span-2 md:row-start-1 md:col-start-2': !isTheatre(),
          'md:mt-6': isTheatre(),
        }}
      >
        <UpNext next={next} />
      </aside>
    </div>
  )
}

/** Over the player while it has nothing to play. */
function StageCover(props: { watch: Watch }) {
  const failure = () =>
    props.watch.playbackQuery.isLoadingError ? props.watch.playbackQuery.error : undefined
  return (
    <Switch>
      <Match when={!props.watch.video()}>
        <div class='absolute inset-0 bg-sunken' />
      </Match>
      <Match when={failure()}>
        {(error) => (
          <Panel>
            <ErrorState error={error()} onRetry={() => void props.watch.playbackQuery.refetch()} />
          </Panel>
        )}
      </Match>
      <Match when={!props.watch.video()?.playable && props.watch.video()}>
        {(video) => <StageNote video={video()} />}
      </Match>
    </Switch>
  )
}

function AboutBones() {
  return (
    <Skeleton label='Loading the video' class='mt-6 grid gap-5'>
      <Bone class='h-8 w-3/4' />
      <div class='flex items-center gap-3'>
        <Bone class='size-9 rounded-full!' />
        <Bone class='h-9 w-40' />
      </div>
      <Bone class='h-28 w-full' />
    </Skeleton>
  )
}
