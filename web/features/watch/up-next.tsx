import { For, Match, Switch } from 'solid-js'
import type { Video } from '#contracts/video.ts'
import { Button } from '../../ui/button.tsx'
import { createClock } from '../../ui/clock.ts'
import { createPreview } from '../../ui/preview.ts'
import { Bone, Skeleton } from '../../ui/state.tsx'
import { Thumb } from '../../ui/thumb.tsx'
import { VideoWords } from '../../ui/video-words.tsx'
import type { createUpNext } from './data.ts'

/** What to watch after this: the newest public videos. */
export function UpNext(props: { next: ReturnType<typeof createUpNext> }) {
  const now = createClock()
  return (
    <section aria-labelledby='up-next'>
      <h2 id='up-next' class='text-section font-strong'>
        Up next
      </h2>
      <Switch>
        <Match when={props.next.feed.isPending}>
          <Skeleton label='Loading more videos'>
            <For each={[1, 2, 3, 4]}>{() => <RowBones />}</For>
          </Skeleton>
        </Match>
        <Match when={props.next.feed.isError && !props.next.videos().length}>
          <p role='alert' class='mt-3 text-list text-ink-2'>
            {props.next.feed.error?.message}
          </p>
          <Button class='mt-3' onClick={() => void props.next.feed.refetch()}>
            Try again
          </Button>
        </Match>
        <Match when={!props.next.videos().length}>
          <p class='mt-3 text-list text-ink-3'>Nothing else is public yet.</p>
        </Match>
        <Match when={true}>
          <ul class='mt-4 grid gap-4'>
            <For each={props.next.videos()}>
              {(video) => (
                <li>
                  <Row video={video} now={now()} />
                </li>
              )}
            </For>
          </ul>
        </Match>
      </Switch>
    </section>
  )
}

const columns =
  'grid grid-cols-[168px_minmax(0,1fr)] gap-3.5 max-md:grid-cols-[148px_minmax(0,1fr)]'

function Row(props: { video: Video; now: number }) {
  const preview = createPreview(() => props.video.previewUrl)
  return (
    <article ref={preview.card} class={`group relative ${columns}`}>
      <Thumb
        posterUrl={props.video.posterUrl}
        previewUrl={preview.url()}
        durationMs={props.video.durationMs}
        isSound={!props.video.hasVideo}
      />
      <VideoWords video={props.video} now={props.now} />
    </article>
  )
}

function RowBones() {
  return (
    <div class={`mt-4 ${columns}`}>
      <Bone class='aspect-video rounded-ctl!' />
      <div class='grid content-start gap-2'>
        <Bone class='h-4 w-full' />
        <Bone class='h-3.5 w-2/3' />
      </div>
    </div>
  )
}
