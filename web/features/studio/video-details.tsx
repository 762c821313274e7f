import { createSignal } from 'solid-js'
import type { Video } from '#contracts/video.ts'
import { createVideoEdits } from '../../api/video-edits.ts'
import { downloadHints, downloadOptions } from '../../ui/downloads.ts'
import { encryptionHints, encryptionOptions } from '../../ui/encryption.ts'
import { Select, TextArea, TextField } from '../../ui/field.tsx'
import { SaveNote } from '../../ui/save-note.tsx'
import { visibilityHints, visibilityOptions } from '../../ui/visibility.ts'

/** The words of a video and who sees it; saved as one types, never locked by a conversion. */
export function VideoDetails(props: { video: Video; onTitle: (title: string) => void }) {
  const edits = createVideoEdits(() => props.video)
  const atStart = { title: props.video.title, description: props.video.description }
  const [isNamed, setNamed] = createSignal(true)

  function rename(title: string) {
    setNamed(title.trim() !== '')
    props.onTitle(title)
    edits.type({ title })
  }

  return (
    <section aria-label='Details' class='grid content-start gap-5'>
      <TextField
        label='Title'
        value={atStart.title}
        maxlength={200}
        disabled={!props.video.canEdit}
        error={isNamed() ? undefined : 'Enter a title. The last one is kept until then.'}
        onInput={(event) => rename(event.currentTarget.value)}
      />
      <TextArea
        label='Description'
        value={atStart.description}
        maxlength={5000}
        rows={5}
        disabled={!props.video.canEdit}
        onInput={(event) => edits.type({ description: event.currentTarget.value })}
      />
      <div class='grid max-w-[280px] gap-5'>
        <Select
          label='Who can see it'
          value={props.video.visibility}
          options={visibilityOptions}
          hint={visibilityHints[props.video.visibility]}
          disabled={!props.video.canEdit}
          onChange={(visibility) => edits.choose({ visibility })}
        />
        <Select
          label='What viewers can download'
          value={props.video.downloads}
          options={downloadOptions}
          hint={downloadHints[props.video.downloads]}
          disabled={!props.video.canEdit}
          onChange={(downloads) => edits.choose({ downloads })}
        />
        <Select
          label='How it is delivered'
          value={props.video.encryption}
          options={encryptionOptions}
          hint={encryptionHints[props.video.encryption]}
          disabled={!props.video.canEdit}
          onChange={(encryption) => edits.choose({ encryption })}
        />
      </div>
      <SaveNote state={edits.state()} error={edits.error()} onRetry={() => void edits.retry()} />
    </section>
  )
}
