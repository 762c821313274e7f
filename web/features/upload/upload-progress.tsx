import { createMemo, Match, Show, Switch } from 'solid-js'
import type { Video } from '#contracts/video.ts'
import { canRetry } from '../../api/failure.ts'
import { createOnline } from '../../ui/clock.ts'
import { LadderChips, ProgressBar } from '../../ui/progress.tsx'
import { statusLine } from '../../ui/status-line.ts'
import { PlayLine, VideoState } from '../../ui/video-state.tsx'
import { RetryButton } from '../studio/retry-button.tsx'
import { StopButton } from '../studio/stop-button.tsx'
import type { UploadItem } from './item.ts'
import { spokenPercent, uploadWords } from './upload-words.ts'
import { setVideo } from './uploads.ts'

interface ProgressProps {
  item: UploadItem
  video: Video | undefined
  plays: boolean
}

/** Bytes first, then the conversion, in one line and one bar. */
export function UploadProgress(props: ProgressProps) {
  return (
    <>
      <Switch fallback={<Sending {...props} />}>
        <Match when={props.item.state === 'done' && props.video}>
          {(video) => <Converting item={props.item} video={video()} />}
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
      </Switch>
      <Announcement text={spokenState(props)} />
      {/* Under a name that does not change with the title, or it would be spoken again. */}
      <Announcement text={props.plays ? `${props.item.fileName} plays now` : ''} />
    </>
  )
}

function Converting(props: { item: UploadItem; video: Video }) {
  const take = (video: Video) => setVideo(props.item.key, video)
  return (
    <>
      <VideoState video={props.video} />
      <Show when={canRetry(props.video.failure?.code)}>
        <RetryButton video={props.video} onVideo={take} />
      </Show>
      <StopButton video={props.video} onVideo={take} />
    </>
  )
}

function Sending(props: ProgressProps) {
  const isOnline = createOnline()
  const words = createMemo(() =>
    uploadWords(props.item, { isOnline: isOnline(), plays: props.plays }),
  )
  return (
    <>
      <PlayLine plays={props.plays} rest={words().rest}>
        {words().line}
      </PlayLine>
      <ProgressBar
        label={`Upload of ${props.item.fileName}`}
        percent={props.item.percent}
        isPaused={props.item.state !== 'uploading' || !isOnline()}
      />
      <Show when={props.plays && props.video}>
        {(video) => <LadderChips renditions={video().renditions} />}
      </Show>
    </>
  )
}

/** There from the start, for readers speak what changes in a place and not what comes with one. */
function Announcement(props: { text: string }) {
  const text = createMemo(() => props.text)
  return (
    <span class='sr-only' role='status'>
      {text()}
    </span>
  )
}

function spokenState({ item, video }: ProgressProps): string {
  if (item.state === 'failed') return '' // its alert speaks
  if (item.state !== 'done' || !video) return `${item.fileName}: ${spokenPercent(item.percent)}`
  if (video.status !== 'processing') return `${video.title}: ${statusLine(video)}`
  return `${video.title}: ${spokenPercent(video.progress?.percent ?? 0)} converted`
}
