import RotateCcw from 'lucide-solid/icons/rotate-ccw'
import { createSignal, Show } from 'solid-js'
import type { Video } from '#contracts/video.ts'
import { patchVideo } from '../../api/query.ts'
import { retryVideo } from '../../api/video.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { notifyError } from '../../ui/toast.tsx'

/** Converts a failed video again; there only for those who may. */
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
      <Button
        size='small'
        class='mt-1 justify-self-start'
        isBusy={isBusy()}
        onClick={() => void retry()}
      >
        <Icon of={RotateCcw} size={15} />
        Try again
      </Button>
    </Show>
  )
}
