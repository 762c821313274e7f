import Pause from 'lucide-solid/icons/pause'
import Play from 'lucide-solid/icons/play'
import X from 'lucide-solid/icons/x'
import { createSignal, Match, Show, Switch } from 'solid-js'
import { createLiveVideo } from '../../api/live-video.ts'
import { retryVideo } from '../../api/video.ts'
import { Button, ButtonLink, IconButton } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { formatBytes } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { Thumb } from '../../ui/thumb.tsx'
import { notifyError } from '../../ui/toast.tsx'
import { FileChoice } from './file-choice.tsx'
import type { UploadItem } from './item.ts'
import { UploadFields } from './upload-fields.tsx'
import { UploadProgress } from './upload-progress.tsx'
import { cancel, drop, pause, resume, setVideo } from './uploads.ts'

/** One file: picture, progress, its fields and what can be done with it now. */
export function UploadRow(props: { item: UploadItem }) {
  const [isAsking, setAsking] = createSignal(false)
  const video = createLiveVideo(() => props.item.video ?? undefined)
  const isUnderway = () => props.item.state === 'uploading' || props.item.state === 'starting'
  const hasArrived = () => props.item.state === 'done'

  function cancelOrAsk() {
    if (props.item.upload && props.item.percent > 0) setAsking(true)
    else void cancel(props.item.key).catch(notifyError)
  }

  async function convertAgain() {
    const current = video()
    if (!current) return
    try {
      setVideo(props.item.key, await retryVideo(current.id))
    } catch (error) {
      notifyError(error)
    }
  }

  return (
    <article
      aria-label={props.item.fileName}
      class='grid grid-cols-[176px_minmax(0,1fr)_auto] gap-x-5 gap-y-4 py-5 max-md:grid-cols-[112px_minmax(0,1fr)_auto] max-md:gap-x-3'
    >
      <Thumb
        posterUrl={video()?.posterUrl ?? props.item.stillUrl}
        durationMs={video()?.durationMs ?? null}
        class='self-start'
      />
      <div class='grid min-w-0 content-start gap-1'>
        <h3 class='truncate text-list font-semi' title={props.item.fileName}>
          {props.item.fileName}
          <span class='num ml-2 text-meta font-body text-ink-3'>
            {formatBytes(props.item.sizeBytes)}
          </span>
        </h3>
        <UploadProgress item={props.item} video={video()} />
      </div>
      <div class='flex items-start gap-1'>
        <Switch>
          <Match when={isUnderway()}>
            <IconButton label='Pause' onClick={() => pause(props.item.key)}>
              <Icon of={Pause} />
            </IconButton>
          </Match>
          <Match when={props.item.state === 'paused'}>
            <IconButton label='Go on' onClick={() => resume(props.item.key)}>
              <Icon of={Play} />
            </IconButton>
          </Match>
          <Match when={props.item.state === 'failed' && props.item.error?.canRetry}>
            <Button size='small' onClick={() => resume(props.item.key)}>
              Retry
            </Button>
          </Match>
          <Match when={hasArrived() && video()?.status === 'failed'}>
            <Button size='small' onClick={() => void convertAgain()}>
              Retry
            </Button>
          </Match>
          <Match when={hasArrived() && video()?.playable && video()}>
            {(playable) => (
              <ButtonLink
                size='small'
                look={playable().status === 'ready' ? 'primary' : 'secondary'}
                href={`/watch/${playable().id}`}
              >
                Watch
              </ButtonLink>
            )}
          </Match>
        </Switch>
        <Show
          when={!hasArrived() && props.item.state !== 'completing'}
          fallback={
            <Show when={hasArrived()}>
              <IconButton label='Take off this list' onClick={() => drop(props.item.key)}>
                <Icon of={X} />
              </IconButton>
            </Show>
          }
        >
          <IconButton label='Cancel upload' onClick={cancelOrAsk}>
            <Icon of={X} />
          </IconButton>
        </Show>
      </div>
      <Show when={props.item.state === 'needs-file'}>
        <FileChoice item={props.item} />
      </Show>
      <Show when={props.item.video?.id}>
        <UploadFields
          video={props.item.video!}
          onSaved={(fields) => setVideo(props.item.key, { ...props.item.video!, ...fields })}
        />
      </Show>
      <Confirm
        isOpen={isAsking()}
        title='Cancel this upload?'
        actionLabel='Cancel upload'
        keepLabel='Go on uploading'
        onConfirm={() => cancel(props.item.key)}
        onClose={() => setAsking(false)}
      >
        The draft of “{props.item.fileName}” and the parts that arrived are deleted.
      </Confirm>
    </article>
  )
}
