import type { Video } from '#contracts/video.ts'
import { createAutosave } from './autosave.ts'
import { patchVideo } from './query.ts'
import type { VideoChange } from './video.ts'
import { updateVideo } from './video.ts'

type SavedFields = Pick<
  Video,
  'title' | 'description' | 'visibility' | 'publishedAt' | 'posterUrl' | 'posters'
>

/** Saves changes of a video by itself, and shows them wherever it stands. */
export function createVideoEdits(video: () => Video, onSaved?: (fields: SavedFields) => void) {
  const autosave = createAutosave<VideoChange>(async (change) => {
    const saved = await updateVideo(video().id, change)
    const { title, description, visibility, publishedAt, posterUrl, posters } = saved
    const fields = { title, description, visibility, publishedAt, posterUrl, posters }
    patchVideo(saved.id, fields)
    onSaved?.(fields)
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
