import { Show } from 'solid-js'
import type { Video } from '#contracts/video.ts'
import { createVideoEdits } from '../../api/video-edits.ts'
import { Select, TextField } from '../../ui/field.tsx'
import { SaveNote } from '../../ui/save-note.tsx'
import { visibilityHints, visibilityOptions } from '../../ui/visibility.ts'
import { ShareLink } from './share-link.tsx'

/** Open while bytes move; saved as one types. */
export function UploadFields(props: { video: Video; onSaved: (fields: Partial<Video>) => void }) {
  const edits = createVideoEdits(
    () => props.video,
    (fields) => props.onSaved(fields),
  )
  const titleAtStart = props.video.title
  return (
    <div class='grid max-w-[680px] gap-x-3 gap-y-1.5 sm:grid-cols-[minmax(0,1fr)_170px]'>
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
      <Show when={props.video.playable}>
        <div class='mt-2.5 sm:col-span-2'>
          <ShareLink video={props.video} onOpen={(visibility) => edits.choose({ visibility })} />
        </div>
      </Show>
      <div class='flex flex-wrap items-baseline justify-between gap-x-4 sm:col-span-2'>
        <Show when={!props.video.playable}>
          <p class='text-meta text-ink-3'>{visibilityHints[props.video.visibility]}</p>
        </Show>
        <SaveNote state={edits.state()} error={edits.error()} onRetry={() => void edits.retry()} />
      </div>
    </div>
  )
}
