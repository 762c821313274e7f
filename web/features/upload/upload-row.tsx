import { createSignal, Show } from 'solid-js'
import { createLiveVideo } from '../../api/live-video.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { formatBytes } from '../../ui/format.ts'
import { Thumb } from '../../ui/thumb.tsx'
import { notifyError } from '../../ui/toast.tsx'
import { FileChoice } from './file-choice.tsx'
import type { UploadItem } from './item.ts'
import { UploadActions } from './upload-actions.tsx'
import { UploadFields } from './upload-fields.tsx'
import { UploadProgress } from './upload-progress.tsx'
import { cancel, setVideo } from './uploads.ts'

/** One file: picture, progress, its fields and what can be done with it now. */
export function UploadRow(props: { item: UploadItem }) {
  const [isAsking, setAsking] = createSignal(false)
  const video = createLiveVideo(() => props.item.video ?? undefined)

  function cancelOrAsk() {
    if (props.item.upload && props.item.percent > 0) setAsking(true)
    else void cancel(props.item.key).catch(notifyError)
  }

  return (
    <article
      aria-label={props.item.fileName}
      class='grid grid-cols-[176px_minmax(0,1fr)_auto] gap-x-5 gap-y-4 py-5 max-md:grid-cols-[104px_minmax(0,1fr)_auto] max-md:gap-x-3'
    >
      <Thumb
        posterUrl={video()?.posterUrl ?? props.item.stillUrl}
        durationMs={video()?.durationMs ?? null}
        class='self-start md:row-span-2'
      />
      <div class='grid min-w-0 content-start gap-1'>
        <h3 class='flex items-baseline gap-2 text-list font-semi'>
          <span class='truncate' title={props.item.fileName}>
            {props.item.fileName}
          </span>
          <span class='num shrink-0 text-meta font-body text-ink-3'>
            {formatBytes(props.item.sizeBytes)}
          </span>
        </h3>
        <UploadProgress item={props.item} video={video()} />
      </div>
      <UploadActions item={props.item} video={video()} onCancel={cancelOrAsk} />
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
