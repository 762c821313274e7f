import Pause from 'lucide-solid/icons/pause'
import Play from 'lucide-solid/icons/play'
import X from 'lucide-solid/icons/x'
import { Match, Show, Switch } from 'solid-js'
import type { Video } from '#contracts/video.ts'
import { Button, ButtonLink, IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import type { UploadItem } from './item.ts'
import { drop, pause, resume } from './uploads.ts'

/** What can be done with the file now, the main thing first. */
export function UploadActions(props: {
  item: UploadItem
  video: Video | undefined
  onCancel: () => void
}) {
  const isUnderway = () => props.item.state === 'uploading' || props.item.state === 'starting'
  const hasArrived = () => props.item.state === 'done'
  const canCancel = () => !hasArrived() && props.item.state !== 'completing'

  return (
    <div class='-mt-1.5 flex items-start gap-1 max-sm:flex-col max-sm:items-end'>
      <Switch>
        <Match when={isUnderway()}>
          <IconButton label='Pause' onClick={() => pause(props.item.key)}>
            <Icon of={Pause} />
          </IconButton>
        </Match>
        <Match when={props.item.state === 'paused'}>
          <IconButton label='Go on' onClick={() => resume(props.item.key)}>
            <Icon of={Play} />
          </IconButton>
        </Match>
        <Match when={props.item.state === 'failed' && props.item.error?.canRetry}>
          <Button size='small' class='mt-1' onClick={() => resume(props.item.key)}>
            Retry
          </Button>
        </Match>
      </Switch>
      <Show when={hasArrived() && props.video?.playable && props.video}>
        {(playable) => (
          <ButtonLink
            size='small'
            class='mt-1'
            look={playable().status === 'ready' ? 'primary' : 'secondary'}
            href={`/watch/${playable().id}`}
          >
            Watch
          </ButtonLink>
        )}
      </Show>
      <Show when={canCancel()}>
        <IconButton label='Cancel upload' onClick={() => props.onCancel()}>
          <Icon of={X} />
        </IconButton>
      </Show>
      <Show when={hasArrived()}>
        <IconButton label='Take off this list' onClick={() => drop(props.item.key)}>
          <Icon of={X} />
        </IconButton>
      </Show>
    </div>
  )
}
