import type { QueryKey } from '@tanstack/solid-query'
import { useInfiniteQuery } from '@tanstack/solid-query'
import ScrollText from 'lucide-solid/icons/scroll-text'
import { createSignal, For, Show } from 'solid-js'
import type { AuditEntry, AuditPage } from '#contracts/audit.ts'
import { Button } from '../../ui/button.tsx'
import { createClock } from '../../ui/clock.ts'
import { Select } from '../../ui/field.tsx'
import { formatDateTime, formatRelative } from '../../ui/format.ts'
import type { Option } from '../../ui/options.tsx'
import { A } from '../../ui/router.ts'
import { EmptyState } from '../../ui/state.tsx'
import { actorWords, auditWords, type NameOf } from './audit-words.ts'
import { Loaded } from './loaded.tsx'

interface Look {
  kind?: string | undefined
  cursor?: string | undefined
  signal: AbortSignal
}

/** A log to read: narrowed to a group of facts, a page at a time. */
export function AuditLog(props: {
  groups: Option<string>[]
  queryKey: (group: string) => QueryKey
  list: (look: Look) => Promise<AuditPage>
  nameOf?: NameOf
  /** Ids under each sentence. */
  idsOf?: (entry: AuditEntry) => string
}) {
  const now = createClock()
  const [group, setGroup] = createSignal('')
  const log = useInfiniteQuery(() => ({
    queryKey: props.queryKey(group()),
    queryFn: ({ pageParam, signal }) =>
      props.list({ kind: group() || undefined, cursor: pageParam, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: AuditPage) => last.nextCursor ?? undefined,
  }))
  const entries = () =>
    log.isPending || log.isLoadingError ? undefined : log.data.pages.flatMap(({ items }) => items)

  return (
    <div class='grid gap-5'>
      <div class='w-full max-w-[260px]'>
        <Select label='Show' value={group()} options={props.groups} onChange={setGroup} />
      </div>
      <Loaded
        query={log}
        data={entries()}
        label='Loading the log'
        refusal='You may not read this log any more.'
      >
        {(all) => (
          <Show
            when={all().length}
            fallback={
              <EmptyState icon={ScrollText} title='Nothing of this kind yet'>
                What happens from now on is written down here.
              </EmptyState>
            }
          >
            <ol class='divide-y divide-line border-y border-line'>
              <For each={all()}>
                {(entry) => (
                  <Entry
                    entry={entry}
                    now={now()}
                    nameOf={props.nameOf}
                    ids={props.idsOf?.(entry)}
                  />
                )}
              </For>
            </ol>
            <Show when={log.hasNextPage}>
              <div class='mt-6 grid justify-items-center'>
                <Button isBusy={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
                  Load more
                </Button>
              </div>
            </Show>
          </Show>
        )}
      </Loaded>
    </div>
  )
}

function Entry(props: {
  entry: AuditEntry
  now: number
  nameOf: NameOf | undefined
  ids: string | undefined
}) {
  const isThere = () => props.entry.kind !== 'video.deleted' && props.entry.videoId
  return (
    <li class='flex items-baseline gap-x-6 gap-y-0.5 py-2.5 max-sm:flex-col'>
      <div class='min-w-0 flex-1'>
        <p class='text-pretty wrap-anywhere'>
          <strong class='font-semi'>{actorWords(props.entry, props.nameOf)}</strong>{' '}
          {auditWords(props.entry, props.nameOf)}
          <Show when={isThere()}>
            {(videoId) => (
              <>
                {' '}
                <A
                  href={`/studio/videos/${videoId()}`}
                  class='link whitespace-nowrap'
                  aria-label={`Open the video ${videoId()}`}
                >
                  Open
                </A>
              </>
            )}
          </Show>
        </p>
        <Show when={props.ids}>
          <p class='font-mono text-label wrap-anywhere text-ink-3'>{props.ids}</p>
        </Show>
      </div>
      <time
        class='num shrink-0 text-meta text-ink-3'
        datetime={props.entry.at}
        title={formatRelative(props.entry.at, props.now)}
      >
        {formatDateTime(props.entry.at)}
      </time>
    </li>
  )
}
