import { createEffect, on, onCleanup, onMount, untrack } from 'solid-js'
import type { Player, Source } from '../../player/types.ts'
import { leaveFilm, showFilm, takeFilm } from './film.ts'

interface StageProps {
  source: Source | undefined
  startMs: number | undefined
  isTheatre: boolean
  hasNext: boolean
  onPlayer: (player: Player) => void
  onPosition: (positionMs: number) => void
  onTheatre: () => void
  onNext: () => void
  onPrevious: () => void
}

/** Where the page's player stands for as long as it is a watch page. */
export function Stage(props: StageProps) {
  let stage!: HTMLDivElement

  onMount(() => {
    const player = takeFilm(stage)
    document.addEventListener('keydown', player.key)
    const ends = [
      player.on('position', ({ positionMs }) => props.onPosition(positionMs)),
      player.on('theatre', () => props.onTheatre()),
      player.on('next', () => props.onNext()),
      player.on('previous', () => props.onPrevious()),
    ]
    createEffect(() => player.setTheatre(props.isTheatre))
    createEffect(() => player.setNext(props.hasNext))
    createEffect(
      on(
        () => props.source,
        (source) => {
          if (source)
            showFilm(
              source,
              untrack(() => props.startMs),
            )
          else player.pause()
        },
      ),
    )
    props.onPlayer(player)
    onCleanup(() => {
      document.removeEventListener('keydown', player.key)
      for (const end of ends) end()
      player.setNext(false)
      leaveFilm()
    })
  })
  return <div ref={(element) => (stage = element)} class='size-full' />
}
