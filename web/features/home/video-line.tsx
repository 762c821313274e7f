import type { Video } from '#contracts/video.ts'
import { createPreview } from '../../ui/preview.ts'
import { Thumb } from '../../ui/thumb.tsx'
import { VideoWords } from '../../ui/video-words.tsx'

/** A row: picture at the left, words at the right. The whole row opens the video. */
export function VideoLine(props: { video: Video; now: number }) {
  const preview = createPreview(() => props.video.previewUrl)
  return (
    <article
      ref={preview.card}
      class='group relative grid grid-cols-[188px_minmax(0,1fr)] items-center gap-4 max-lg:grid-cols-[132px_minmax(0,1fr)] max-md:grid-cols-[150px_minmax(0,1fr)]'
    >
      <Thumb
        posterUrl={props.video.posterUrl}
        previewUrl={preview.url()}
        durationMs={props.video.durationMs}
        isSound={!props.video.hasVideo}
      />
      <VideoWords video={props.video} now={props.now} class='line-clamp-3' />
    </article>
  )
}
