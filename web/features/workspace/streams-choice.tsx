import { createSignal, Show } from 'solid-js'
import type { Workspace } from '#contracts/workspace.ts'
import { keys, queryClient } from '../../api/query.ts'
import { updateWorkspace } from '../../api/workspace.ts'
import { Banner } from '../../shell/form.tsx'
import { Button } from '../../ui/button.tsx'
import { Select } from '../../ui/field.tsx'
import { notify } from '../../ui/toast.tsx'
import { createAttempt } from './attempt.ts'
import { streamsOptions, streamsWords, toChoice } from './streams.ts'

/** On how many devices one viewer may watch at once. */
export function StreamsChoice(props: { workspace: Workspace; canEdit: boolean }) {
  const attempt = createAttempt()
  const current = () => props.workspace.maxStreamsPerViewer
  const [choice, setChoice] = createSignal(toChoice(current()))
  const hasChange = () => choice() !== toChoice(current())

  async function save(event: SubmitEvent) {
    event.preventDefault()
    if (!hasChange()) return
    const maxStreamsPerViewer = choice() === '' ? null : Number(choice())
    const isDone = await attempt.run(async () => {
      const saved = await updateWorkspace(props.workspace.id, { maxStreamsPerViewer })
      queryClient.setQueryData<Workspace>(keys.workspace(saved.id), saved)
    })
    if (isDone) notify('Saved.')
  }

  return (
    <Show when={props.canEdit} fallback={<p class='text-list'>{streamsWords(current())}</p>}>
      <form class='grid max-w-[320px] gap-5' method='post' onSubmit={(event) => void save(event)}>
        <Banner text={attempt.banner()} />
        <Select
          label='Devices of one viewer'
          value={choice()}
          options={streamsOptions(current())}
          onChange={setChoice}
        />
        <Button
          type='submit'
          class='justify-self-start'
          isBusy={attempt.isBusy()}
          isResting={!hasChange()}
        >
          Save
        </Button>
      </form>
    </Show>
  )
}
