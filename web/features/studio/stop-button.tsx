import Square from 'lucide-solid/icons/square'
import { createEffect, createSignal, Show } from 'solid-js'
import type { Video } from '#contracts/video.ts'
import { hasCode } from '../../api/error.ts'
import { patchVideo, refetchVideo } from '../../api/query.ts'
import { cancelVideo } from '../../api/video.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { keepFocus } from '../../ui/focus.ts'
import { Icon } from '../../ui/icon.tsx'
import { isBeingMade } from '../../ui/status-line.ts'
import { notify } from '../../ui/toast.tsx'

/** Stops what is being made, after a question; what plays goes on playing. */
export function StopButton(props: { video: Video; onVideo?: (video: Video) => void }) {
  const [isAsking, setAsking] = createSignal(false)
  const canStop = () => props.video.canEdit && isBeingMade(props.video)
  const isRemaking = () => props.video.status === 'ready'
  // The question ends with what it is about, and must not come back with the next conversion.
  createEffect(() => canStop() || setAsking(false))

  async function stop(): Promise<void> {
    const { id } = props.video
    try {
      const stopped = await cancelVideo(id)
      patchVideo(id, stopped)
      props.onVideo?.(stopped)
    } catch (error) {
      if (!hasCode(error, 'conflict')) throw error
      await refetchVideo(id)
      notify('It had already finished.')
    }
  }

  return (
    <>
      <Show when={canStop()}>
        <Button
          ref={keepFocus}
          size='small'
          class='mt-1 justify-self-start'
          onClick={() => setAsking(true)}
        >
          <Icon of={Square} size={15} />
          Stop converting
        </Button>
      </Show>
      <Confirm
        isOpen={isAsking() && canStop()}
        title='Stop converting?'
        actionLabel='Stop converting'
        keepLabel='Go on converting'
        onConfirm={stop}
        onClose={() => setAsking(false)}
      >
        <Show when={props.video.playable}>What plays now goes on playing. </Show>
        <Show
          when={isRemaking()}
          fallback='The uploaded file is kept, so you can convert it again later.'
        >
          Everything stays as it was before.
        </Show>
      </Confirm>
    </>
  )
}
