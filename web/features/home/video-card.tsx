import type { Video } from '#contracts/video.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { createPreview } from '../../ui/preview.ts'
import { Thumb } from '../../ui/thumb.tsx'
import { VideoWords } from '../../ui/video-words.tsx'

/** Its name for screen readers is the title; the length comes after it. */
export function VideoCard(props: { video: Video; now: number }) {
  const preview = createPreview(() => props.video.previewUrl)
  return (
    <article ref={preview.card} class='group relative'>
      <Thumb
        posterUrl={props.video.posterUrl}
        previewUrl={preview.url()}
        durationMs={props.video.durationMs}
        isSound={!props.video.hasVideo}
        class='rounded-[12px]!'
      />
      <div class='mt-[11px] grid grid-cols-[36px_minmax(0,1fr)] gap-[11px]'>
        <Avatar name={props.video.channel.name} />
        <VideoWords video={props.video} now={props.now} />
      </div>
    </article>
  )
}
