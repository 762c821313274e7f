import Plus from 'lucide-solid/icons/plus'
import { createSignal, For, Match, Show, Switch } from 'solid-js'
import type { Link, NewLink } from '#contracts/link.ts'
import type { Video } from '#contracts/video.ts'
import { revokeLink } from '../../api/link.ts'
import { Button } from '../../ui/button.tsx'
import { createClock } from '../../ui/clock.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { notify } from '../../ui/toast.tsx'
import { Loaded } from '../workspace/loaded.tsx'
import { Section } from '../workspace/section.tsx'
import { createLinks } from './data.ts'
import { LinkForm } from './link-form.tsx'
import { LinkRow } from './link-row.tsx'
import { MadeLink } from './made-link.tsx'
import { RenameDialog } from './rename-dialog.tsx'

/** Links of a video that are given to people, each with limits of its own. */
export function Links(props: { video: Video }) {
  const links = createLinks(() => props.video.id)
  const [isMaking, setMaking] = createSignal(false)
  const [made, setMade] = createSignal<NewLink>()
  const [doomed, setDoomed] = createSignal<Link>()
  const [renamed, setRenamed] = createSignal<Link>()
  const now = createClock()

  function take(answer: NewLink) {
    setMade(answer)
    links.add(answer.link)
  }
  function close() {
    setMaking(false)
    setMade(undefined)
  }
  async function revoke(link: Link) {
    await revokeLink(props.video.id, link.id)
    links.put({ ...link, state: 'withdrawn', url: null })
    notify(`“${link.label}” opens nothing any more.`)
  }

  return (
    <Section
      title='Links'
      lead='Each plays this video for whoever has it, without an account, until it ends or you revoke it.'
      aside={
        <Button onClick={() => setMaking(true)}>
          <Icon of={Plus} size={18} />
          New link
        </Button>
      }
    >
      <Loaded query={links.query} data={links.items()} label='Loading the links'>
        {(items) => (
          <Switch>
            <Match when={items().length}>
              <ul class='divide-y divide-line border-y border-line'>
                <For each={items()}>
                  {(link) => (
                    <LinkRow
                      link={link}
                      now={now()}
                      onRevoke={() => setDoomed(link)}
                      onRename={() => setRenamed(link)}
                    />
                  )}
                </For>
              </ul>
              <Show when={links.query.hasNextPage}>
                <Button
                  class='mt-4'
                  isBusy={links.query.isFetchingNextPage}
                  onClick={() => void links.query.fetchNextPage()}
                >
                  Show older links
                </Button>
              </Show>
            </Match>
            <Match when={true}>
              <p class='border-y border-line py-3.5 text-list text-ink-3'>
                No links yet. Show a private video to somebody: for a day, once, or only a part of
                it.
              </p>
            </Match>
          </Switch>
        )}
      </Loaded>
      <Dialog isOpen={isMaking()} title={made() ? 'The link is made' : 'New link'} onClose={close}>
        <Show
          when={made()}
          fallback={<LinkForm video={props.video} onMade={(answer) => take(answer)} />}
        >
          {(answer) => <MadeLink made={answer()} video={props.video} onDone={close} />}
        </Show>
      </Dialog>
      <RenameDialog link={renamed()} onRenamed={links.put} onClose={() => setRenamed(undefined)} />
      <Confirm
        isOpen={doomed() !== undefined}
        title={`Revoke “${doomed()?.label}”?`}
        actionLabel='Revoke link'
        onConfirm={() => revoke(doomed()!)}
        onClose={() => setDoomed(undefined)}
      >
        Whoever watches by it is stopped within seconds, and so are the links that were made from
        it. This cannot be taken back.
      </Confirm>
    </Section>
  )
}
