import RotateCcw from 'lucide-solid/icons/rotate-ccw'
import { Show } from 'solid-js'
import type { Failure, Rendition } from '#contracts/video.ts'
import { Button } from '../../ui/button.tsx'
import { formatBytes } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { ProgressBar } from '../../ui/progress.tsx'
import { codecNames, paceLine } from '../../ui/rendition-words.ts'
import { FailureFacts } from './failure-note.tsx'

interface RowProps {
  rendition: Rendition
  title: string
  /** Sound waits for it. */
  hasPicture: boolean
  /** `later`: its place is kept. `resting`: something else is being made. */
  remake: 'never' | 'later' | 'resting' | 'offered'
  onRemake: () => void
}

/** As high while it is made as when it is ready, so that nothing jumps. */
export function RenditionRow(props: RowProps) {
  const isReady = () => props.rendition.state === 'ready'
  const percent = () => Math.floor(props.rendition.percent)
  return (
    <li
      tabindex='-1'
      class='num grid min-h-[52px] grid-cols-[132px_minmax(0,1fr)_auto] items-center gap-x-4 py-1.5 max-sm:min-h-[62px] max-sm:grid-cols-[92px_minmax(0,1fr)_auto] max-sm:gap-x-3'
    >
      <span class='font-semi'>{props.title}</span>
      <Show
        when={!isReady()}
        fallback={<span class='text-meta text-ink-2'>{facts(props.rendition)}</span>}
      >
        <div class='grid gap-1.5'>
          <p class='flex justify-between gap-3 text-meta text-ink-2'>
            <span>{paceLine(props.rendition, props.hasPicture)}</span>
            <Show when={props.rendition.state === 'running'}>
              <span class='font-semi text-time-ink'>{percent()}%</span>
            </Show>
          </p>
          <ProgressBar label={props.title} percent={props.rendition.percent} />
        </div>
      </Show>
      <Show when={props.remake !== 'never' && props.rendition.name !== 'source'}>
        <Button
          look='quiet'
          size='small'
          class={`max-sm:w-11 max-sm:px-0 ${props.remake === 'later' ? 'invisible' : ''}`}
          aria-label={`Make again: ${props.title}`}
          isResting={props.remake !== 'offered'}
          onClick={() => props.onRemake()}
        >
          <Icon of={RotateCcw} size={15} />
          <span class='max-sm:hidden'>Make again</span>
        </Button>
      </Show>
      <Show when={isReady() && props.rendition.failure}>
        {(failure) => (
          <div class='col-span-full grid gap-0.5'>
            <p class='text-meta font-medium text-danger'>{remakeFailure(failure())}</p>
            <FailureFacts failure={failure()} />
          </div>
        )}
      </Show>
    </li>
  )
}

export const remakeFailure = ({ message }: Failure): string => `Could not be made again: ${message}`

/** `1920 × 1080, H.264, 48 MB`. */
function facts(rendition: Rendition): string {
  const { name, kind, widthPx, heightPx, codec, channels, sizeBytes } = rendition
  const size = widthPx && heightPx ? `${widthPx} × ${heightPx}` : ''
  const weight = sizeBytes ? formatBytes(sizeBytes) : ''
  const sound = channels && channels > 2 ? 'Surround sound' : 'Sound'
  const own = name === 'source' ? 'as it was uploaded' : codec ? codecNames[codec] : ''
  return [size, kind === 'audio' && name !== 'source' ? sound : own, weight]
    .filter(Boolean)
    .join(', ')
}
