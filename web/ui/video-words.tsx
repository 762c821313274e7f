import { formatRelative } from './format.ts'
import { A } from './router.ts'

interface Words {
  id: string
  title: string
  channel: { name: string }
  createdAt: string
  publishedAt: string | null
}

/** What stands beside a picture. Its link covers the nearest positioned box: the whole card. */
export function VideoWords(props: { video: Words; now: number; class?: string }) {
  return (
    <div class='min-w-0'>
      <h3
        class={`text-list leading-5 font-semi text-pretty wrap-anywhere ${props.class ?? 'line-clamp-2'}`}
      >
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
  )
}
