import UploadIcon from 'lucide-solid/icons/upload'
import { createMemo, Show } from 'solid-js'
import { formatTimeLeft, plural } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { ProgressBar } from '../../ui/progress.tsx'
import { A, useLocation } from '../../ui/router.ts'
import { movingUploads } from './uploads.ts'

/** Small and always there while bytes move on another page. */
export function UploadTray() {
  const location = useLocation()
  const isShown = () => movingUploads().length > 0 && location.pathname !== '/studio/upload'
  const total = createMemo(() => {
    const items = movingUploads()
    const sizeBytes = items.reduce((sum, item) => sum + item.sizeBytes, 0)
    const sentBytes = items.reduce((sum, item) => sum + (item.sizeBytes * item.percent) / 100, 0)
    const times = items.map((item) => item.timeLeftMs).filter((ms) => ms !== null)
    return {
      percent: sizeBytes ? (sentBytes / sizeBytes) * 100 : 0,
      timeLeftMs: times.length ? Math.max(...times) : null,
    }
  })

  return (
    <Show when={isShown()}>
      <aside aria-label='Running uploads' data-tray>
        <A
          href='/studio/upload'
          class='fixed right-4 bottom-[calc(72px+env(safe-area-inset-bottom))] z-30 grid w-[min(300px,calc(100vw-32px))] gap-2 rounded-frame border border-line bg-raised p-4 shadow-2 motion-safe:animate-[rise_260ms_var(--ease)] md:right-6 md:bottom-6'
        >
          <span class='flex items-center gap-2.5'>
            <Icon of={UploadIcon} size={18} class='text-time-ink' />
            <span class='font-semi'>Uploading {plural(movingUploads().length, 'file')}</span>
            <span class='num ml-auto text-meta text-ink-3'>{Math.floor(total().percent)}%</span>
          </span>
          <ProgressBar label='All uploads' percent={total().percent} />
          <Show when={total().timeLeftMs}>
            {(ms) => <span class='num text-meta text-ink-3'>{formatTimeLeft(ms())}</span>}
          </Show>
        </A>
      </aside>
    </Show>
  )
}
