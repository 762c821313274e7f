import FolderOpen from 'lucide-solid/icons/folder-open'
import { createSignal, Show } from 'solid-js'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import type { UploadItem } from './item.ts'
import { giveFile } from './uploads.ts'

/** After a reload the page may not read the file any more, until it is chosen again. */
export function FileChoice(props: { item: UploadItem }) {
  const [problem, setProblem] = createSignal<string>()
  let picker!: HTMLInputElement

  function choose(file: File | undefined) {
    if (!file) return
    try {
      giveFile(props.item.key, file)
    } catch (error) {
      setProblem(error instanceof Error ? error.message : 'Choose the file again.')
    }
  }

  return (
    <div class='flex flex-wrap items-center gap-x-4 gap-y-2 rounded-ctl bg-time-soft px-4 py-3 text-time-ink'>
      <p class='min-w-0 flex-1 basis-56 font-medium'>
        {props.item.error?.message ??
          'Choose the file again to go on. Only what is missing is sent.'}
      </p>
      <input
        ref={(element) => (picker = element)}
        type='file'
        class='hidden'
        aria-label={`The file ${props.item.fileName}`}
        onChange={(event) => {
          choose(event.currentTarget.files?.[0])
          event.currentTarget.value = ''
        }}
      />
      <Button size='small' class='text-ink' onClick={() => picker.click()}>
        <Icon of={FolderOpen} size={16} />
        Choose the file
      </Button>
      <Show when={problem()}>
        <p role='alert' class='basis-full text-meta font-semi'>
          {problem()}
        </p>
      </Show>
    </div>
  )
}
