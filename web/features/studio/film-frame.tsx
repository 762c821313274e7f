import { ErrorBoundary, lazy, Show, Suspense } from 'solid-js'
import type { Video } from '#contracts/video.ts'
import type { Player } from '../../player/types.ts'
import { lightOf } from '../../ui/lamp.tsx'
import { Thumb } from '../../ui/thumb.tsx'
import { NoPlayer } from '../upload/no-player.tsx'

const RowPlayer = lazy(async () => ({
  default: (await import('../upload/row-player.tsx')).RowPlayer,
}))

interface FilmFrameProps {
  video: Video
  /** Where the film stands, for what is set at a moment of it. */
  onPosition: (positionMs: number) => void
}

/** The poster; once the film plays, the film. */
export function FilmFrame(props: FilmFrameProps) {
  function follow(player: Player) {
    const tell = () => props.onPosition(player.positionMs())
    player.on('position', tell)
    for (const event of ['seeking', 'loadedmetadata']) player.video.addEventListener(event, tell)
  }
  return (
    <div class='relative overflow-hidden rounded-frame'>
      <Thumb
        posterUrl={props.video.posterUrl}
        durationMs={props.video.durationMs}
        isSound={!props.video.hasVideo && props.video.hasAudio}
        light={lightOf(props.video)}
        class='rounded-none!'
      />
      <Show when={props.video.playable}>
        <ErrorBoundary fallback={<NoPlayer />}>
          <Suspense>
            <RowPlayer video={props.video} stillUrl={null} onPlayer={follow} />
          </Suspense>
        </ErrorBoundary>
      </Show>
    </div>
  )
}
