import type { Video } from '#contracts/video.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { formatRelative } from '../../ui/format.ts'
import { A } from '../../ui/router.ts'
import { Thumb } from '../../ui/thumb.tsx'

/** Its name for screen readers is the title; the length comes after it. */
export function VideoCard(props: { video: Video; now: number }) {
  return (
    <article class='group relative'>
      <Thumb
        posterUrl={props.video.posterUrl}
        durationMs={props.video.durationMs}
        isSound={!props.video.hasVideo}
        class='rounded-[12px]!'
      />
      <div class='mt-[11px] grid grid-cols-[36px_minmax(0,1fr)] gap-[11px]'>
        <Avatar name={props.video.channel.name} />
        <div class='min-w-0'>
          <h3 class='line-clamp-2 text-list leading-5 font-semi text-pretty wrap-anywhere'>
            <A
              href={`/watch/${props.video.id}`}
              class='underline-offset-3 group-hover:underline after:absolute after:inset-0'
            >
              {props.video.title}
            </A>
          </h3>
          <p class='truncate text-meta text-ink-3'>{props.video.channel.name}</p>
          <p class='num text-meta text-ink-3'>
            {formatRelative(props.video.publishedAt ?? props.video.createdAt, props.now)}
          </p>
        </div>
      </div>
    </article>
  )
}
