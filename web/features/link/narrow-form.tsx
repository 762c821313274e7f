import { createSignal, Show } from 'solid-js'
import { narrow } from '#contracts/narrow.ts'
import { Button } from '../../ui/button.tsx'
import { Select } from '../../ui/field.tsx'
import { focusWrongField } from '../workspace/attempt.ts'
import type { Held } from './held.ts'
import { type Clip, isWrong, readSpan, type Span } from './limits.ts'
import { PartFields } from './part-fields.tsx'
import { ShownLink } from './shown-link.tsx'
import { endOf, lives, sizes } from './words.ts'

const later = ({ fromSeconds, toSeconds }: Clip, seconds: number): Clip => ({
  fromSeconds: fromSeconds + seconds,
  toSeconds: toSeconds + seconds,
})

const asLong = { value: '', label: 'With the link it is from' }

/**
 * Makes a narrower link of one that is held, in the browser alone: nobody is asked. Its times count
 * from where that link begins, as its player does.
 */
export function NarrowForm(props: {
  held: Held
  /** Of the film, where they are known. */
  lengthSeconds?: number
  shortSidePx?: number
  positionMs?: () => number
}) {
  const [span, setSpan] = createSignal<Span>({ from: '', to: '' })
  const [life, setLife] = createSignal('')
  const [size, setSize] = createSignal('')
  const [error, setError] = createSignal<string>()
  const [url, setUrl] = createSignal<string>()
  let form!: HTMLFormElement

  const leftMs = () => props.held.endsAt * 1000 - Date.now()
  const ends = () => [asLong, ...lives.filter(({ value }) => Number(value) < leftMs())]

  const position = () => {
    const { positionMs, held } = props
    return positionMs && (() => positionMs() - held.from * 1000)
  }

  async function make(event: SubmitEvent) {
    event.preventDefault()
    const { from, to } = props.held
    const clip = readSpan(span(), Math.min(to, props.lengthSeconds ?? Infinity) - from)
    const isSame = !clip && !life() && !size()
    setError(isSame ? 'Choose a part, an end or a size.' : isWrong(clip) ? clip : undefined)
    if (isSame || isWrong(clip)) return focusWrongField(form)
    const token = await narrow(props.held.token, {
      ...(clip && { clip: later(clip, from) }),
      ...(life() && { expiresAt: endOf(life(), Date.now()) }),
      ...(size() && { maxHeight: Number(size()) }),
    })
    setUrl(props.held.withToken(token))
  }
  /** What was made is of other limits than those that are shown now. */
  const change =
    <T,>(set: (value: T) => unknown) =>
    (value: T) => {
      set(value)
      setUrl(undefined)
    }

  return (
    <form
      ref={(element) => (form = element)}
      class='grid gap-5'
      method='post'
      novalidate
      onSubmit={(event) => void make(event)}
    >
      <PartFields
        span={span()}
        error={error()}
        positionMs={position()}
        onChange={change(setSpan)}
      />
      <div class='grid gap-4 sm:grid-cols-2 sm:gap-3'>
        <Select label='Ends' value={life()} options={ends()} onChange={change(setLife)} />
        <Select
          label='Largest picture'
          value={size()}
          options={sizes(props.shortSidePx)}
          onChange={change(setSize)}
        />
      </div>
      <Show
        when={url()}
        keyed
        fallback={
          <Button type='submit' look='primary' class='justify-self-start'>
            Make link
          </Button>
        }
      >
        {(made) => <ShownLink label='New link' url={made} copyLabel='Copy link' />}
      </Show>
    </form>
  )
}
