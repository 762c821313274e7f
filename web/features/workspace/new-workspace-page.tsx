import { createSignal } from 'solid-js'
import { chooseWorkspace, reloadMe } from '../../api/session.ts'
import { createWorkspace, newAttemptKey } from '../../api/workspace.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { usePage } from '../../ui/page.ts'
import { useNavigate } from '../../ui/router.ts'
import { notify } from '../../ui/toast.tsx'
import { createAttempt, focusWrongField } from './attempt.ts'
import { Banner } from '../../shell/form.tsx'
import { channelAddress, handleFrom, handleProblem } from './handle.ts'

/** A name is enough: the address follows it until it is typed by hand. */
export function NewWorkspacePage() {
  usePage(() => 'New workspace')
  const navigate = useNavigate()
  const [name, setName] = createSignal('')
  const [typed, setTyped] = createSignal<string>()
  const attempt = createAttempt({ handle_taken: 'handle' })
  // A repeat whose first answer was lost makes no second workspace; another wish has another key.
  let key = newAttemptKey()

  const handle = () => typed() ?? handleFrom(name())
  const handleError = () =>
    attempt.fieldError('handle') ?? (typed() ? handleProblem(typed()!) : undefined)

  function edit(change: () => void) {
    change()
    attempt.forget()
    key = newAttemptKey()
  }

  async function create(event: SubmitEvent & { currentTarget: HTMLFormElement }) {
    event.preventDefault()
    const form = event.currentTarget
    const body = { name: name(), ...(handle().trim() && { handle: handle() }) }
    const isDone =
      !handleError() &&
      (await attempt.run(async () => {
        const made = await createWorkspace(body, key)
        await reloadMe()
        chooseWorkspace(made.id)
        notify(`${made.name} is made. Invite the others here.`)
        navigate('/studio/settings/members')
      }))
    if (!isDone) focusWrongField(form)
  }

  return (
    <div class='max-w-[480px]'>
      <h1 class='text-headline font-semi max-md:text-title'>New workspace</h1>
      <p class='mt-1 text-list text-pretty text-ink-2'>
        A workspace has its own channel, videos, settings and members. You will be its owner.
      </p>
      <form class='mt-6 grid gap-5' method='post' onSubmit={(event) => void create(event)}>
        <Banner text={attempt.banner()} />
        <TextField
          label='Name'
          value={name()}
          maxlength={80}
          required
          autofocus
          error={attempt.fieldError('name')}
          onInput={(event) => edit(() => setName(event.currentTarget.value))}
        />
        <TextField
          label='Handle'
          value={handle()}
          maxlength={30}
          autocapitalize='none'
          autocomplete='off'
          spellcheck={false}
          hint={`The channel will be at ${channelAddress(handle())}`}
          error={handleError()}
          onInput={(event) => edit(() => setTyped(event.currentTarget.value || undefined))}
        />
        <div class='flex flex-wrap gap-2'>
          <Button type='submit' look='primary' isBusy={attempt.isBusy()}>
            Make workspace
          </Button>
          <ButtonLink href='/studio' look='quiet'>
            Not now
          </ButtonLink>
        </div>
      </form>
    </div>
  )
}
