import { useQuery } from '@tanstack/solid-query'
import { createEffect, on, onCleanup, Show } from 'solid-js'
import type { Video } from '#contracts/video.ts'
import { hasCode } from '../../api/error.ts'
import { keys } from '../../api/query.ts'
import { getPlayback } from '../../api/video.ts'
import { loadLibrary } from '../../player/engine.ts'
import { english } from '../../player/labels.ts'
import { createPlayer } from '../../player/player.ts'
import type { Player } from '../../player/types.ts'
import { toSource } from '../watch/data.ts'
import { NoPlayer } from './no-player.tsx'

loadLibrary().catch(() => undefined) // a player that needs it tries again

/** One film at a time has the word, however many rows there are. */
let speaker: Player | undefined

/** The film in its row, paused at its first picture: `stillUrl` until the server has drawn one. */
export function RowPlayer(props: {
  video: Video
  stillUrl: string | null
  onPlayer?: (player: Player) => void
}) {
  const playback = useQuery(() => ({
    queryKey: keys.playback(props.video.id),
    queryFn: ({ signal }) => getPlayback(props.video.id, signal),
    staleTime: Infinity, // the player renews its own token
    retry: (count, error) => hasCode(error, 'conflict', 'network') && count < 3,
  }))
  // Read while it loads, `data` would suspend; read after a failure, it would throw.
  const links = () => (playback.isSuccess ? playback.data : undefined)

  // Qualities join the film by themselves; its storyboard comes with new links.
  createEffect(
    on(
      () => props.video.status,
      (status) => status === 'ready' && void playback.refetch(),
      { defer: true },
    ),
  )

  function mount(root: HTMLDivElement) {
    const labels = { ...english, player: `${english.player}: ${props.video.title}` }
    const player = createPlayer({ root, labels })
    player.on('play', () => {
      if (speaker !== player) speaker?.pause()
      speaker = player
    })
    props.onPlayer?.(player)
    let isLoaded = false
    createEffect(
      on(links, (found) => {
        if (!found) return
        const posterUrl = found.posterUrl ?? props.stillUrl
        const source = { ...toSource(props.video, found), posterUrl }
        if (isLoaded) return player.refresh(source)
        isLoaded = true
        player.load(source)
      }),
    )
    onCleanup(() => {
      if (speaker === player) speaker = undefined
      player.destroy()
    })
  }

  return (
    <Show
      when={links()}
      fallback={
        <Show when={playback.isError}>
          <NoPlayer />
        </Show>
      }
    >
      <div class='absolute inset-0 motion-safe:animate-[appear_260ms_var(--ease)]'>
        <div ref={mount} class='size-full' />
      </div>
    </Show>
  )
}
