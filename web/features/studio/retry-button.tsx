import RotateCcw from 'lucide-solid/icons/rotate-ccw'
import UploadIcon from 'lucide-solid/icons/upload'
import { createSignal, Show } from 'solid-js'
import type { Video } from '#contracts/video.ts'
import { canRetry } from '../../api/failure.ts'
import { patchVideo } from '../../api/query.ts'
import { retryVideo } from '../../api/video.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { wasStopped } from '../../ui/status-line.ts'
import { notifyError } from '../../ui/toast.tsx'

/** What helps a failed video: another try, or another file. Only for those who may. */
export function RetryButton(props: { video: Video }) {
  const [isBusy, setBusy] = createSignal(false)

  async function retry(): Promise<void> {
    setBusy(true)
    try {
      const { id } = props.video
      patchVideo(id, await retryVideo(id))
    } catch (error) {
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
          size='small'
          class='mt-1 justify-self-start'
          isBusy={isBusy()}
          onClick={() => void retry()}
        >
          <Icon of={RotateCcw} size={15} />
          {wasStopped(props.video) ? 'Convert again' : 'Try again'}
        </Button>
      </Show>
    </Show>
  )
}
