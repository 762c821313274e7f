import LinkIcon from 'lucide-solid/icons/link-2'
import Play from 'lucide-solid/icons/play'
import Trash from 'lucide-solid/icons/trash'
import { Show } from 'solid-js'
import type { Video } from '#contracts/video.ts'
import { createLiveVideo } from '../../api/live-video.ts'
import { IconButton, iconButtonClass } from '../../ui/button.tsx'
import { formatDate, formatDateTime } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { lightOf } from '../../ui/lamp.tsx'
import { createPreview } from '../../ui/preview.ts'
import { ProgressBar } from '../../ui/progress.tsx'
import { A } from '../../ui/router.ts'
import { isBeingMade } from '../../ui/status-line.ts'
import { Thumb } from '../../ui/thumb.tsx'
import { PlayLine, VideoState } from '../../ui/video-state.tsx'
import { hasBegun, isMoving, type UploadItem } from '../upload/item.ts'
import { uploadWords } from '../upload/upload-words.ts'
import { uploadOf } from '../upload/uploads.ts'
import { changeVisibility, copyLink } from './actions.ts'
import { RetryButton } from './retry-button.tsx'
import { StopButton } from './stop-button.tsx'
import { VisibilityChoice } from './visibility-choice.tsx'

export function VideoRow(props: { video: Video; now: number; onDelete: (video: Video) => void }) {
  // A draft whose file nobody sends here would be watched for nothing.
  const isWanted = () =>
    props.video.status !== 'uploading' || uploadUnderway(props.video.id) !== undefined
  const video = createLiveVideo(() => props.video, { isWanted })
  const preview = createPreview(() => video().previewUrl)
  return (
    <tr
      ref={preview.card}
      role='row'
      tabindex='-1'
      class='border-b border-line max-md:grid max-md:grid-cols-[minmax(0,1fr)_auto] max-md:items-center max-md:gap-x-2 max-md:py-3'
    >
      <td role='cell' class='py-2.5 pr-3 max-md:col-span-2 max-md:pt-1 max-md:pr-0 max-md:pb-1'>
        <div class='flex items-center gap-3.5 max-md:items-start'>
          <A href={`/studio/videos/${video().id}`} tabindex={-1} aria-hidden='true'>
            <Thumb
              posterUrl={video().posterUrl}
              previewUrl={preview.url()}
              durationMs={video().durationMs}
              isSound={!video().hasVideo && video().hasAudio}
              light={lightOf(video())}
              class='w-[112px] rounded-[8px]! max-md:w-[104px]'
            />
          </A>
          <div class='grid min-w-0 flex-1 gap-1'>
            <A
              href={`/studio/videos/${video().id}`}
              class='line-clamp-2 justify-self-start font-semi wrap-anywhere underline-offset-3 hover:underline'
            >
              {video().title}
            </A>
            <RowState video={video()} />
          </div>
        </div>
      </td>
      <td role='cell' class='py-2.5 pr-3 max-md:py-0'>
        <VisibilityChoice
          title={video().title}
          value={video().visibility}
          isDisabled={!video().canEdit}
          onChange={(visibility) => void changeVisibility(video(), visibility)}
        />
      </td>
      <td role='cell' class='py-2.5 pr-3 max-md:hidden'>
        <time
          class='num text-ink-2'
          datetime={video().createdAt}
          title={formatDateTime(video().createdAt)}
        >
          {formatDate(video().createdAt, props.now)}
        </time>
      </td>
      <td role='cell' class='py-2.5 max-md:py-0'>
        <div class='flex justify-end'>
          <Show when={video().playable}>
            <A
              href={`/watch/${video().id}`}
              class={iconButtonClass}
              aria-label={`Watch ${video().title}`}
              title='Watch'
            >
              <Icon of={Play} size={18} />
            </A>
          </Show>
          <IconButton
            label={`Copy the link of ${video().title}`}
            onClick={() => void copyLink(video().id)}
          >
            <Icon of={LinkIcon} size={18} />
          </IconButton>
          <Show when={video().canEdit}>
            <IconButton
              label={`Delete ${video().title}`}
              class='hover:text-danger!'
              onClick={() => props.onDelete(video())}
            >
              <Icon of={Trash} size={18} />
            </IconButton>
          </Show>
        </div>
      </td>
    </tr>
  )
}

/** The upload on this page that is bringing the file. */
function uploadUnderway(videoId: string): UploadItem | undefined {
  const item = uploadOf(videoId)
  return item && isMoving(item) && hasBegun(item) ? item : undefined
}

/** Nothing for a ready video: quiet is the normal state. */
function RowState(props: { video: Video }) {
  const upload = () =>
    props.video.status === 'uploading' ? uploadUnderway(props.video.id) : undefined
  return (
    <Show when={props.video.status !== 'ready' || isBeingMade(props.video)}>
      <div class='grid max-w-[420px] gap-1.5'>
        <Show when={upload()} fallback={<VideoState video={props.video} />}>
          {(item) => <Sending item={item()} video={props.video} />}
        </Show>
        <div class='flex flex-wrap items-center gap-x-4 gap-y-1 text-meta empty:hidden'>
          <Show when={props.video.status === 'uploading' && !upload()}>
            <A href='/studio/upload' class='link'>
              Go on uploading
            </A>
          </Show>
          <RetryButton video={props.video} />
          <StopButton video={props.video} />
        </div>
      </div>
    </Show>
  )
}

function Sending(props: { item: UploadItem; video: Video }) {
  const plays = () => props.video.playable
  return (
    <>
      <PlayLine plays={plays()}>
        {uploadWords(props.item, { isOnline: true, plays: plays() }).line}
      </PlayLine>
      <ProgressBar label={`Upload of ${props.video.title}`} percent={props.item.percent} />
    </>
  )
}
