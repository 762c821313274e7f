import { createMemo, createSignal, For, Show } from 'solid-js'
import type { Rendition, Video } from '#contracts/video.ts'
import { hasCode } from '../../api/error.ts'
import { patchVideo, refetchVideo } from '../../api/query.ts'
import { remakeRendition } from '../../api/video.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { renditionTitles } from '../../ui/rendition-words.ts'
import { isBeingMade, wasStopped } from '../../ui/status-line.ts'
import { notifyError } from '../../ui/toast.tsx'
import { remakeFailure, RenditionRow } from './rendition-row.tsx'

/** What a film is made into, one line each: live while it is made. */
export function Renditions(props: { video: Video }) {
  const [asked, setAsked] = createSignal<string>()
  const renditions = createMemo(() => inOrder(props.video.renditions))
  const titles = createMemo(() => {
    const all = renditionTitles(renditions())
    return new Map(renditions().map(({ name }, place) => [name, all[place] ?? name]))
  })
  const names = createMemo(() => renditions().map(({ name }) => name), [], { equals: isSameList })
  const find = (name: string) => renditions().find((one) => one.name === name)
  const title = (name: string | undefined) => titles().get(name ?? '') ?? ''
  /** One text, so that it is spoken when it changes and not with each step of something else. */
  const failures = createMemo(() =>
    renditions()
      .flatMap(({ name, failure }) => (failure ? `${title(name)}: ${remakeFailure(failure)}` : []))
      .join(' '),
  )
  const hasPicture = () => renditions().some(({ kind }) => kind === 'video')

  async function remake(): Promise<void> {
    const { id } = props.video
    try {
      patchVideo(id, await remakeRendition(id, asked()!))
    } catch (error) {
      if (!hasCode(error, 'conflict')) throw error
      await refetchVideo(id)
      notifyError(error)
    }
  }

  return (
    <section aria-labelledby='versions' class='grid content-start gap-1'>
      <div class='flex min-h-6 flex-wrap items-baseline justify-between gap-x-4'>
        <h2 id='versions' class='text-section font-strong'>
          Versions
        </h2>
        <Show when={isBeingMade(props.video) && props.video.progress?.chunks}>
          {(chunks) => (
            <p class='num text-meta text-ink-3'>
              {chunks().done} of {chunks().all} parts done
            </p>
          )}
        </Show>
      </div>
      <Show
        when={names().length}
        fallback={<p class='py-3 text-list text-ink-3'>{nothingYet(props.video)}</p>}
      >
        <ul class='divide-y divide-line border-y border-line'>
          <For each={names()}>
            {(name) => (
              <Show when={find(name)}>
                {(rendition) => (
                  <RenditionRow
                    rendition={rendition()}
                    title={title(name)}
                    hasPicture={hasPicture()}
                    remake={remakeOf(props.video)}
                    onRemake={() => setAsked(name)}
                  />
                )}
              </Show>
            )}
          </For>
        </ul>
      </Show>
      <p class='sr-only' role='status'>
        {failures()}
      </p>
      <Confirm
        isOpen={asked() !== undefined}
        title={`Make ${title(asked())} again?`}
        actionLabel='Make again'
        keepLabel='Keep it as it is'
        isHarmless
        onConfirm={remake}
        onClose={() => setAsked(undefined)}
      >
        The current one keeps playing until the new one is ready.
      </Confirm>
    </section>
  )
}

function remakeOf(video: Video): 'never' | 'later' | 'resting' | 'offered' {
  if (!video.canEdit || video.status === 'failed') return 'never'
  if (video.status !== 'ready') return 'later'
  return isBeingMade(video) ? 'resting' : 'offered'
}

function nothingYet(video: Video): string {
  if (wasStopped(video)) return 'Converting was stopped before the first was made.'
  if (video.status === 'failed') return 'None could be made.'
  return video.status === 'uploading'
    ? 'They are made when the file has arrived.'
    : 'Versions are listed once the file has been checked.'
}

const rank = ({ name, kind }: Rendition) => (name === 'source' ? 0 : kind === 'video' ? 1 : 2)

/** The file itself, then pictures, then sounds; among them as the server has them. */
const inOrder = (renditions: Rendition[]): Rendition[] =>
  renditions.toSorted((a, b) => rank(a) - rank(b))

const isSameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((value, index) => value === b[index])
