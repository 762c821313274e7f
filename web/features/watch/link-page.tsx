import { useQuery } from '@tanstack/solid-query'
import Link from 'lucide-solid/icons/link-2'
import LinkOff from 'lucide-solid/icons/link-2-off'
import Scissors from 'lucide-solid/icons/scissors'
import { createMemo, createSignal, Match, Show, Switch } from 'solid-js'
import type { Playback } from '#contracts/video.ts'
import { hasCode } from '../../api/error.ts'
import { keys } from '../../api/query.ts'
import { getPlayback } from '../../api/video.ts'
import { parseClock, toClock } from '../../player/clock.ts'
import type { Source } from '../../player/types.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { copyText } from '../../ui/clipboard.ts'
import { createClock } from '../../ui/clock.ts'
import { formatDate, formatDateTime } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { usePage } from '../../ui/page.ts'
import { useSearchParams } from '../../ui/router.ts'
import { Bone, ErrorState, Skeleton } from '../../ui/state.tsx'
import { notify } from '../../ui/toast.tsx'
import { readHeld } from '../link/held.ts'
import { NarrowForm } from '../link/narrow-form.tsx'
import { Stage } from './stage.tsx'

interface Given {
  videoId: string
  token: string
}

/** What a share link opens: the film and its title, and nothing else of its video. */
export function LinkPage(props: Given) {
  const query = useQuery(() => ({
    queryKey: keys.linkPlayback(props.token),
    queryFn: ({ signal }) => getPlayback(props.videoId, signal, { token: props.token }),
    staleTime: Infinity, // the player asks again by itself
    retry: (count, error) => hasCode(error, 'network') && count < 3,
  }))
  const playback = () => (query.isPending || query.isLoadingError ? undefined : query.data)
  usePage(() => playback()?.title ?? (query.isError ? 'Link' : 'Watch'))
  return (
    <Switch fallback={<Loading />}>
      <Match when={hasCode(query.error, 'playback_denied', 'not_found') && !playback()}>
        <Refused sentence={query.error!.message} />
      </Match>
      <Match when={query.isError && !playback()}>
        <h1 class='sr-only'>Watch</h1>
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      </Match>
      <Match when={playback()}>
        {(known) => <Watching token={props.token} playback={known()} />}
      </Match>
    </Switch>
  )
}

const toSource = (playback: Playback, token: string): Source => ({
  ...playback,
  artist: '',
  renew: () => getPlayback(playback.videoId, undefined, { token, playId: playback.playId }),
})

const [isTheatre, setTheatre] = createSignal(false)

function Watching(props: { token: string; playback: Playback }) {
  const [search] = useSearchParams<{ t?: string }>()
  const [positionMs, setPosition] = createSignal(0)
  const source = createMemo(() => toSource(props.playback, props.token))
  return (
    <div class='mx-auto grid gap-5' classList={{ 'max-w-[1080px]': !isTheatre() }}>
      <div class='relative z-20 aspect-video w-full overflow-hidden bg-black max-md:sticky max-md:top-14 max-md:-mx-4 max-md:-mt-3 max-md:w-auto md:max-h-[calc(100dvh-140px)] md:rounded-frame'>
        <Stage
          source={source()}
          startMs={search.t ? parseClock(search.t) : undefined}
          isTheatre={isTheatre()}
          hasNext={false}
          onPlayer={() => undefined}
          onPosition={setPosition}
          onTheatre={() => setTheatre(!isTheatre())}
          onNext={() => undefined}
          onPrevious={() => undefined}
        />
      </div>
      <About playback={props.playback} positionMs={positionMs()} />
    </div>
  )
}

function About(props: { playback: Playback; positionMs: number }) {
  const [isNarrowing, setNarrowing] = createSignal(false)
  const now = createClock()
  const held = createMemo(() => readHeld(location.href))
  const part = () => {
    const { clip } = props.playback
    const [from, to] = [clip?.fromSeconds ?? 0, clip?.toSeconds ?? 0]
    return clip ? `You see ${toClock(from * 1000)} to ${toClock(to * 1000)} of it. ` : ''
  }
  const shortSidePx = () => Math.min(props.playback.widthPx ?? 0, props.playback.heightPx ?? 0)
  async function copy() {
    const isCopied = await copyText(location.href)
    notify(isCopied ? 'The link is copied.' : location.href)
  }
  return (
    <>
      <div class='flex flex-wrap items-start gap-x-6 gap-y-4'>
        <div class='min-w-0 flex-1 basis-72'>
          <h1 class='text-title font-strong wrap-anywhere max-md:text-[22px] max-md:leading-7'>
            {props.playback.title}
          </h1>
          <p class='mt-1 text-list text-ink-2'>
            {part()}
            Shared with you by a link that ends{' '}
            <time
              dateTime={props.playback.expiresAt}
              title={formatDateTime(props.playback.expiresAt)}
            >
              on {formatDate(props.playback.expiresAt, now())}
            </time>
            .
          </p>
        </div>
        <div class='flex flex-wrap gap-2'>
          <Button onClick={() => void copy()}>
            <Icon of={Link} size={18} />
            Copy link
          </Button>
          <Button aria-expanded={isNarrowing()} onClick={() => setNarrowing(!isNarrowing())}>
            <Icon of={Scissors} size={18} />
            Share a part
          </Button>
        </div>
      </div>
      <Show when={isNarrowing() && held()}>
        {(link) => (
          <section
            aria-label='Share a part'
            class='grid max-w-[560px] gap-5 rounded-frame border border-line bg-surface p-4 sm:p-5'
          >
            <p class='text-list text-pretty text-ink-2'>
              Makes a link that opens less than yours. It is made here in your browser and ends with
              your link.
            </p>
            <NarrowForm
              held={link()}
              lengthSeconds={props.playback.durationMs / 1000}
              positionMs={() => props.positionMs}
              {...(shortSidePx() && { shortSidePx: shortSidePx() })}
            />
          </section>
        )}
      </Show>
    </>
  )
}

function Refused(props: { sentence: string }) {
  return (
    <div class='mx-auto grid max-w-[560px] justify-items-center gap-4 py-24 text-center max-md:py-16'>
      <span class='grid size-16 place-items-center rounded-full bg-time-soft text-time-ink'>
        <Icon of={LinkOff} size={30} />
      </span>
      <h1 class='text-headline font-semi'>This link does not open the video</h1>
      <p class='text-read text-ink-2'>
        {props.sentence} Ask whoever gave it to you for another one.
      </p>
      <ButtonLink href='/' class='mt-2'>
        To the newest videos
      </ButtonLink>
    </div>
  )
}

function Loading() {
  return (
    <Skeleton label='Loading the video' class='mx-auto grid max-w-[1080px] gap-5'>
      <Bone class='aspect-video w-full max-md:-mx-4 max-md:-mt-3 max-md:w-auto' />
      <Bone class='h-8 w-3/4' />
    </Skeleton>
  )
}
