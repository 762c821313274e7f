import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import type { Video } from '#contracts/video.ts'
import { formatDateTime, formatDuration } from '../../ui/format.ts'

export function VideoFacts(props: { video: Video }) {
  const size = () => {
    const { widthPx, heightPx } = props.video
    return widthPx && heightPx ? `${widthPx} × ${heightPx}` : undefined
  }
  return (
    <dl class='num grid grid-cols-2 gap-x-4 gap-y-3 border-t border-line pt-5'>
      <Show when={props.video.durationMs}>
        {(durationMs) => <Fact name='Length'>{formatDuration(durationMs())}</Fact>}
      </Show>
      <Show when={size()}>{(text) => <Fact name='Picture'>{text()}</Fact>}</Show>
      <Fact name='Uploaded'>{formatDateTime(props.video.createdAt)}</Fact>
      <Show when={props.video.publishedAt}>
        {(at) => <Fact name='Published'>{formatDateTime(at())}</Fact>}
      </Show>
    </dl>
  )
}

function Fact(props: { name: string; children: JSX.Element }) {
  return (
    <div>
      <dt class='text-meta text-ink-3'>{props.name}</dt>
      <dd class='font-semi'>{props.children}</dd>
    </div>
  )
}
