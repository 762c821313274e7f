import { useQuery } from '@tanstack/solid-query'
import { createEffect, on, onCleanup, Show } from 'solid-js'
import type { Video } from '#contracts/video.ts'
import { hasCode } from '../../api/error.ts'
import { keys } from '../../api/query.ts'
import { getPlayback } from '../../api/video.ts'
import { createPlayer } from '../../player/player.ts'
import type { Player } from '../../player/types.ts'
import { toSource } from '../watch/data.ts'

/** One film at a time has the word, however many rows there are. */
let speaker: Player | undefined

/** The film in its row, paused at its first picture: `stillUrl` until the server has drawn one. */
export function RowPlayer(props: { video: Video; stillUrl: string | null }) {
  const playback = useQuery(() => ({
    queryKey: keys.playback(props.video.id),
    queryFn: ({ signal }) => getPlayback(props.video.id, signal),
    staleTime: Infinity, // the player renews its own token
    retry: (count, error) => hasCode(error, 'conflict', 'network') && count < 3,
  }))

  function mount(root: HTMLDivElement) {
    const player = createPlayer({ root })
    player.on('play', () => {
      if (speaker !== player) speaker?.pause()
      speaker = player
    })
    createEffect(
      on(
        () => playback.data,
        (links) => {
          if (!links) return
          const posterUrl = links.posterUrl ?? props.stillUrl
          player.load({ ...toSource(props.video, links), posterUrl })
        },
      ),
    )
    onCleanup(() => {
      if (speaker === player) speaker = undefined
      player.destroy()
    })
  }

  return (
    <Show when={playback.data}>
      <div ref={mount} class='absolute inset-0 motion-safe:animate-[appear_260ms_var(--ease)]' />
    </Show>
  )
}
