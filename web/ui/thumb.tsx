import AudioLines from 'lucide-solid/icons/audio-lines'
import { createSignal, Show } from 'solid-js'
import { formatDuration } from './format.ts'
import { Icon } from './icon.tsx'
import { Lamp, type Light } from './lamp.tsx'

interface ThumbProps {
  posterUrl: string | null | undefined
  /** Moves over the picture while it is set. */
  previewUrl?: string | undefined
  durationMs?: number | null
  isSound?: boolean
  /** How the lamp stands where no picture does. */
  light?: Light | undefined
  class?: string
  /** The first picture of a page is fetched first. */
  isFirst?: boolean
  /** Called with a picture that has arrived. */
  onPicture?: (picture: HTMLImageElement) => void
}

/** A picture of 16:9 with its length. Decoration: the title beside it is the name. */
export function Thumb(props: ThumbProps) {
  const [brokenUrl, setBroken] = createSignal<string>()
  const url = () =>
    props.posterUrl && props.posterUrl !== brokenUrl() ? props.posterUrl : undefined
  return (
    <span
      class={`relative block aspect-video shrink-0 overflow-hidden rounded-ctl bg-line/45 ${props.class ?? ''}`}
    >
      <Show
        when={url()}
        fallback={
          <Show when={props.isSound} fallback={<Lamp light={props.light} />}>
            <span class='absolute inset-0 grid place-items-center bg-linear-to-b from-[#15433f] to-[#0b2a27] text-[#FFB65C]'>
              <Icon of={AudioLines} class='size-1/4 max-w-12' />
            </span>
          </Show>
        }
      >
        {(src) => (
          <img
            src={src()}
            alt=''
            class='absolute inset-0 size-full object-cover'
            loading={props.isFirst ? 'eager' : 'lazy'}
            fetchpriority={props.isFirst ? 'high' : 'auto'}
            decoding='async'
            onLoad={(event) => props.onPicture?.(event.currentTarget)}
            onError={() => setBroken(src())}
          />
        )}
      </Show>
      <Show when={props.previewUrl}>{(src) => <Preview src={src()} />}</Show>
      <Show when={props.durationMs}>
        {(durationMs) => (
          <span class='num absolute right-1.5 bottom-1.5 rounded-[5px] bg-black/80 px-1.5 text-label leading-[18px] font-semi text-white'>
            {formatDuration(durationMs())}
          </span>
        )}
      </Show>
    </span>
  )
}

/** Fades in over the poster once it is there; a broken one is never seen. */
function Preview(props: { src: string }) {
  const [isThere, setThere] = createSignal(false)
  return (
    <img
      src={props.src}
      alt=''
      class='absolute inset-0 size-full object-cover transition-opacity duration-180'
      classList={{ 'opacity-0': !isThere() }}
      decoding='async'
      onLoad={() => setThere(true)}
    />
  )
}
