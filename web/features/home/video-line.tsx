import type { Video } from '#contracts/video.ts'
import { formatRelative } from '../../ui/format.ts'
import { A } from '../../ui/router.ts'
import { Thumb } from '../../ui/thumb.tsx'

/** A row: picture at the left, words at the right. The whole row opens the video. */
export function VideoLine(props: { video: Video; now: number }) {
  return (
    <article class='group relative grid grid-cols-[188px_minmax(0,1fr)] items-center gap-4 max-lg:grid-cols-[132px_minmax(0,1fr)] max-md:grid-cols-[150px_minmax(0,1fr)]'>
      <Thumb
        posterUrl={props.video.posterUrl}
        durationMs={props.video.durationMs}
        isSound={!props.video.hasVideo}
      />
      <div class='min-w-0'>
        <h3 class='line-clamp-3 text-list leading-5 font-semi text-pretty wrap-anywhere'>
          <A
            href={`/watch/${props.video.id}`}
            class='underline-offset-3 group-hover:underline after:absolute after:inset-0'
          >
            {props.video.title}
          </A>
        </h3>
        <p class='mt-0.5 truncate text-meta text-ink-3'>{props.video.channel.name}</p>
        <p class='num text-meta text-ink-3'>
          {formatRelative(props.video.publishedAt ?? props.video.createdAt, props.now)}
        </p>
      </div>
    </article>
  )
}
