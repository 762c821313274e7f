import CircleAlert from 'lucide-solid/icons/circle-alert'
import Hourglass from 'lucide-solid/icons/hourglass'
import type { LucideProps } from 'lucide-solid'
import type { Component, JSX } from 'solid-js'
import { Match, Show, Switch } from 'solid-js'
import type { Video } from '#contracts/video.ts'
import { ButtonLink } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { LadderChips, ProgressBar } from '../../ui/progress.tsx'
import { statusLine } from '../../ui/status-line.ts'

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
            It plays here by itself as soon as the file has arrived and is converted.
          </Words>
        </Match>
        <Match when={true}>
          <Processing video={props.video} />
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

function Processing(props: { video: Video }) {
  return (
    <>
      <Words icon={Hourglass} title='Almost ready to watch'>
        <span class='num'>{statusLine(props.video)}.</span> It plays here by itself.
      </Words>
      <div class='mt-2 grid w-full max-w-80 justify-items-center gap-3'>
        <div class='w-full'>
          <ProgressBar label='Converting' percent={props.video.progress?.percent ?? null} />
        </div>
        <LadderChips renditions={props.video.renditions} />
      </div>
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
      <Words icon={CircleAlert} title='This video could not be converted'>
        {props.video.failure?.message ?? 'Something went wrong while converting.'}
      </Words>
      <ButtonLink href={`/studio/videos/${props.video.id}`} class='mt-2'>
        Open in studio
      </ButtonLink>
    </Show>
  )
}
