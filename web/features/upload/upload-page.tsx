import CloudUpload from 'lucide-solid/icons/cloud-upload'
import { createResource, For, Show } from 'solid-js'
import { currentWorkspace } from '../../api/session.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { usePage } from '../../ui/page.ts'
import { notify } from '../../ui/toast.tsx'
import { createDropZone } from './drop-zone.ts'
import { UploadRow } from './upload-row.tsx'
import { addFiles, adoptOpenUploads, uploads } from './uploads.ts'

const canCreate = () => currentWorkspace()?.role !== 'viewer'

function start(files: File[]) {
  const workspace = currentWorkspace()
  if (!workspace || files.length === 0) return
  const filled = files.filter((file) => file.size > 0)
  if (filled.length < files.length) notify('Empty files and folders were left out.')
  addFiles(workspace.id, filled)
}

export function UploadPage() {
  usePage(() => 'Upload')
  const [earlier] = createResource(() => currentWorkspace()?.id, adoptQuietly)
  let picker!: HTMLInputElement

  const isOver = createDropZone(start)

  return (
    <>
      <header class='flex flex-wrap items-start gap-x-6 gap-y-3'>
        <div>
          <h1 class='text-headline font-semi max-md:text-title'>Upload</h1>
          <p class='mt-1 max-w-[58ch] text-list text-ink-2'>
            A video plays here as soon as its first parts are up. Files can go on after a break, a
            reload or a lost connection.
          </p>
        </div>
      </header>

      <input
        ref={(element) => (picker = element)}
        type='file'
        multiple
        accept='video/*,audio/*,.mkv,.avi,.mov,.mts,.m2ts,.mxf,.flv,.webm,.ts,.gif'
        class='hidden'
        aria-label='Video files'
        onChange={(event) => {
          start([...(event.currentTarget.files ?? [])])
          event.currentTarget.value = ''
        }}
      />

      <Show when={canCreate()} fallback={<p class='mt-6'>Viewers cannot upload here.</p>}>
        <div
          class='mt-6 gap-3 rounded-frame border-2 border-dashed transition-colors duration-120'
          classList={{
            'border-edge/70 bg-surface': !isOver(),
            'border-action bg-action-soft': isOver(),
            'grid justify-items-center px-6 py-16 text-center max-md:py-12': uploads().length === 0,
            'flex items-center justify-between px-5 py-4': uploads().length > 0,
          }}
        >
          <Show when={uploads().length === 0}>
            <span class='grid size-14 place-items-center rounded-full bg-action-soft text-action'>
              <Icon of={CloudUpload} size={28} />
            </span>
          </Show>
          <p class='text-section font-strong'>
            <span class='max-md:hidden'>Drop videos anywhere on this page</span>
            <span class='md:hidden'>Videos and recordings</span>
          </p>
          <Button id='choose-files' look='primary' onClick={() => picker.click()}>
            Choose files
          </Button>
          <Show when={uploads().length === 0}>
            <p class='max-w-[52ch] text-meta text-ink-3'>
              Whatever your phone, camera or screen recorder makes. New videos are private until you
              say otherwise.
            </p>
          </Show>
        </div>
      </Show>

      <Show when={uploads().length}>
        <section class='mt-8' aria-labelledby='rows'>
          <h2 id='rows' class='mb-1 text-section font-strong'>
            Your files
          </h2>
          <ul>
            <For each={uploads()}>
              {(item) => (
                <li class='border-b border-line'>
                  <UploadRow item={item} />
                </li>
              )}
            </For>
          </ul>
        </section>
      </Show>
      <Show when={earlier.state === 'errored'}>
        <p role='alert' class='mt-6 text-meta text-danger'>
          Uploads of earlier visits could not be looked up.
        </p>
      </Show>
    </>
  )
}

const adoptQuietly = async (id: Parameters<typeof adoptOpenUploads>[0]): Promise<true> => {
  await adoptOpenUploads(id)
  return true
}
