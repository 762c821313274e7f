import { createUniqueId, For } from 'solid-js'
import type { TranscodeSettings } from '#contracts/workspace.ts'

type ShortSidePx = TranscodeSettings['maxShortSidePx']

const rungs: { value: ShortSidePx; name: string; words: string }[] = [
  { value: 2160, name: '2160p (4K)', words: 'As sharp as large screens get; the most work.' },
  { value: 1440, name: '1440p', words: 'For large monitors.' },
  { value: 1080, name: '1080p (Full HD)', words: 'Sharp on most screens.' },
  { value: 720, name: '720p', words: 'The least work and storage; soft on large screens.' },
]

export function SharpnessChoice(props: {
  value: ShortSidePx
  isDisabled: boolean
  onChange: (value: ShortSidePx) => void
}) {
  const group = createUniqueId()
  return (
    <fieldset disabled={props.isDisabled}>
      <legend class='font-semi'>Sharpest version</legend>
      <p class='mt-0.5 text-meta text-ink-3'>
        A video never gets sharper than it was filmed, whatever is chosen here.
      </p>
      <div class='mt-2 divide-y divide-line border-y border-line'>
        <For each={rungs}>
          {({ value, name, words }) => (
            <label class='flex min-h-[52px] items-center gap-3 py-2'>
              <input
                type='radio'
                name={group}
                class='size-[18px] shrink-0 accent-action'
                checked={props.value === value}
                onChange={() => props.onChange(value)}
              />
              <span class='flex gap-x-3 max-sm:flex-col'>
                <span class='num w-32 font-semi'>{name}</span>
                <span class='text-meta leading-5 text-ink-3'>{words}</span>
              </span>
            </label>
          )}
        </For>
      </div>
    </fieldset>
  )
}
