import { createSignal, onCleanup } from 'solid-js'
import { TextField } from '../../ui/field.tsx'

const typingPauseMs = 300

/** What is searched for, once typing pauses. */
export function createSearch(): { text: () => string; type: (text: string) => void } {
  const [text, setText] = createSignal('')
  let timer: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(timer))
  return {
    text,
    type(value) {
      clearTimeout(timer)
      timer = setTimeout(() => setText(value.trim()), typingPauseMs)
    },
  }
}

export function SearchField(props: { label: string; onType: (text: string) => void }) {
  return (
    <form role='search' class='max-w-[380px]' onSubmit={(event) => event.preventDefault()}>
      <TextField
        label={props.label}
        type='search'
        maxlength={100}
        autocomplete='off'
        spellcheck={false}
        onInput={(event) => props.onType(event.currentTarget.value)}
      />
    </form>
  )
}
