import VideoOff from 'lucide-solid/icons/video-off'
import { Show } from 'solid-js'
import { sessionStatus } from '../../api/session.ts'
import { ButtonLink } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'

/** One and the same for a private video and for one that never was: nothing can be told from it. */
export function NotAvailable(props: { videoId: string }) {
  const loginUrl = () => `/login?next=${encodeURIComponent(`/watch/${props.videoId}`)}`
  return (
    <div class='mx-auto grid max-w-[560px] justify-items-center gap-4 py-24 text-center max-md:py-16'>
      <span class='grid size-16 place-items-center rounded-full bg-time-soft text-time-ink'>
        <Icon of={VideoOff} size={30} />
      </span>
      <h1 class='text-headline font-semi'>This video is not available</h1>
      <p class='text-read text-ink-2'>
        The link may be wrong, the video may be deleted, or it is private.
      </p>
      <div class='mt-2 flex flex-wrap justify-center gap-2'>
        <ButtonLink href='/' look='primary'>
          To the newest videos
        </ButtonLink>
        <Show when={sessionStatus() === 'signed-out'}>
          <ButtonLink href={loginUrl()}>Log in</ButtonLink>
        </Show>
      </div>
    </div>
  )
}
