import Link from 'lucide-solid/icons/link-2'
import { createUniqueId, Show } from 'solid-js'
import type { Video, Visibility } from '#contracts/video.ts'
import { watchUrl } from '../../api/video.ts'
import { Button } from '../../ui/button.tsx'
import { copyText } from '../../ui/clipboard.ts'
import { Icon } from '../../ui/icon.tsx'
import { notify } from '../../ui/toast.tsx'

/** The address of a film that plays, with who can open it, and the step that opens it to others. */
export function ShareLink(props: { video: Video; onOpen: (visibility: Visibility) => void }) {
  const id = createUniqueId()
  let address!: HTMLInputElement
  let copyButton!: HTMLButtonElement

  async function copy() {
    if (await copyText(watchUrl(props.video.id))) return notify('The link is copied.')
    address.select()
    notify('The browser refused. The link is selected: copy it by hand.')
  }

  function open() {
    props.onOpen('unlisted')
    copyButton.focus() // the button pressed goes away
  }

  return (
    <div class='grid gap-1.5'>
      <label for={id} class='font-semi'>
        Link works now
      </label>
      <div class='flex gap-2'>
        <input
          ref={(element) => (address = element)}
          id={id}
          readonly
          class='field min-w-0 flex-1 text-ellipsis text-ink-2'
          value={watchUrl(props.video.id)}
          aria-describedby={`${id}-hint`}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button
          ref={(element: HTMLButtonElement) => (copyButton = element)}
          onClick={() => void copy()}
        >
          <Icon of={Link} size={18} />
          Copy link
        </Button>
      </div>
      <p id={`${id}-hint`} class='text-meta text-ink-3'>
        {whoOpens(props.video)}{' '}
        <Show when={props.video.visibility === 'private' && props.video.canEdit}>
          <button type='button' class='link' onClick={open}>
            Let anyone with the link watch
          </button>
        </Show>
      </p>
    </div>
  )
}

function whoOpens({ visibility, channel }: Video): string {
  if (visibility === 'private') return `Only you and the members of ${channel.name} can open it.`
  return visibility === 'unlisted' ? 'Anyone who has it can watch.' : 'Anyone can watch.'
}
