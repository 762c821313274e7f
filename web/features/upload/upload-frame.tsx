import { createEffect, ErrorBoundary, lazy, Show, Suspense } from 'solid-js'
import type { Video } from '#contracts/video.ts'
import { Thumb } from '../../ui/thumb.tsx'
import { createSeen } from '../../ui/visible.ts'
import type { UploadItem } from './item.ts'
import { NoPlayer } from './no-player.tsx'

const fetchPlayer = () => import('./row-player.tsx')
const RowPlayer = lazy(async () => ({ default: (await fetchPlayer()).RowPlayer }))

interface FrameProps {
  item: UploadItem
  video: Video | undefined
  /** Large from the first byte on, so that nothing moves when the player takes its place. */
  isLarge: boolean
  isPortrait: boolean
  plays: boolean
  onPicture: (picture: HTMLImageElement) => void
}

/** The file's picture; once the film plays, the film. */
export function UploadFrame(props: FrameProps) {
  const { seen, isSeen } = createSeen()
  // While the first parts travel, so that the film waits for its bytes alone.
  createEffect(() => void (props.isLarge && fetchPlayer().catch(() => undefined)))
  const light = () => {
    if (props.plays) return 'lit'
    return props.isLarge && props.item.state !== 'paused' ? 'breathing' : 'out'
  }
  return (
    <div
      ref={seen}
      class='relative overflow-hidden'
      classList={{
        'aspect-video rounded-ctl': !props.isLarge,
        'w-full self-start rounded-frame bg-black': props.isLarge,
        'aspect-video max-lg:max-w-[640px]': props.isLarge && !props.isPortrait,
        'aspect-[4/5] max-lg:max-w-[400px]': props.isLarge && props.isPortrait,
      }}
    >
      <Thumb
        posterUrl={props.item.stillUrl ?? props.video?.posterUrl}
        durationMs={props.plays ? null : (props.video?.durationMs ?? null)}
        isSound={props.video?.hasVideo === false && props.video.hasAudio}
        light={light()}
        class='size-full rounded-none!'
        isFirst={props.item.stillUrl !== null}
        onPicture={props.onPicture}
      />
      <Show when={props.plays && isSeen() && props.video}>
        {(video) => (
          <ErrorBoundary fallback={<NoPlayer />}>
            <Suspense>
              <RowPlayer video={video()} stillUrl={props.item.stillUrl} />
            </Suspense>
          </ErrorBoundary>
        )}
      </Show>
    </div>
  )
}
