import { createSignal, For, Show } from 'solid-js'
import type { Document, Schema } from './openapi.ts'
import { objectOf, resolve, typeName } from './openapi.ts'
import { Prose } from './prose.tsx'

interface Field {
  name: string
  schema: Schema
  isRequired: boolean
  note?: string | undefined
  description?: string | undefined
}

/** The fields of an object, or a list given; what lies deeper unfolds on demand. */
export function FieldList(props: { document: Document; schema?: Schema; fields?: Field[] }) {
  const fields = (): Field[] => {
    if (props.fields) return props.fields
    const object = props.schema && objectOf(props.document, props.schema)
    return Object.entries(object?.properties ?? {}).map(([name, schema]) => ({
      name,
      schema,
      isRequired: object?.required?.includes(name) ?? false,
    }))
  }
  return (
    <Show
      when={fields().length}
      fallback={
        <p class='text-meta text-ink-2'>{props.schema && typeName(props.document, props.schema)}</p>
      }
    >
      <ul class='border-t border-line'>
        <For each={fields()}>
          {(field) => (
            <li class='border-b border-line py-2'>
              <FieldLine document={props.document} field={field} />
            </li>
          )}
        </For>
      </ul>
    </Show>
  )
}

function FieldLine(props: { document: Document; field: Field }) {
  const [isOpen, setOpen] = createSignal(false)
  const schema = () => resolve(props.document, props.field.schema)
  const inner = () => objectOf(props.document, props.field.schema)
  const description = () =>
    props.field.description ?? props.field.schema.description ?? schema().description
  return (
    <>
      <p class='flex flex-wrap items-baseline gap-x-2.5 text-meta'>
        <code class='font-mono font-strong'>{props.field.name}</code>
        <span class='text-ink-3'>{typeName(props.document, props.field.schema)}</span>
        <Show when={props.field.note}>
          <span class='text-ink-3'>{props.field.note}</span>
        </Show>
        <Show when={props.field.isRequired}>
          <span class='text-time-ink'>required</span>
        </Show>
        <span class='num text-ink-3'>{limits(schema())}</span>
      </p>
      <Show when={description()}>
        <p class='mt-0.5 max-w-[66ch] text-meta text-ink-2'>
          <Prose text={description()} />
        </p>
      </Show>
      <Show when={inner()}>
        {(object) => (
          <details class='mt-1' onToggle={(event) => setOpen(event.currentTarget.open)}>
            <summary class='inline-block rounded-tag py-0.5 text-meta font-semi text-action'>
              {isOpen() ? 'Hide fields' : 'Show fields'}
              <span class='sr-only'> of {props.field.name}</span>
            </summary>
            <Show when={isOpen()}>
              <div class='mt-1 border-l-2 border-line pl-4'>
                <FieldList document={props.document} schema={object()} />
              </div>
            </Show>
          </details>
        )}
      </Show>
    </>
  )
}

/** "1 to 200 characters", "0 to 100", "one of a, b". */
function limits(schema: Schema): string {
  if (schema.enum) return `one of ${schema.enum.map(String).join(', ')}`
  if (schema.minLength !== undefined || schema.maxLength !== undefined) {
    return span(schema.minLength, schema.maxLength, ' characters')
  }
  return span(told(schema.minimum), told(schema.maximum), '')
}

function span(low: number | undefined, high: number | undefined, unit: string): string {
  if (low !== undefined && high !== undefined) return `${low} to ${high}${unit}`
  if (high !== undefined) return `at most ${high}${unit}`
  return low === undefined ? '' : `at least ${low}${unit}`
}

/** zod prints the limits of safe integers, which tell a reader nothing. */
const told = (value: number | undefined): number | undefined =>
  value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined
