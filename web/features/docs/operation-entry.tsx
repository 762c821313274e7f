import Copy from 'lucide-solid/icons/copy'
import Lock from 'lucide-solid/icons/lock'
import { For, Show } from 'solid-js'
import { IconButton } from '../../ui/button.tsx'
import { copyText } from '../../ui/clipboard.ts'
import { Icon } from '../../ui/icon.tsx'
import { notify } from '../../ui/toast.tsx'
import type { Document, Entry } from './openapi.ts'
import { accessOf, curlOf, jsonSchema, resolve } from './openapi.ts'
import { Prose } from './prose.tsx'
import { FieldList } from './schema-view.tsx'

const tones: Record<string, string> = {
  get: 'bg-action-soft text-action',
  delete: 'bg-danger-soft text-danger',
}

export function MethodTag(props: { method: string; isBare?: boolean }) {
  return (
    <span
      class={`w-[52px] shrink-0 rounded-tag text-center font-mono text-[11px] leading-5 font-strong uppercase ${props.isBare ? 'w-[42px]! text-left! text-ink-3' : (tones[props.method] ?? 'bg-time-soft text-time-ink')}`}
    >
      {props.method === 'delete' && props.isBare ? 'del' : props.method}
    </span>
  )
}

/** One operation, folded: a native disclosure, so that keys and search in the page work. */
export function OperationEntry(props: { document: Document; entry: Entry }) {
  const operation = () => props.entry.operation
  const parameters = () =>
    (operation().parameters ?? []).map((parameter) => resolve(props.document, parameter))
  const body = () => {
    const request = operation().requestBody
    return jsonSchema(request && resolve(props.document, request))
  }
  const responses = () =>
    Object.entries(operation().responses ?? {}).map(([status, response]) => ({
      status,
      response: resolve(props.document, response),
    }))
  const isOpen = () => location.hash === `#${props.entry.id}`

  return (
    <details id={props.entry.id} open={isOpen()} class='group scroll-mt-20 border-b border-line'>
      <summary class='flex list-none flex-wrap items-center gap-x-3 gap-y-1 rounded-ctl py-3 hover:bg-surface [&::-webkit-details-marker]:hidden'>
        <MethodTag method={props.entry.method} />
        <code class='min-w-0 font-mono text-meta font-semi break-all'>{props.entry.path}</code>
        <Show when={accessOf(props.document, operation()) !== 'public'}>
          <span class='text-ink-3' title='For signed-in callers'>
            <Icon of={Lock} size={15} />
            <span class='sr-only'>For signed-in callers</span>
          </span>
        </Show>
        <span class='text-ink-2 max-sm:basis-full'>{operation().summary}</span>
      </summary>
      <div class='grid grid-cols-[minmax(0,1fr)] gap-6 pt-2 pb-8'>
        <Show when={operation().description}>
          <p class='max-w-[66ch] text-list whitespace-pre-line text-ink-2'>
            <Prose text={operation().description} />
          </p>
        </Show>
        <Show when={parameters().length}>
          <div>
            <h3 class='mb-1 font-strong'>Parameters</h3>
            <FieldList
              document={props.document}
              fields={parameters().map((parameter) => ({
                name: parameter.name,
                schema: parameter.schema ?? {},
                isRequired: parameter.required ?? false,
                note: `in ${parameter.in}`,
                description: parameter.description,
              }))}
            />
          </div>
        </Show>
        <Show when={body()}>
          {(schema) => (
            <div>
              <h3 class='mb-1 font-strong'>Body</h3>
              <FieldList document={props.document} schema={schema()} />
            </div>
          )}
        </Show>
        <For each={responses()}>
          {(each) => (
            <Show when={each.status.startsWith('2')}>
              <div>
                <h3 class='mb-1 font-strong'>
                  Answer <span class='num text-ok'>{each.status}</span>
                </h3>
                <Show
                  when={jsonSchema(each.response)}
                  fallback={
                    <p class='text-ink-2'>
                      <Prose text={each.response.description} />
                    </p>
                  }
                >
                  {(schema) => <FieldList document={props.document} schema={schema()} />}
                </Show>
              </div>
            </Show>
          )}
        </For>
        <Errors responses={responses().filter((each) => !each.status.startsWith('2'))} />
        <Example text={curlOf(props.document, props.entry, location.origin)} />
      </div>
    </details>
  )
}

function Errors(props: { responses: { status: string; response: { description?: string } }[] }) {
  return (
    <Show when={props.responses.length}>
      <div>
        <h3 class='mb-1 font-strong'>Errors</h3>
        <ul class='grid gap-1 text-meta text-ink-2'>
          <For each={props.responses}>
            {(each) => (
              <li class='flex gap-3'>
                <span class='num w-10 shrink-0 font-semi text-danger'>{each.status}</span>
                <span>
                  <Prose text={each.response.description} />
                </span>
              </li>
            )}
          </For>
        </ul>
      </div>
    </Show>
  )
}

function Example(props: { text: string }) {
  async function copy() {
    const isCopied = await copyText(props.text)
    notify(isCopied ? 'The command is copied.' : 'Copying was refused by the browser.')
  }
  return (
    <div class='relative'>
      <h3 class='mb-1 font-strong'>Example</h3>
      <pre
        tabindex={0}
        aria-label='Command for a shell'
        class='overflow-x-auto rounded-ctl bg-sunken py-3 pr-14 pl-4 font-mono text-meta'
      >
        {props.text}
      </pre>
      <IconButton
        label='Copy the command'
        class='absolute! right-1.5 bottom-0.5'
        onClick={() => void copy()}
      >
        <Icon of={Copy} size={17} />
      </IconButton>
    </div>
  )
}
