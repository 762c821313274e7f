import { useQuery } from '@tanstack/solid-query'
import { createEffect, on, onCleanup, Show } from 'solid-js'
import type { Video } from '#contracts/video.ts'
import { keys } from '../../api/query.ts'
import { getPlayback } from '../../api/video.ts'
import { createPlayer } from '../../player/player.ts'
import { ErrorState } from '../../ui/state.tsx'
import { toSource } from '../watch/data.ts'

/** The film to choose a part from. */
export function PartPlayer(props: { video: Video; onPosition: (positionMs: number) => void }) {
  const playback = useQuery(() => ({
    queryKey: keys.playback(props.video.id),
    queryFn: ({ signal }) => getPlayback(props.video.id, signal),
    staleTime: Infinity, // the player renews its own token
  }))
  const known = () => (playback.isSuccess ? playback.data : undefined)

  function mount(root: HTMLDivElement) {
    const player = createPlayer({ root })
    player.on('position', ({ positionMs }) => props.onPosition(positionMs))
    createEffect(
      on(known, (found) => found && player.load(toSource(props.video, found), { startMs: 0 })),
    )
    onCleanup(() => player.destroy())
  }
  return (
    <Show
      when={!playback.isError}
      fallback={<ErrorState error={playback.error} onRetry={() => void playback.refetch()} />}
    >
      <div class='relative aspect-video overflow-hidden rounded-ctl bg-black'>
        <div ref={mount} class='size-full' />
      </div>
    </Show>
  )
}
