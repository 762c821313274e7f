import type { Video } from '#contracts/video.ts'
import { createVideoEdits } from '../../api/video-edits.ts'
import { Select, TextField } from '../../ui/field.tsx'
import { SaveNote } from '../../ui/save-note.tsx'
import { visibilityHints, visibilityOptions } from '../../ui/visibility.ts'

/** Open while bytes move; saved as one types. */
export function UploadFields(props: { video: Video; onSaved: (fields: Partial<Video>) => void }) {
  const edits = createVideoEdits(
    () => props.video,
    (fields) => props.onSaved(fields),
  )
  const titleAtStart = props.video.title
  return (
    <div class='col-start-2 col-end-4 grid max-w-[680px] gap-x-3 gap-y-1.5 max-md:col-start-1 sm:grid-cols-[minmax(0,1fr)_170px]'>
      <TextField
        label='Title'
        value={titleAtStart}
        maxlength={200}
        onInput={(event) => edits.type({ title: event.currentTarget.value })}
      />
      <Select
        label='Who can see it'
        value={props.video.visibility}
        options={visibilityOptions}
        onChange={(visibility) => edits.choose({ visibility })}
      />
      <div class='flex flex-wrap items-baseline justify-between gap-x-4 sm:col-span-2'>
        <p class='text-meta text-ink-3'>{visibilityHints[props.video.visibility]}</p>
        <SaveNote state={edits.state()} error={edits.error()} onRetry={() => void edits.retry()} />
      </div>
    </div>
  )
}
