import { createMemo, Match, Show, Switch } from 'solid-js'
import type { Video } from '#contracts/video.ts'
import { createOnline } from '../../ui/clock.ts'
import { formatSpeed, formatTimeLeft } from '../../ui/format.ts'
import { LadderChips, ProgressBar } from '../../ui/progress.tsx'
import { statusLine } from '../../ui/status-line.ts'
import type { UploadItem } from './item.ts'

/** Bytes first, then the conversion, in one line and one bar. */
export function UploadProgress(props: { item: UploadItem; video: Video | undefined }) {
  const isOnline = createOnline()
  const words = createMemo(() => uploadWords(props.item, isOnline()))
  return (
    <Switch>
      <Match when={props.item.state === 'done' && props.video}>
        {(video) => <Conversion video={video()} />}
      </Match>
      <Match when={props.item.state === 'failed' && props.item.error}>
        {(error) => (
          <p role='alert' class='text-meta font-medium text-danger'>
            {error().message}
            <Show when={error().requestId}>
              <span class='block font-body text-ink-3'>
                Request <code class='font-mono break-all select-all'>{error().requestId}</code>
              </span>
            </Show>
          </p>
        )}
      </Match>
      <Match when={true}>
        <p class='num text-meta text-ink-2'>{words()}</p>
        <ProgressBar
          label={`Upload of ${props.item.fileName}`}
          percent={props.item.percent}
          isPaused={props.item.state !== 'uploading' || !isOnline()}
        />
        <Announcement
          text={`${props.item.fileName}: ${Math.floor(props.item.percent / 10) * 10}%`}
        />
      </Match>
    </Switch>
  )
}

function Conversion(props: { video: Video }) {
  return (
    <>
      <p
        class='num text-meta'
        classList={{
          'font-medium text-danger': props.video.status === 'failed',
          'font-medium text-ok': props.video.status === 'ready',
          'text-ink-2': props.video.status === 'processing',
        }}
      >
        {statusLine(props.video)}
      </p>
      <Show when={props.video.status === 'processing' && props.video.progress}>
        {(progress) => (
          <ProgressBar label={`Conversion of ${props.video.title}`} percent={progress().percent} />
        )}
      </Show>
      <div class='mt-1'>
        <LadderChips renditions={props.video.renditions} />
      </div>
      <Announcement text={`${props.video.title}: ${statusOf(props.video)}`} />
    </>
  )
}

/** Steps of 10 %, so that a screen reader is not flooded. */
function statusOf(video: Video): string {
  if (video.status !== 'processing') return statusLine(video)
  return `${Math.floor((video.progress?.percent ?? 0) / 10) * 10}% converted`
}

function Announcement(props: { text: string }) {
  const text = createMemo(() => props.text)
  return (
    <span class='sr-only' role='status'>
      {text()}
    </span>
  )
}

function uploadWords(item: UploadItem, isOnline: boolean): string {
  const percent = `${Math.floor(item.percent)}%`
  if (!isOnline && item.state !== 'paused' && item.state !== 'needs-file') {
    return `${percent}. Will go on when you are online.`
  }
  switch (item.state) {
    case 'starting':
      return 'Starting'
    case 'paused':
      return `${percent}, paused`
    case 'completing':
      return 'Joining the parts'
    case 'needs-file':
      return `${percent} has arrived`
    default: {
      if (item.isWaiting) return 'Waiting for its turn'
      const speed = item.bytesPerSecond === null ? '' : `, ${formatSpeed(item.bytesPerSecond)}`
      const left = item.timeLeftMs === null ? '' : `, ${formatTimeLeft(item.timeLeftMs)}`
      return `Uploading, ${percent}${speed}${left}`
    }
  }
}
