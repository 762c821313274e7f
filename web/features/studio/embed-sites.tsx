import { createSignal, Show } from 'solid-js'
import { maxDomains, toDomain } from '#contracts/domain.ts'
import type { Video } from '#contracts/video.ts'
import { createVideoEdits } from '../../api/video-edits.ts'
import { Select, TextArea } from '../../ui/field.tsx'
import type { Option } from '../../ui/options.tsx'
import { SaveNote } from '../../ui/save-note.tsx'

type Where = 'anywhere' | 'listed' | 'nowhere'

const options: Option<Where>[] = [
  { value: 'anywhere', label: 'On any site' },
  { value: 'listed', label: 'Only on these sites' },
  { value: 'nowhere', label: 'Nowhere' },
]

const whereOf = (domains: string[] | null): Where =>
  domains === null ? 'anywhere' : domains.length > 0 ? 'listed' : 'nowhere'

const split = (text: string) => text.split(/[\s,]+/).filter(Boolean)

/** Which other sites may show the video in a frame. */
export function EmbedSites(props: { video: Video }) {
  const edits = createVideoEdits(() => props.video)
  const atStart = props.video.embedDomains
  const [where, setWhere] = createSignal(whereOf(atStart))
  const [text, setText] = createSignal(atStart?.join('\n') ?? '')

  const wrong = () => split(text()).find((site) => toDomain(site) === undefined)
  const error = () => {
    if (wrong()) return `“${wrong()}” is not the name of a site. The last list is kept until then.`
    if (split(text()).length > maxDomains) return `At most ${maxDomains} sites.`
    return undefined
  }

  function choose(next: Where) {
    setWhere(next)
    if (next === 'anywhere') edits.choose({ embedDomains: null })
    if (next === 'nowhere') edits.choose({ embedDomains: [] })
    if (next === 'listed') saveList()
  }
  function saveList() {
    const sites = split(text())
    if (sites.length > 0 && !error()) edits.type({ embedDomains: sites })
  }
  function type(next: string) {
    setText(next)
    saveList()
  }

  return (
    <section aria-label='Embedding' class='grid content-start gap-4'>
      <div class='max-w-[280px]'>
        <Select
          label='Where it may be embedded'
          value={where()}
          options={options}
          disabled={!props.video.canEdit}
          onChange={choose}
        />
      </div>
      <Show when={where() === 'listed'}>
        <TextArea
          label='Sites'
          value={text()}
          rows={3}
          spellcheck={false}
          placeholder={'example.com\n*.example.org'}
          hint='One a line. *.example.org stands for every site below example.org. Until you name one, nothing changes.'
          error={error()}
          disabled={!props.video.canEdit}
          onInput={(event) => type(event.currentTarget.value)}
        />
      </Show>
      <SaveNote state={edits.state()} error={edits.error()} onRetry={() => void edits.retry()} />
    </section>
  )
}
