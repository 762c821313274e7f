import { createMemo, createSignal, For, Show } from 'solid-js'
import type { Rendition, Video } from '#contracts/video.ts'
import { patchVideo } from '../../api/query.ts'
import { remakeRendition } from '../../api/video.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { renditionTitles } from '../../ui/rendition-words.ts'
import { isBeingMade } from '../../ui/status-line.ts'
import { RenditionRow } from './rendition-row.tsx'

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
  const canRemake = () => props.video.status === 'ready' && !isBeingMade(props.video)

  async function remake(): Promise<void> {
    const { id } = props.video
    patchVideo(id, await remakeRendition(id, asked()!))
  }

  return (
    <section aria-labelledby='renditions' class='grid content-start gap-1'>
      <div class='flex min-h-6 flex-wrap items-baseline justify-between gap-x-4'>
        <h2 id='renditions' class='text-section font-strong'>
          Renditions
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
                    canEdit={props.video.canEdit}
                    canRemake={canRemake()}
                    onRemake={() => setAsked(name)}
                  />
                )}
              </Show>
            )}
          </For>
        </ul>
      </Show>
      <Confirm
        isOpen={asked() !== undefined}
        title={`Make ${title(asked())} again?`}
        actionLabel='Make again'
        keepLabel='Keep it as it is'
        isHarmless
        onConfirm={remake}
        onClose={() => setAsked(undefined)}
      >
        The present one plays until the new one takes its place.
      </Confirm>
    </section>
  )
}

function nothingYet({ status }: Video): string {
  if (status === 'failed') return 'None could be made.'
  return status === 'uploading'
    ? 'They are made when the file has arrived.'
    : 'What is made of this film is decided once its file has been looked into.'
}

const rank = ({ name, kind }: Rendition) => (name === 'source' ? 0 : kind === 'video' ? 1 : 2)

/** The file itself, then pictures, then sounds; among them as the server has them. */
const inOrder = (renditions: Rendition[]): Rendition[] =>
  renditions.toSorted((a, b) => rank(a) - rank(b))

const isSameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((value, index) => value === b[index])
