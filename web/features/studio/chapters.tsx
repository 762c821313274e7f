import Plus from 'lucide-solid/icons/plus'
import Trash from 'lucide-solid/icons/trash'
import { createEffect, createSignal, createUniqueId, Index, on, Show } from 'solid-js'
import type { Chapter } from '#contracts/chapter.ts'
import { maxChapters } from '#contracts/limit.ts'
import type { Video } from '#contracts/video.ts'
import { createAutosave } from '../../api/autosave.ts'
import { keys, patchVideo, queryClient } from '../../api/query.ts'
import { setChapters } from '../../api/video.ts'
import { toClock } from '../../player/clock.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { SaveNote } from '../../ui/save-note.tsx'
import { notify } from '../../ui/toast.tsx'
import {
  type Line,
  fromText,
  inOrder,
  problemOf,
  toChapters,
  toLines,
  withMoment,
} from './chapter-list.ts'

interface ChaptersProps {
  video: Video
  /** Of the film beside the list; undefined where there is none to play. */
  positionMs: number | undefined
}

/** The film's parts by name; saved as one types, as soon as every line is right. */
export function Chapters(props: ChaptersProps) {
  const id = createUniqueId()
  const [lines, setLines] = createSignal(toLines(props.video.chapters))
  const [isOwn, setOwn] = createSignal(props.video.hasOwnChapters)
  let list!: HTMLDivElement
  let isTouched = false

  const autosave = createAutosave<{ chapters: Chapter[] }>(async ({ chapters }) => {
    const saved = await setChapters(props.video.id, chapters)
    patchVideo(saved.id, { chapters: saved.chapters, hasOwnChapters: saved.hasOwnChapters })
    setOwn(saved.hasOwnChapters)
    // The list is gone: what the description says stands again.
    if (chapters.length === 0 && lines().length === 0) {
      isTouched = false
      setLines(toLines(saved.chapters))
    }
    void queryClient.invalidateQueries({ queryKey: keys.playback(saved.id) })
  })
  // What the description says changes with it.
  createEffect(
    on(
      () => props.video.chapters,
      (chapters) => isTouched || isOwn() || setLines(toLines(chapters)),
      { defer: true },
    ),
  )
  function change(next: Line[]) {
    isTouched = true
    setLines(next)
    const chapters = toChapters(next, props.video.durationMs)
    if (chapters) autosave.type({ chapters })
    else autosave.hold('chapters')
  }
  const edit = (at: number, part: Partial<Line>) =>
    change(lines().map((line, index) => (index === at ? { ...line, ...part } : line)))

  function add(ms: number) {
    change(withMoment(lines(), ms))
    const at = lines().findIndex(({ clock }) => clock === toClock(ms))
    focusTitle(at)
  }
  function remove(at: number) {
    const before = lines()
    change(before.filter((_line, index) => index !== at))
    notify('The chapter is removed.', () => change(before))
    focusTitle(Math.min(at, lines().length - 1))
  }
  function focusTitle(at: number) {
    const title = list.querySelectorAll<HTMLElement>('[data-title]')[at]
    ;(title ?? list.querySelector<HTMLElement>('[data-add]'))?.focus()
  }
  function paste(event: ClipboardEvent) {
    const pasted = fromText(event.clipboardData?.getData('text') ?? '')
    if (!pasted) return
    event.preventDefault()
    const before = lines()
    const named = before.filter(({ title }) => title.trim() !== '')
    const isNew = ({ clock }: Line) => !pasted.some((one) => one.clock === clock)
    change(inOrder([...named.filter(isNew), ...pasted]))
    notify(`${pasted.length} chapters are pasted.`, () => change(before))
  }

  return (
    <section aria-labelledby={id}>
      <h2 id={id} class='text-section font-strong'>
        Chapters
      </h2>
      <p class='mt-1 max-w-[62ch] text-list text-ink-3'>{hint(props.video, isOwn(), lines())}</p>
      <div ref={(element) => (list = element)} onPaste={paste}>
        <ul class='mt-2.5 grid gap-2'>
          {/* By place: the focus stays in the line that one types in. */}
          <Index each={lines()}>
            {(line, at) => (
              <Row
                line={line()}
                problem={problemOf(line(), lines(), props.video.durationMs)}
                isLocked={!props.video.canEdit}
                onEdit={(part) => edit(at, part)}
                onLeaveTime={() => change(inOrder(lines()))}
                onRemove={() => remove(at)}
              />
            )}
          </Index>
        </ul>
        <Show when={props.video.canEdit}>
          <Button
            data-add
            class='mt-2.5'
            isResting={lines().length >= maxChapters}
            onClick={() => add(props.positionMs ?? 0)}
          >
            <Icon of={Plus} size={18} />
            <span class='num'>Add at {toClock(props.positionMs ?? 0)}</span>
          </Button>
        </Show>
      </div>
      <div class='mt-1.5'>
        <SaveNote
          state={autosave.state()}
          error={autosave.error()}
          onRetry={() => void autosave.retry()}
        />
      </div>
    </section>
  )
}

function hint({ canEdit }: Video, isOwn: boolean, lines: Line[]): string {
  if (lines.length === 0) {
    return canEdit
      ? 'Stop the video where a part begins and add it here, or paste a list of times and titles.'
      : 'This video has no chapters.'
  }
  return isOwn || !canEdit
    ? 'Viewers jump to them on the timeline and under the video.'
    : 'They come from the times in the description. What you change here stands instead.'
}

interface RowProps {
  line: Line
  problem: string | undefined
  isLocked: boolean
  onEdit: (part: Partial<Line>) => void
  onLeaveTime: () => void
  onRemove: () => void
}

function Row(props: RowProps) {
  const id = createUniqueId()
  const isWrong = () => (props.problem ? 'true' : undefined)
  const name = () => props.line.title.trim() || `at ${props.line.clock}`
  return (
    <li class='grid grid-cols-[92px_minmax(0,1fr)_auto] items-center gap-x-2'>
      <input
        class='field num'
        aria-label='Starts at'
        value={props.line.clock}
        disabled={props.isLocked}
        aria-invalid={isWrong()}
        aria-describedby={id}
        onInput={(event) => props.onEdit({ clock: event.currentTarget.value })}
        onChange={() => props.onLeaveTime()}
      />
      <input
        data-title
        class='field'
        aria-label='Chapter title'
        placeholder='Title'
        maxlength={100}
        value={props.line.title}
        disabled={props.isLocked}
        aria-invalid={isWrong()}
        aria-describedby={id}
        onInput={(event) => props.onEdit({ title: event.currentTarget.value })}
      />
      <Show when={!props.isLocked}>
        <IconButton label={`Remove chapter ${name()}`} onClick={() => props.onRemove()}>
          <Icon of={Trash} size={18} />
        </IconButton>
      </Show>
      <p id={id} class='col-span-2 text-meta text-danger'>
        {props.problem}
      </p>
    </li>
  )
}
