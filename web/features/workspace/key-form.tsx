import { createSignal, createUniqueId, For, onMount, Show } from 'solid-js'
import { type Scope, scopes } from '#contracts/endpoint.ts'
import type { WorkspaceId } from '#contracts/id.ts'
import type { NewApiKey } from '../../api/api-key.ts'
import { createApiKey } from '../../api/api-key.ts'
import { withStepUp } from '../../api/step-up.ts'
import { Button } from '../../ui/button.tsx'
import { Select, TextField } from '../../ui/field.tsx'
import { keepFocus } from '../../ui/focus.ts'
import { createAttempt, focusWrongField } from './attempt.ts'
import { Banner } from '../../shell/form.tsx'

const lives = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
  { value: '', label: 'Until it is revoked' },
]

export function KeyForm(props: {
  workspaceId: WorkspaceId
  onMade: (answer: NewApiKey) => void
  onCancel: () => void
}) {
  const [name, setName] = createSignal('')
  const [chosen, setChosen] = createSignal<Scope[]>([])
  const [lifeDays, setLifeDays] = createSignal('90')
  const [wasTried, setTried] = createSignal(false)
  const attempt = createAttempt()
  let form!: HTMLFormElement
  onMount(() => form.querySelector('input')?.focus())

  const scopeError = () =>
    attempt.fieldError('scopes') ??
    (wasTried() && !chosen().length ? 'Choose at least one' : undefined)
  const nameError = () =>
    attempt.fieldError('name') ?? (wasTried() && !name().trim() ? 'Enter a name' : undefined)

  async function make(event: SubmitEvent) {
    event.preventDefault()
    setTried(true)
    const wish = {
      name: name(),
      scopes: chosen(),
      lifeDays: lifeDays() ? Number(lifeDays()) : null,
    }
    const isFit = !nameError() && !scopeError()
    const isDone =
      isFit &&
      (await attempt.run(async () => {
        props.onMade(await withStepUp(() => createApiKey(props.workspaceId, wish)))
      }))
    if (!isDone) focusWrongField(form)
  }

  return (
    <form
      ref={(element) => {
        form = element
        keepFocus(element)
      }}
      aria-label='New key'
      class='grid gap-5 rounded-frame border border-line bg-surface p-4 sm:p-5'
      method='post'
      novalidate
      onSubmit={(event) => void make(event)}
    >
      <Banner text={attempt.banner()} />
      <div class='grid items-start gap-5 sm:grid-cols-[minmax(0,1fr)_220px]'>
        <TextField
          label='Name'
          value={name()}
          maxlength={60}
          required
          autocomplete='off'
          hint='What it is for: “Nightly uploads”'
          error={nameError()}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label='Works for'
          value={lifeDays()}
          options={lives}
          hint={lifeDays() ? undefined : 'A short life limits what a leak can do.'}
          onChange={setLifeDays}
        />
      </div>
      <Scopes chosen={chosen()} error={scopeError()} onChange={setChosen} />
      <div class='flex flex-wrap gap-2'>
        <Button type='submit' look='primary' isBusy={attempt.isBusy()}>
          Make key
        </Button>
        <Button look='quiet' onClick={() => props.onCancel()}>
          Not now
        </Button>
      </div>
    </form>
  )
}

const scopeNames = Object.keys(scopes) as Scope[]

function Scopes(props: {
  chosen: Scope[]
  error: string | undefined
  onChange: (scopes: Scope[]) => void
}) {
  const id = createUniqueId()
  const toggle = (scope: Scope, isOn: boolean) =>
    props.onChange(scopeNames.filter((one) => (one === scope ? isOn : props.chosen.includes(one))))
  return (
    <fieldset aria-describedby={props.error ? `${id}-error` : undefined}>
      <legend class='font-semi'>What it may do</legend>
      <div class='mt-1 grid gap-x-6 sm:grid-cols-2'>
        <For each={scopeNames}>
          {(scope) => (
            <label class='flex min-h-10 items-start gap-2.5 py-1.5 pointer-coarse:min-h-11'>
              <input
                type='checkbox'
                class='mt-px size-[18px] shrink-0 accent-action'
                checked={props.chosen.includes(scope)}
                aria-invalid={props.error ? 'true' : undefined}
                aria-describedby={props.error ? `${id}-error` : undefined}
                onChange={(event) => toggle(scope, event.currentTarget.checked)}
              />
              <span>
                {scopes[scope]}
                <code class='block font-mono text-label text-ink-3'>{scope}</code>
              </span>
            </label>
          )}
        </For>
      </div>
      <Show when={props.error}>
        <p id={`${id}-error`} class='mt-1 text-meta font-medium text-danger'>
          {props.error}
        </p>
      </Show>
    </fieldset>
  )
}
