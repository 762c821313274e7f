import type { Video } from '#contracts/video.ts'
import { createAutosave } from './autosave.ts'
import { keys, patchVideo, queryClient, refetchVideo } from './query.ts'
import type { VideoChange } from './video.ts'
import { updateVideo } from './video.ts'

/** Of an answer counts what was asked for: other fields may be on their way from elsewhere. */
const answers = {
  title: ['title'],
  description: ['description', 'chapters'],
  visibility: ['visibility', 'publishedAt'],
  poster: ['posterUrl', 'posters'],
  embedDomains: ['embedDomains'],
  downloads: ['downloads'],
  encryption: ['encryption'],
} as const satisfies Record<keyof VideoChange, readonly (keyof Video)[]>

export function fieldsOf(change: VideoChange, saved: Video): Partial<Video> {
  const names = (Object.keys(change) as (keyof VideoChange)[]).flatMap((name) => [...answers[name]])
  return Object.fromEntries(names.map((name) => [name, saved[name]]))
}

/** Saves changes of a video by itself, and shows them wherever it stands. */
export function createVideoEdits(
  video: () => Video,
  onSaved?: (fields: Partial<Video>, saved: Video) => void,
) {
  const autosave = createAutosave<VideoChange>(async (change) => {
    const saved = await updateVideo(video().id, change)
    const fields = fieldsOf(change, saved)
    // A look that began before would bring the former state back.
    await queryClient.cancelQueries({ queryKey: keys.video(saved.id) })
    patchVideo(saved.id, fields)
    onSaved?.(fields, saved)
    // The links of before have ended.
    if (change.visibility === 'private') void refetchVideo(saved.id)
  })
  return {
    ...autosave,
    /** Call on each keystroke; an empty title waits, for it cannot be saved. */
    type(change: VideoChange): void {
      if (change.title?.trim() === '') autosave.hold('title')
      else autosave.type(change)
    },
  }
}

export type VideoEdits = ReturnType<typeof createVideoEdits>
