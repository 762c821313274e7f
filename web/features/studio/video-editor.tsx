import Code from 'lucide-solid/icons/code-xml'
import LinkIcon from 'lucide-solid/icons/link-2'
import Play from 'lucide-solid/icons/play'
import Trash from 'lucide-solid/icons/trash'
import { createSignal, Show } from 'solid-js'
import type { Video } from '#contracts/video.ts'
import { canRetry } from '../../api/failure.ts'
import { createLiveVideo } from '../../api/live-video.ts'
import { isSettled } from '../../api/live.ts'
import { forgetVideo, refetchVideo } from '../../api/query.ts'
import { deleteVideo } from '../../api/video.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useNavigate } from '../../ui/router.ts'
import { statusLine } from '../../ui/status-line.ts'
import { notify } from '../../ui/toast.tsx'
import { VideoState } from '../../ui/video-state.tsx'
import { Links } from '../link/links.tsx'
import { copyLink } from './actions.ts'
import { Chapters } from './chapters.tsx'
import { EmbedSites } from './embed-sites.tsx'
import { FailureNote } from './failure-note.tsx'
import { FilmFrame } from './film-frame.tsx'
import { PlayQuality } from './play-quality.tsx'
import { PosterChoice } from './poster-choice.tsx'
import { Renditions } from './renditions.tsx'
import { RetryButton } from './retry-button.tsx'
import { StopButton } from './stop-button.tsx'
import { VideoDetails } from './video-details.tsx'
import { VideoFacts } from './video-facts.tsx'

/** Fields at the left, what it is at the right. Never locked while the video is converted. */
export function VideoEditor(props: { video: Video }) {
  const navigate = useNavigate()
  const video = createLiveVideo(() => props.video, {
    // Events do not carry everything: the pictures to choose from come with the video itself.
    onNews: (event) => isSettled(event) && void refetchVideo(event.id),
  })
  const [title, setTitle] = createSignal(props.video.title)
  const [isAsking, setAsking] = createSignal(false)
  const [positionMs, setPosition] = createSignal<number>()
  const hasPosters = () =>
    video().canEdit &&
    (video().posters.length > 1 || (canRetry(video().failure?.code) && !isSound(video())))

  async function remove() {
    const { id } = props.video
    await deleteVideo(id)
    navigate('/studio')
    forgetVideo(id)
    notify(`“${title()}” is deleted.`)
  }

  return (
    <>
      <header class='flex flex-wrap items-center gap-x-6 gap-y-3'>
        <h1 class='min-w-0 flex-1 basis-64 text-headline font-semi wrap-anywhere max-md:text-title'>
          {title().trim() || 'Untitled'}
        </h1>
        <div class='flex flex-wrap gap-2'>
          <Button onClick={() => void copyLink(video().id)}>
            <Icon of={LinkIcon} size={18} />
            Copy link
          </Button>
          <ButtonLink href={`/studio/videos/${video().id}/embed`}>
            <Icon of={Code} size={18} />
            Embed
          </ButtonLink>
          <Show when={video().playable}>
            <ButtonLink href={`/watch/${video().id}`} look='primary'>
              <Icon of={Play} size={18} />
              Watch
            </ButtonLink>
          </Show>
        </div>
      </header>
      <div class='mt-6 grid gap-x-10 gap-y-6 md:grid-cols-[minmax(0,1fr)_340px] md:grid-rows-[auto_1fr]'>
        <div class='md:col-start-2'>
          <FilmFrame video={video()} onPosition={setPosition} />
        </div>
        <div class='grid content-start gap-8 md:col-start-1 md:row-span-2 md:row-start-1'>
          <VideoDetails video={video()} onTitle={setTitle} />
          <Chapters video={video()} positionMs={positionMs()} />
          <Show when={video().canEdit}>
            <EmbedSites video={video()} />
          </Show>
          <Show when={hasPosters()}>
            <PosterChoice video={video()} />
          </Show>
          <Show when={video().canEdit}>
            <Links video={video()} />
          </Show>
          <Renditions video={video()} />
        </div>
        <aside aria-label='State' tabindex='-1' class='grid content-start gap-5'>
          <State video={video()} />
          <VideoFacts video={video()} />
          <PlayQuality videoId={video().id} />
          <Show when={video().canEdit}>
            <Button
              look='quiet'
              class='justify-self-start text-danger! -ml-4'
              onClick={() => setAsking(true)}
            >
              <Icon of={Trash} size={18} />
              Delete video
            </Button>
          </Show>
        </aside>
      </div>
      <Confirm
        isOpen={isAsking()}
        title='Delete this video?'
        actionLabel='Delete video'
        onConfirm={remove}
        onClose={() => setAsking(false)}
      >
        “{title()}” goes with all its files. Its link stops working at once. This cannot be taken
        back.
      </Confirm>
    </>
  )
}

const isSound = ({ hasVideo, hasAudio }: Video) => !hasVideo && hasAudio

/** Its last line is a button in every state but a ready one. */
function State(props: { video: Video }) {
  return (
    <div class='grid gap-2'>
      <VideoState video={props.video} hasChips={false} />
      <span class='sr-only' role='status'>
        {statusLine(props.video)}
      </span>
      <FailureNote video={props.video} />
      <Show when={props.video.status === 'uploading'}>
        <ButtonLink href='/studio/upload' size='small' class='mt-1 justify-self-start'>
          Go on uploading
        </ButtonLink>
      </Show>
      <RetryButton video={props.video} />
      <StopButton video={props.video} />
    </div>
  )
}
