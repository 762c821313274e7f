import { Match, Switch } from 'solid-js'
import { currentWorkspace } from '../../api/session.ts'
import { usePage } from '../../ui/page.ts'
import { SaveNote } from '../../ui/save-note.tsx'
import { Bone, ErrorState, Skeleton } from '../../ui/state.tsx'
import { CodecChoice } from './codec-choice.tsx'
import { createTranscodeSettings, type Settings } from './data.ts'
import { SharpnessChoice } from './sharpness-choice.tsx'

/** A tab of the workspace's settings. */
export function ConvertingPage() {
  usePage(() => 'Converting')
  const settings = createTranscodeSettings()
  return (
    <div class='max-w-[680px]'>
      <Switch>
        <Match when={settings.query.isPending}>
          <Bones />
        </Match>
        <Match when={settings.query.isLoadingError}>
          <ErrorState error={settings.query.error} onRetry={() => void settings.query.refetch()} />
        </Match>
        <Match when={settings.settings()}>
          {(known) => (
            <section aria-labelledby='converting' class='grid gap-7'>
              <Introduction settings={settings} />
              <CodecChoice
                codecs={known().codecs}
                isDisabled={!settings.canChange()}
                onChange={(codecs) => settings.choose({ codecs })}
              />
              <SharpnessChoice
                value={known().maxShortSidePx}
                isDisabled={!settings.canChange()}
                onChange={(maxShortSidePx) => settings.choose({ maxShortSidePx })}
              />
              <SaveNote
                state={settings.autosave.state()}
                error={settings.autosave.error()}
                onRetry={() => void settings.autosave.retry()}
              />
            </section>
          )}
        </Match>
      </Switch>
    </div>
  )
}

function Introduction(props: { settings: Settings }) {
  const words = () =>
    props.settings.canChange()
      ? 'Changes are saved at once and apply to videos that are converted from now on. What is converted already stays as it is.'
      : `You can read this. Owners and admins of ${currentWorkspace()?.name} can change it.`
  return (
    <div>
      <h2 id='converting' class='text-section font-strong'>
        Converting
      </h2>
      <p class='mt-1 max-w-[62ch] text-list text-pretty text-ink-2'>{words()}</p>
    </div>
  )
}

function Bones() {
  return (
    <Skeleton label='Loading the settings' class='grid gap-6'>
      <Bone class='h-6 w-40' />
      <Bone class='h-48 w-full' />
      <Bone class='h-48 w-full' />
    </Skeleton>
  )
}
