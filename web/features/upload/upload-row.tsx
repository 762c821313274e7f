import { createSignal, Show } from 'solid-js'
import { createLiveVideo } from '../../api/live-video.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { formatBytes } from '../../ui/format.ts'
import { notifyError } from '../../ui/toast.tsx'
import { FileChoice } from './file-choice.tsx'
import { hasBegun, type UploadItem } from './item.ts'
import { UploadActions } from './upload-actions.tsx'
import { UploadFields } from './upload-fields.tsx'
import { UploadFrame } from './upload-frame.tsx'
import { UploadProgress } from './upload-progress.tsx'
import { cancel, setVideo } from './uploads.ts'

/** One file: its picture or the film itself, progress, fields and what can be done with it now. */
export function UploadRow(props: { item: UploadItem }) {
  const [isAsking, setAsking] = createSignal(false)
  const [isLeaving, setLeaving] = createSignal(false)
  const [isPortraitStill, setPortraitStill] = createSignal(false)
  const video = createLiveVideo(() => props.item.video ?? undefined, {
    isWanted: () => hasBegun(props.item),
    onNews: (news) => change(news),
  })

  const plays = () => video()?.playable === true && !isLeaving()
  const isLarge = () => plays() || (hasBegun(props.item) && !hasStopped())
  const hasStopped = () =>
    ['failed', 'needs-file'].includes(props.item.state) || video()?.status === 'failed'
  const isPortrait = () => {
    const { widthPx, heightPx } = video() ?? {}
    return widthPx && heightPx ? heightPx > widthPx : isPortraitStill()
  }

  function change(fields: Partial<NonNullable<UploadItem['video']>>) {
    if (props.item.video) setVideo(props.item.key, { ...props.item.video, ...fields })
  }

  function cancelOrAsk() {
    if (props.item.upload && props.item.percent > 0) setAsking(true)
    else void leave().catch(notifyError)
  }

  /** The film stops at once: its bytes go. */
  async function leave() {
    setLeaving(true)
    try {
      await cancel(props.item.key)
      document.getElementById('choose-files')?.focus()
    } finally {
      setLeaving(false)
    }
  }

  return (
    <article
      aria-label={props.item.fileName}
      tabindex='-1'
      class='grid gap-x-5 gap-y-4 py-5'
      classList={{
        'grid-cols-[176px_minmax(0,1fr)_auto] max-md:grid-cols-[104px_minmax(0,1fr)_auto] max-md:gap-x-3':
          !isLarge(),
        'max-lg:grid-cols-[minmax(0,1fr)_auto] lg:grid-rows-[auto_1fr] lg:gap-x-6 py-6': isLarge(),
        'lg:grid-cols-[min(40%,448px)_minmax(0,1fr)_auto]': isLarge() && !isPortrait(),
        'lg:grid-cols-[320px_minmax(0,1fr)_auto]': isLarge() && isPortrait(),
      }}
    >
      <div
        class='self-start'
        classList={{
          'md:row-span-2': !isLarge(),
          'max-lg:col-span-2 lg:row-span-2': isLarge(),
        }}
      >
        <UploadFrame
          item={props.item}
          video={video()}
          isLarge={isLarge()}
          isPortrait={isPortrait()}
          plays={plays()}
          onPicture={({ naturalWidth, naturalHeight }) =>
            setPortraitStill(naturalHeight > naturalWidth)
          }
        />
      </div>
      <div class='grid min-w-0 content-start gap-1.5'>
        <h3 class='flex items-baseline gap-2 text-list font-semi'>
          <span class='truncate' title={props.item.fileName}>
            {props.item.fileName}
          </span>
          <span class='num shrink-0 text-meta font-body text-ink-3'>
            {formatBytes(props.item.sizeBytes)}
          </span>
        </h3>
        <UploadProgress item={props.item} video={video()} plays={plays()} />
      </div>
      <UploadActions item={props.item} video={video()} onCancel={cancelOrAsk} />
      <div
        class='grid content-start gap-4'
        classList={{
          'col-start-2 col-end-4 max-md:col-start-1': !isLarge(),
          'max-lg:col-span-2 lg:col-start-2 lg:col-end-4': isLarge(),
        }}
      >
        <Show when={props.item.state === 'needs-file'}>
          <FileChoice item={props.item} />
        </Show>
        <Show when={props.item.video?.id}>
          <UploadFields video={video()!} onSaved={change} />
        </Show>
      </div>
      <Confirm
        isOpen={isAsking()}
        title='Cancel this upload?'
        actionLabel='Cancel upload'
        keepLabel='Go on uploading'
        onConfirm={leave}
        onClose={() => setAsking(false)}
      >
        The draft of “{props.item.fileName}” and the parts that arrived are deleted.
        <Show when={plays()}> Its link stops working.</Show>
      </Confirm>
    </article>
  )
}
