import { useQuery } from '@tanstack/solid-query'
import { For, Match, Show, Switch } from 'solid-js'
import { client } from '../../api/session.ts'
import { usePage } from '../../ui/page.ts'
import { Bone, ErrorState, Skeleton } from '../../ui/state.tsx'
import { MethodTag, OperationEntry } from './operation-entry.tsx'
import type { Document } from './openapi.ts'
import { groupByTag } from './openapi.ts'
import { Prose } from './prose.tsx'

const specUrl = '/api/v1/openapi.json'

/** The API, printed from the same contracts that the server runs. */
export function DocsPage() {
  usePage(() => 'API')
  const query = useQuery(() => ({
    queryKey: ['openapi'],
    queryFn: ({ signal }) => client.call<Document>('GET', specUrl, { signal, auth: 'none' }),
    staleTime: Infinity,
  }))
  return (
    <Switch>
      <Match when={query.isPending}>
        <h1 class='sr-only'>API</h1>
        <Skeleton label='Loading the API' class='grid gap-4 pt-8'>
          <Bone class='h-9 w-60' />
          <For each={[1, 2, 3, 4, 5, 6]}>{() => <Bone class='h-12 w-full' />}</For>
        </Skeleton>
      </Match>
      <Match when={query.isError}>
        <h1 class='sr-only'>API</h1>
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      </Match>
      <Match when={query.isSuccess && query.data}>
        {(document) => <Reference document={document()} />}
      </Match>
    </Switch>
  )
}

function Reference(props: { document: Document }) {
  const groups = () => groupByTag(props.document)
  const aboutTag = (tag: string) =>
    props.document.tags?.find((each) => each.name === tag)?.description
  return (
    <div class='grid gap-x-10 md:grid-cols-[236px_minmax(0,1fr)]'>
      <nav
        aria-label='Operations'
        class='sticky top-16 max-h-[calc(100dvh-64px)] self-start overflow-y-auto py-4 pr-2 max-md:hidden'
      >
        <For each={groups()}>
          {(group) => (
            <>
              <p class='mt-4 mb-1 px-2 text-meta font-semi text-ink-3 first:mt-0'>{group.tag}</p>
              <ul>
                <For each={group.entries}>
                  {(entry) => (
                    <li>
                      <a
                        href={`#${entry.id}`}
                        class='flex items-baseline gap-2 rounded-ctl px-2 py-1.5 text-meta text-ink-2 hover:bg-sunken hover:text-ink'
                        onClick={() => openEntry(entry.id)}
                      >
                        <MethodTag method={entry.method} isBare />
                        <span>{entry.operation.summary ?? entry.path}</span>
                      </a>
                    </li>
                  )}
                </For>
              </ul>
            </>
          )}
        </For>
      </nav>
      <div class='min-w-0 max-w-[920px] py-4'>
        <h1 class='text-headline font-semi'>{props.document.info.title} API</h1>
        <p class='mt-2 max-w-[62ch] text-read whitespace-pre-line text-ink-2'>
          <Prose text={props.document.info.description} />
        </p>
        <p class='mt-3 text-meta text-ink-3'>
          Version {props.document.info.version} ·{' '}
          <a href={specUrl} class='link underline underline-offset-3' rel='external'>
            OpenAPI document
          </a>
        </p>
        <For each={groups()}>
          {(group) => (
            <section class='mt-10'>
              <h2 class='text-section font-strong'>{group.tag}</h2>
              <Show when={aboutTag(group.tag)}>
                <p class='mt-1 max-w-[62ch] text-ink-2'>{aboutTag(group.tag)}</p>
              </Show>
              <div class='mt-3 border-t border-line'>
                <For each={group.entries}>
                  {(entry) => <OperationEntry document={props.document} entry={entry} />}
                </For>
              </div>
            </section>
          )}
        </For>
      </div>
    </div>
  )
}

function openEntry(id: string) {
  const details = document.getElementById(id)
  if (details instanceof HTMLDetailsElement) details.open = true
}
