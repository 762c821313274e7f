import Download from 'lucide-solid/icons/download'
import { For } from 'solid-js'
import type { Playback } from '#contracts/video.ts'
import { getPlayback } from '../../api/video.ts'
import { formatBytes } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { Menu, menuItemClass } from '../../ui/menu.tsx'
import { notifyError } from '../../ui/toast.tsx'

type File = Playback['downloads'][number]

/** The files that the owner lets viewers save. */
export function DownloadMenu(props: { playback: Playback; triggerClass: string }) {
  /** Links end, and a page may stay open for longer than they do. */
  async function save({ label }: File) {
    try {
      const { downloads } = await getPlayback(props.playback.videoId)
      const file = downloads.find((one) => one.label === label)
      if (!file) throw new Error('This file can no longer be saved.')
      location.assign(file.url)
    } catch (error) {
      notifyError(error)
    }
  }
  return (
    <Menu
      label='Download'
      triggerClass={props.triggerClass}
      trigger={
        <>
          <Icon of={Download} size={18} />
          Download
        </>
      }
    >
      {(close) => (
        <For each={props.playback.downloads}>
          {(file) => (
            <button
              type='button'
              class={menuItemClass}
              onClick={() => {
                void save(file)
                close()
              }}
            >
              <span class='flex-1'>{file.label}</span>
              <span class='num text-ink-3'>{formatBytes(file.sizeBytes)}</span>
            </button>
          )}
        </For>
      )}
    </Menu>
  )
}
