import RotateCcw from 'lucide-solid/icons/rotate-ccw'
import UploadIcon from 'lucide-solid/icons/upload'
import { createSignal, Show } from 'solid-js'
import type { Video } from '#contracts/video.ts'
import { canRetry } from '../../api/failure.ts'
import { hasCode } from '../../api/error.ts'
import { patchVideo, refetchVideo } from '../../api/query.ts'
import { retryVideo } from '../../api/video.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { keepFocus } from '../../ui/focus.ts'
import { Icon } from '../../ui/icon.tsx'
import { notifyError } from '../../ui/toast.tsx'

/** What helps a failed video: another try, or another file. Only for those who may. */
export function RetryButton(props: { video: Video; onVideo?: (video: Video) => void }) {
  const [isBusy, setBusy] = createSignal(false)

  async function retry(): Promise<void> {
    if (isBusy()) return
    const { id } = props.video
    setBusy(true)
    try {
      const retried = await retryVideo(id)
      patchVideo(id, retried)
      props.onVideo?.(retried)
    } catch (error) {
      if (hasCode(error, 'conflict')) void refetchVideo(id)
      notifyError(error)
    } finally {
      setBusy(false)
    }
  }

  return (
    <Show when={props.video.status === 'failed' && props.video.canEdit}>
      <Show
        when={canRetry(props.video.failure?.code)}
        fallback={
          <ButtonLink href='/studio/upload' size='small' class='mt-1 justify-self-start'>
            <Icon of={UploadIcon} size={15} />
            Upload another file
          </ButtonLink>
        }
      >
        <Button
          ref={keepFocus}
          size='small'
          class='mt-1 justify-self-start'
          isBusy={isBusy()}
          onClick={() => void retry()}
        >
          <Icon of={RotateCcw} size={15} />
          Convert again
        </Button>
      </Show>
    </Show>
  )
}
