import { toFrameCode } from '#contracts/embed-code.ts'
import type { NewLink } from '#contracts/link.ts'
import type { Video } from '#contracts/video.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { ShownLink } from './shown-link.tsx'

export function MadeLink(props: { made: NewLink; video: Video; onDone: () => void }) {
  return (
    <div class='grid gap-5'>
      <ShownLink
        label={`The link “${props.made.link.label}”`}
        url={props.made.url}
        copyLabel='Copy link'
      />
      <p class='text-list text-pretty text-ink-2'>
        {props.made.link.restrictions.domains
          ? 'It plays on its sites alone: put its embed code there. It stays in the list for you to copy again.'
          : 'Whoever has it can watch, and can pass it on. It stays in the list for you to copy again.'}
      </p>
      <div class='flex flex-wrap justify-between gap-2'>
        <div class='flex flex-wrap gap-2'>
          <CopyButton text={embedCode(props.made.embedUrl, props.video)} label='Copy embed code' />
        </div>
        <Button look='primary' onClick={() => props.onDone()}>
          Done
        </Button>
      </div>
    </div>
  )
}

const widthPx = 640

function embedCode(src: string, { title, widthPx: width, heightPx: height }: Video): string {
  const ratio = width && height ? height / width : 9 / 16
  return toFrameCode({ src, title, widthPx, heightPx: Math.round(widthPx * ratio) })
}
