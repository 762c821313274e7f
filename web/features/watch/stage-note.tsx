import CircleAlert from 'lucide-solid/icons/circle-alert'
import Hourglass from 'lucide-solid/icons/hourglass'
import Square from 'lucide-solid/icons/square'
import type { LucideProps } from 'lucide-solid'
import type { Component, JSX } from 'solid-js'
import { Match, Show, Switch } from 'solid-js'
import type { Video } from '#contracts/video.ts'
import { ButtonLink } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { statusLine, wasStopped } from '../../ui/status-line.ts'

/** What stands in the frame while there is nothing to play: always dark, as the player is. */
export function StageNote(props: { video: Video }) {
  return (
    <Panel posterUrl={props.video.posterUrl}>
      <Switch>
        <Match when={props.video.status === 'failed'}>
          <Failed video={props.video} />
        </Match>
        <Match when={props.video.status === 'uploading'}>
          <Words icon={Hourglass} title='Still being uploaded'>
            It plays here by itself, for most files before the last byte has arrived.
          </Words>
        </Match>
        <Match when={true}>
          <Words icon={Hourglass} title={statusLine(props.video)}>
            It plays here by itself, first as it is quickest and then sharper.
          </Words>
        </Match>
      </Switch>
    </Panel>
  )
}

export function Panel(props: { posterUrl?: string | null; children: JSX.Element }) {
  return (
    <div
      data-theme='dark'
      class='absolute inset-0 grid place-items-center overflow-auto bg-sunken text-ink'
    >
      <Show when={props.posterUrl}>
        {(url) => <img src={url()} alt='' class='absolute size-full object-cover opacity-25' />}
      </Show>
      <div class='relative grid w-full max-w-[480px] justify-items-center gap-3 p-6 text-center max-sm:gap-2 max-sm:p-4'>
        {props.children}
      </div>
    </div>
  )
}

function Words(props: { icon: Component<LucideProps>; title: string; children: JSX.Element }) {
  return (
    <>
      <Icon of={props.icon} size={28} class='text-time max-sm:hidden' />
      <p class='text-section font-strong'>{props.title}</p>
      <p class='text-list text-pretty text-ink-2'>{props.children}</p>
    </>
  )
}

function Failed(props: { video: Video }) {
  return (
    <Show
      when={props.video.canEdit}
      fallback={
        <Words icon={CircleAlert} title='This video is not available'>
          Something went wrong on the way. Its owner knows.
        </Words>
      }
    >
      <Show
        when={wasStopped(props.video)}
        fallback={
          <Words icon={CircleAlert} title='This video could not be converted'>
            {props.video.failure?.message ?? 'Something went wrong while converting.'}
          </Words>
        }
      >
        <Words icon={Square} title='Converting was stopped'>
          The uploaded file is kept, so you can convert it again in the studio.
        </Words>
      </Show>
      <ButtonLink href={`/studio/videos/${props.video.id}`} class='mt-2'>
        Open in studio
      </ButtonLink>
    </Show>
  )
}
