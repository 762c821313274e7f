import type { Video } from '#contracts/video.ts'
import { Thumb } from '../../ui/thumb.tsx'
import { VideoWords } from '../../ui/video-words.tsx'

/** A row: picture at the left, words at the right. The whole row opens the video. */
export function VideoLine(props: { video: Video; now: number }) {
  return (
    <article class='group relative grid grid-cols-[188px_minmax(0,1fr)] items-center gap-4 max-lg:grid-cols-[132px_minmax(0,1fr)] max-md:grid-cols-[150px_minmax(0,1fr)]'>
      <Thumb
        posterUrl={props.video.posterUrl}
        durationMs={props.video.durationMs}
        isSound={!props.video.hasVideo}
      />
      <VideoWords video={props.video} now={props.now} class='line-clamp-3' />
    </article>
  )
}
