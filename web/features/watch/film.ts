import { createPlayer } from '../../player/player.ts'
import type { Player, Source } from '../../player/types.ts'
import { setSmallFilm, smallSlot } from './small-film.ts'

interface Film {
  root: HTMLElement
  player: Player
  source?: Source
  /** Ends its watch over other players. */
  abort: AbortController
}

/** The page's one film: in the stage of a watch page, or in the small frame while it plays. */
let film: Film | undefined

/** The film into `stage`, playing on if it plays; a new player where there is none. */
export function takeFilm(stage: HTMLElement): Player {
  film ??= makeFilm()
  move(film.root, stage)
  setSmallFilm(undefined)
  return film.player
}

/** Another film, or newer facts of the same, which must not cut it. */
export function showFilm(source: Source, startMs: number | undefined): void {
  if (!film) return
  const isSame = film.source !== undefined && isSameFilm(film.source, source)
  film.source = source
  if (isSame) return film.player.refresh(source)
  // Coming by a click, the viewer wants to see it; opened from outside, it waits.
  const autoplay = navigator.userActivation?.hasBeenActive ?? false
  film.player.load(source, { startMs, autoplay })
}

const isSameFilm = (one: Source, other: Source): boolean =>
  one.videoId === other.videoId &&
  one.clip?.fromSeconds === other.clip?.fromSeconds &&
  one.clip?.toSeconds === other.clip?.toSeconds

/** What plays goes on in the small frame; what does not is over. */
export function leaveFilm(): void {
  const slot = smallSlot()
  const source = film?.source
  if (!film || !source || !slot || film.player.video.paused) return closeFilm()
  setSmallFilm({ videoId: source.videoId, title: source.title, close: closeFilm })
  move(film.root, slot)
}

function closeFilm(): void {
  setSmallFilm(undefined)
  film?.abort.abort()
  film?.player.destroy()
  film?.root.remove()
  film = undefined
}

function makeFilm(): Film {
  const root = document.createElement('div')
  root.className = 'size-full'
  const abort = new AbortController()
  const player = createPlayer({ root, hasTheatre: true, hasNext: true, place: 'watch' })
  // One film at a time has the word; `play` does not bubble.
  const listen = { capture: true, signal: abort.signal }
  document.addEventListener(
    'play',
    ({ target }) => target !== player.video && player.pause(),
    listen,
  )
  return { root, player, abort }
}

type Place = HTMLElement & { moveBefore?: (node: Node, before: null) => void }

/** As one step, so that it does not stop; where the browser can, full screen and all stay too. */
function move(root: HTMLElement, place: Place): void {
  if (root.isConnected && place.isConnected && place.moveBefore) place.moveBefore(root, null)
  else place.append(root)
}
