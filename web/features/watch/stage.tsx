import { createEffect, on, onCleanup, untrack } from 'solid-js'
import { createPlayer } from '../../player/player.ts'
import type { Player, Source } from '../../player/types.ts'

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

/** One player for as long as the page is a watch page; another source is another film in it. */
export function Stage(props: StageProps) {
  function mount(root: HTMLDivElement) {
    const player = createPlayer({ root, hasTheatre: true, place: 'watch' })
    document.addEventListener('keydown', player.key)
    player.on('position', ({ positionMs }) => props.onPosition(positionMs))
    player.on('theatre', () => props.onTheatre())
    player.on('next', () => props.onNext())
    player.on('previous', () => props.onPrevious())
    createEffect(() => player.setTheatre(props.isTheatre))
    createEffect(() => player.setNext(props.hasNext))
    createEffect(on(() => props.source, load))
    props.onPlayer(player)

    let shownId: string | undefined

    function load(source: Source | undefined) {
      if (!source) return player.pause()
      // New qualities join by themselves; what else is new must not cut the film.
      if (source.videoId === shownId) return player.refresh(source)
      shownId = source.videoId
      // Coming by a click, the viewer wants to see it; opened from outside, it waits.
      const autoplay = navigator.userActivation?.hasBeenActive ?? false
      player.load(source, { startMs: untrack(() => props.startMs), autoplay })
    }
    onCleanup(() => {
      document.removeEventListener('keydown', player.key)
      player.destroy()
    })
  }
  return <div ref={mount} class='size-full' />
}
