import { createUniqueId, For } from 'solid-js'
import type { PictureCodec } from '#contracts/ladder.ts'
import { Toggle } from '../../ui/toggle.tsx'
import { toggleCodec } from './policy.ts'

const codecs: { codec: PictureCodec; name: string; words: string }[] = [
  {
    codec: 'h264',
    name: 'H.264',
    words: 'Always on: it is what every browser and every device plays.',
  },
  {
    codec: 'hevc',
    name: 'HEVC',
    words:
      'Fewer bits for the same picture on Apple devices and many newer browsers. Converting takes several times the work, and each video takes more storage.',
  },
  {
    codec: 'av1',
    name: 'AV1',
    words:
      'The fewest bits for the same picture, on most newer browsers and phones. Converting takes the most work, and each video takes more storage.',
  },
]

export function CodecChoice(props: {
  codecs: PictureCodec[]
  isDisabled: boolean
  onChange: (codecs: PictureCodec[]) => void
}) {
  return (
    <fieldset>
      <legend class='font-semi'>Formats of the picture</legend>
      <ul class='mt-2 divide-y divide-line border-y border-line'>
        <For each={codecs}>
          {({ codec, name, words }) => (
            <Line
              name={name}
              words={words}
              isOn={props.codecs.includes(codec)}
              isDisabled={props.isDisabled || codec === 'h264'}
              onChange={(isOn) => props.onChange(toggleCodec(props.codecs, codec, isOn))}
            />
          )}
        </For>
      </ul>
    </fieldset>
  )
}

function Line(props: {
  name: string
  words: string
  isOn: boolean
  isDisabled: boolean
  onChange: (isOn: boolean) => void
}) {
  const id = createUniqueId()
  return (
    <li class='grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-6 py-3'>
      <div>
        <label for={id} class='font-semi'>
          {props.name}
        </label>
        <p id={`${id}-words`} class='text-meta text-pretty text-ink-3'>
          {props.words}
        </p>
      </div>
      <Toggle
        id={id}
        describedBy={`${id}-words`}
        isOn={props.isOn}
        isDisabled={props.isDisabled}
        onChange={props.onChange}
      />
    </li>
  )
}
