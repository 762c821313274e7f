import { createSignal } from 'solid-js'
import type { Workspace } from '#contracts/workspace.ts'
import { keys, queryClient } from '../../api/query.ts'
import { reloadMe } from '../../api/session.ts'
import type { WorkspaceChange } from '../../api/workspace.ts'
import { updateWorkspace } from '../../api/workspace.ts'
import { Button } from '../../ui/button.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import { notify } from '../../ui/toast.tsx'
import { createAttempt, focusWrongField } from './attempt.ts'
import { Banner } from '../../shell/form.tsx'
import { channelAddress, handleProblem } from './handle.ts'

/** Saved by a button: an address that others know must not change while one types. */
export function ProfileForm(props: { workspace: Workspace }) {
  const atStart = props.workspace
  const [name, setName] = createSignal(atStart.name)
  const [handle, setHandle] = createSignal(atStart.handle)
  const [description, setDescription] = createSignal(atStart.description)
  const attempt = createAttempt({ handle_taken: 'handle' })

  const change = (): WorkspaceChange => ({
    ...(name().trim() !== props.workspace.name && { name: name().trim() }),
    ...(handle().trim().toLowerCase() !== props.workspace.handle && { handle: handle() }),
    ...(description().trim() !== props.workspace.description && { description: description() }),
  })
  const hasChange = () => Object.keys(change()).length > 0
  const handleError = () =>
    attempt.fieldError('handle') ?? ('handle' in change() ? handleProblem(handle()) : undefined)

  async function save(event: SubmitEvent & { currentTarget: HTMLFormElement }) {
    event.preventDefault()
    const form = event.currentTarget
    if (!hasChange()) return
    const isDone = !handleError() && (await attempt.run(() => send(change())))
    if (isDone) notify('Saved.')
    else focusWrongField(form)
  }

  async function send(wanted: WorkspaceChange) {
    const saved = await updateWorkspace(props.workspace.id, wanted)
    queryClient.setQueryData<Workspace>(keys.workspace(saved.id), saved)
    setName(saved.name)
    setHandle(saved.handle)
    setDescription(saved.description)
    await reloadMe()
  }

  return (
    <form
      class='grid max-w-[560px] gap-5'
      method='post'
      novalidate
      onSubmit={(event) => void save(event)}
    >
      <Banner text={attempt.banner()} />
      <TextField
        label='Name'
        value={name()}
        maxlength={80}
        required
        error={attempt.fieldError('name') ?? (name().trim() ? undefined : 'Enter a name')}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <TextField
        label='Handle'
        value={handle()}
        maxlength={30}
        required
        autocapitalize='none'
        autocomplete='off'
        spellcheck={false}
        hint={`The channel is at ${channelAddress(handle())}. When you change it, the former one is free for others at once.`}
        error={handleError()}
        onInput={(event) => {
          attempt.forget()
          setHandle(event.currentTarget.value)
        }}
      />
      <TextArea
        label='About the channel'
        value={description()}
        maxlength={1000}
        rows={4}
        hint='Stands on the channel page.'
        error={attempt.fieldError('description')}
        onInput={(event) => setDescription(event.currentTarget.value)}
      />
      <Button
        type='submit'
        look='primary'
        class='justify-self-start'
        isBusy={attempt.isBusy()}
        isResting={!hasChange() || !name().trim()}
      >
        Save changes
      </Button>
    </form>
  )
}
