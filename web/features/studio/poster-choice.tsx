import Check from 'lucide-solid/icons/check'
import { createSignal, createUniqueId, Index, Show } from 'solid-js'
import type { Video } from '#contracts/video.ts'
import { createVideoEdits } from '../../api/video-edits.ts'
import { formatDuration, spokenDuration } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { SaveNote } from '../../ui/save-note.tsx'
import { notify } from '../../ui/toast.tsx'

/** The picture that stands for a film, out of those that were taken from it. */
export function PosterChoice(props: { video: Video }) {
  const group = createUniqueId()
  /** Ahead of what is saved, for choices may follow each other faster than answers. */
  const [wanted, setWanted] = createSignal<number>()
  const saved = () => props.video.posters.findIndex((poster) => poster.isChosen)
  const chosen = () => wanted() ?? saved()
  const isPortrait = () => (props.video.heightPx ?? 0) > (props.video.widthPx ?? 0)
  let before: number | undefined

  const edits = createVideoEdits(
    () => props.video,
    (_fields, { posters }) => {
      if (posters.findIndex((poster) => poster.isChosen) !== wanted()) return
      setWanted(undefined)
      const place = before
      before = undefined
      if (place !== undefined && place >= 0) notify('The poster is saved.', () => save(place))
    },
  )

  function save(poster: number) {
    setWanted(poster)
    edits.choose({ poster })
  }
  function choose(poster: number) {
    before ??= saved()
    save(poster)
  }

  return (
    <fieldset>
      <legend class='text-section font-strong'>Poster</legend>
      <Show
        when={props.video.posters.length}
        fallback={<p class='py-3 text-list text-ink-3'>{nothingYet(props.video)}</p>}
      >
        <div
          class='mt-2.5 grid gap-2.5'
          classList={{
            'grid-cols-3 max-sm:grid-cols-2': !isPortrait(),
            'grid-cols-6 max-sm:grid-cols-3': isPortrait(),
          }}
        >
          {/* By place: what is saved brings new pictures, and the focus must stay on its one. */}
          <Index each={props.video.posters}>
            {(poster, place) => (
              <Tile
                group={group}
                poster={poster()}
                isChosen={chosen() === place}
                isPortrait={isPortrait()}
                onChoose={() => choose(place)}
              />
            )}
          </Index>
        </div>
        {/* That it is saved, a note with a way back says. */}
        <div class='mt-1.5'>
          <SaveNote
            state={edits.state() === 'failed' ? 'failed' : 'idle'}
            error={edits.error()}
            onRetry={() => void edits.retry()}
          />
        </div>
      </Show>
    </fieldset>
  )
}

interface TileProps {
  group: string
  poster: Video['posters'][number]
  isChosen: boolean
  isPortrait: boolean
  onChoose: () => void
}

function Tile(props: TileProps) {
  const atMs = () => props.poster.atSeconds * 1000
  return (
    <label
      class='group relative block cursor-pointer overflow-hidden rounded-ctl bg-sunken outline-offset-2 outline-action has-focus-visible:outline-2'
      classList={{ 'aspect-video': !props.isPortrait, 'aspect-[9/16]': props.isPortrait }}
    >
      <input
        type='radio'
        name={props.group}
        class='sr-only'
        checked={props.isChosen}
        onChange={() => props.onChoose()}
      />
      <img
        src={props.poster.url}
        alt={`Picture at ${spokenDuration(atMs())}`}
        class='absolute inset-0 size-full object-cover transition-opacity duration-120 group-hover:opacity-90'
        loading='lazy'
        decoding='async'
      />
      <span
        aria-hidden='true'
        class='num absolute right-1.5 bottom-1.5 rounded-[5px] bg-black/80 px-1.5 text-label leading-[18px] font-semi text-white'
      >
        {formatDuration(atMs())}
      </span>
      <Show when={props.isChosen}>
        <span
          aria-hidden='true'
          class='pointer-events-none absolute inset-0 rounded-ctl border-3 border-action'
        />
        <span
          aria-hidden='true'
          class='absolute top-1.5 left-1.5 grid size-6 place-items-center rounded-full bg-action text-on-action'
        >
          <Icon of={Check} size={16} />
        </span>
      </Show>
    </label>
  )
}

const nothingYet = ({ status }: Video): string =>
  status === 'ready'
    ? 'There are no pictures of this video to choose from.'
    : 'Pictures come when the video is converted.'
