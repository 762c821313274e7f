import { Show } from 'solid-js'
import type { Video } from '#contracts/video.ts'
import { formatDuration, formatRelative, spokenDuration } from '../../ui/format.ts'
import { Lamp } from '../../ui/lamp.tsx'
import { A } from '../../ui/router.ts'
import { Thumb } from '../../ui/thumb.tsx'

/** The newest video, large. White on a gradient, because it lies on a picture. */
export function LeadStory(props: { video: Video; now: number }) {
  const when = () => formatRelative(props.video.publishedAt ?? props.video.createdAt, props.now)
  return (
    <article>
      <A
        href={`/watch/${props.video.id}`}
        class='group relative block aspect-[16/8.6] overflow-hidden rounded-frame bg-[#0b2421] text-white max-md:aspect-[4/3] max-md:rounded-none'
      >
        <Show when={props.video.posterUrl} fallback={<Lamp />}>
          <Thumb
            posterUrl={props.video.posterUrl}
            isFirst
            class='absolute! inset-0 aspect-auto! rounded-none! bg-transparent!'
          />
        </Show>
        <span class='absolute inset-x-0 top-[40%] bottom-0 bg-linear-to-b from-transparent to-black/80' />
        <span class='absolute right-7 bottom-6 left-7 block max-md:right-4 max-md:left-4'>
          <Show when={props.video.durationMs}>
            {(durationMs) => (
              <span class='num mb-2.5 inline-block rounded-tag bg-black/70 px-[9px] py-0.5 text-meta font-semi'>
                <span aria-hidden='true'>{formatDuration(durationMs())}</span>
                <span class='sr-only'>{spokenDuration(durationMs())}</span>
              </span>
            )}
          </Show>
          <span class='block max-w-[17em] text-lead font-strong text-balance underline-offset-4 group-hover:underline group-hover:decoration-2 max-md:text-title max-md:leading-[30px]'>
            {props.video.title}
          </span>
          <span class='mt-2 line-clamp-2 max-w-[62ch] text-list text-white/95'>
            {props.video.channel.name}, {when()}.
            <Show when={props.video.description}> {firstLine(props.video.description)}</Show>
          </span>
        </span>
      </A>
    </article>
  )
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? ''
