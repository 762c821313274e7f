import { createSignal, Show } from 'solid-js'
import type { NewLink } from '#contracts/link.ts'
import type { Video } from '#contracts/video.ts'
import { createLink } from '../../api/link.ts'
import { problemText } from '../../api/problem.ts'
import { Banner } from '../../shell/form.tsx'
import { Button } from '../../ui/button.tsx'
import { Select, TextField } from '../../ui/field.tsx'
import { focusWrongField } from '../workspace/attempt.ts'
import { isWrong, readCount, readSites, readSpan } from './limits.ts'
import { type Limits, LimitFields, noLimits } from './limit-fields.tsx'
import { defaultLife, endOf, lives } from './words.ts'

/** Name and end; all other limits are behind one word, for most links need none. */
export function LinkForm(props: { video: Video; onMade: (made: NewLink) => void }) {
  const [label, setLabel] = createSignal('')
  const [life, setLife] = createSignal(defaultLife)
  const [limits, setLimits] = createSignal<Limits>(noLimits)
  const [wasTried, setTried] = createSignal(false)
  const [isOpen, setOpen] = createSignal(false)
  const [isBusy, setBusy] = createSignal(false)
  const [failure, setFailure] = createSignal<unknown>()
  const key = crypto.randomUUID() // a repeat after a lost answer makes no second link
  let form!: HTMLFormElement

  const read = () => ({
    clip: limits().isPart
      ? readSpan(limits().span, (props.video.durationMs ?? 0) / 1000)
      : undefined,
    domains: readSites(limits().sites),
    maxPlays: readCount(limits().plays, 1_000_000),
    maxStreams: readCount(limits().streams, 100),
  })
  const errorOf = (name: keyof ReturnType<typeof read>) => {
    const value = read()[name]
    return wasTried() && isWrong(value) ? value : undefined
  }
  const labelError = () => (wasTried() && !label().trim() ? 'Enter a name' : undefined)

  async function make(event: SubmitEvent) {
    event.preventDefault()
    setTried(true)
    const { clip, domains, maxPlays, maxStreams } = read()
    const isBad = isWrong(clip) || isWrong(domains) || isWrong(maxPlays) || isWrong(maxStreams)
    if (isBad) setOpen(true)
    if (isBad || labelError()) return focusWrongField(form)
    if (isBusy()) return
    setBusy(true)
    setFailure(undefined)
    const restrictions = {
      expiresAt: endOf(life(), Date.now()),
      ...(clip && { clip }),
      ...(limits().size && { maxHeight: Number(limits().size) }),
      ...(domains && { domains }),
      ...(maxPlays && { maxPlays }),
      ...(maxStreams && { maxStreams }),
    }
    try {
      props.onMade(await createLink(props.video.id, { label: label(), restrictions }, key))
    } catch (error) {
      setFailure(error)
    } finally {
      setBusy(false)
    }
  }

  return (
    <form
      ref={(element) => (form = element)}
      class='grid gap-5'
      method='post'
      novalidate
      onSubmit={(event) => void make(event)}
    >
      <Banner text={failure() === undefined ? undefined : problemText(failure())} />
      <TextField
        label='Name'
        value={label()}
        maxlength={80}
        required
        autocomplete='off'
        hint='Only your team sees it: “For the press”'
        error={labelError()}
        onInput={(event) => setLabel(event.currentTarget.value)}
      />
      <Select label='Ends' value={life()} options={lives} onChange={setLife} />
      <details open={isOpen()} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary class='link min-h-8 cursor-pointer py-1 font-semi pointer-coarse:min-h-11'>
          More limits
        </summary>
        <div class='mt-3'>
          <LimitFields
            video={props.video}
            limits={limits()}
            errorOf={errorOf}
            onChange={setLimits}
          />
        </div>
      </details>
      <Show when={props.video.visibility !== 'private'}>
        <p class='text-meta text-pretty text-ink-3'>
          This video is not private: whoever has its plain address can watch it without this link.
        </p>
      </Show>
      <Button type='submit' look='primary' class='justify-self-end' isBusy={isBusy()}>
        Make link
      </Button>
    </form>
  )
}
