import { createEffect, createSignal, on } from 'solid-js'
import type { Link } from '#contracts/link.ts'
import { renameLink } from '../../api/link.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { createAttempt } from '../workspace/attempt.ts'

/** Open while there is a link to call something else. */
export function RenameDialog(props: {
  link: Link | undefined
  onRenamed: (link: Link) => void
  onClose: () => void
}) {
  const [label, setLabel] = createSignal('')
  const attempt = createAttempt()
  createEffect(
    on(
      () => props.link,
      (link) => {
        attempt.forget()
        setLabel(link?.label ?? '')
      },
    ),
  )

  async function save(event: SubmitEvent) {
    event.preventDefault()
    const link = props.link!
    const isDone = await attempt.run(async () => {
      props.onRenamed(await renameLink(link.videoId, link.id, label()))
    })
    if (isDone) props.onClose()
  }
  return (
    <Dialog isOpen={props.link !== undefined} title='Rename link' onClose={props.onClose}>
      <form class='grid gap-5' method='post' novalidate onSubmit={(event) => void save(event)}>
        <TextField
          label='Name'
          value={label()}
          maxlength={80}
          autocomplete='off'
          error={attempt.fieldError('label') ?? attempt.banner()}
          onInput={(event) => setLabel(event.currentTarget.value)}
        />
        <Button type='submit' look='primary' class='justify-self-end' isBusy={attempt.isBusy()}>
          Save
        </Button>
      </form>
    </Dialog>
  )
}
