/** The part of OpenAPI 3.1 that the page reads. https://spec.openapis.org/oas/v3.1.1.html */
export interface Schema {
  $ref?: string
  type?: string | string[]
  format?: string
  description?: string
  enum?: unknown[]
  const?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  pattern?: string
  default?: unknown
  example?: unknown
  examples?: unknown[]
}

export interface Parameter {
  $ref?: string
  name: string
  in: string
  required?: boolean
  description?: string
  schema?: Schema
}

interface Media {
  schema?: Schema
}

export interface Body {
  $ref?: string
  required?: boolean
  description?: string
  content?: Record<string, Media>
}

export interface Operation {
  operationId?: string
  summary?: string
  description?: string
  tags?: string[]
  security?: Record<string, string[]>[]
  parameters?: Parameter[]
  requestBody?: Body
  responses?: Record<string, Body>
}

export interface Document {
  info: { title: string; version: string; description?: string }
  servers?: { url: string }[]
  tags?: { name: string; description?: string }[]
  security?: Record<string, string[]>[]
  paths: Record<string, Record<string, Operation>>
  components?: Record<string, Record<string, unknown>>
}

export interface Entry {
  id: string
  method: string
  path: string
  operation: Operation
}

const methods = ['get', 'post', 'put', 'patch', 'delete']

/** Operations by tag, in the order of the document. */
export function groupByTag(document: Document): { tag: string; entries: Entry[] }[] {
  const groups = new Map<string, Entry[]>()
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const method of methods) {
      const operation = operations[method]
      if (!operation) continue
      const id = operation.operationId ?? `${method}-${path.replaceAll(/\W+/g, '-')}`
      const tag = operation.tags?.[0] ?? 'Other'
      groups.set(tag, [...(groups.get(tag) ?? []), { id, method, path, operation }])
    }
  }
  return [...groups].map(([tag, entries]) => ({ tag, entries }))
}

/** Follows `#/components/…`; a broken reference gives an empty object. */
export function resolve<T extends { $ref?: string }>(document: Document, value: T): T {
  if (!value.$ref) return value
  const [kind, name] = value.$ref.split('/').slice(-2)
  const target = document.components?.[kind ?? '']?.[name ?? ''] as T | undefined
  return target ? resolve(document, target) : ({} as T)
}

export const refName = (schema: Schema): string | undefined => schema.$ref?.split('/').at(-1)

/** "string", "integer or null", "array of Video". */
export function typeName(document: Document, schema: Schema): string {
  const name = refName(schema)
  const target = resolve(document, schema)
  const choices = target.anyOf ?? target.oneOf
  if (choices) return [...new Set(choices.map((choice) => typeName(document, choice)))].join(' or ')
  if (name && target.properties) return name
  if (target.items) return `array of ${typeName(document, target.items)}`
  const type = Array.isArray(target.type) ? target.type.join(' or ') : (target.type ?? 'any')
  return target.format ? `${type} (${target.format})` : type
}

/** The first choice with fields: what is worth unfolding of "Progress or null". */
export function objectOf(document: Document, schema: Schema): Schema | undefined {
  const target = resolve(document, schema)
  if (target.properties) return target
  if (target.items) return objectOf(document, target.items)
  for (const choice of [
    ...(target.anyOf ?? []),
    ...(target.oneOf ?? []),
    ...(target.allOf ?? []),
  ]) {
    const found = objectOf(document, choice)
    if (found) return found
  }
  return undefined
}

/** A value that fits the schema, for the example. */
export function exampleOf(document: Document, schema: Schema, depth = 0): unknown {
  const target = resolve(document, schema)
  if (target.example !== undefined) return target.example
  if (target.examples?.length) return target.examples[0]
  if (target.const !== undefined) return target.const
  if (target.enum?.length) return target.enum[0]
  if (target.default !== undefined) return target.default
  const choice = target.anyOf?.[0] ?? target.oneOf?.[0] ?? target.allOf?.[0]
  if (choice) return exampleOf(document, choice, depth)
  if (target.properties && depth < 4) {
    const fields = Object.entries(target.properties)
    return Object.fromEntries(
      fields.map(([name, field]) => [name, exampleOf(document, field, depth + 1)]),
    )
  }
  const type = Array.isArray(target.type) ? target.type[0] : target.type
  if (type === 'array') return target.items ? [exampleOf(document, target.items, depth + 1)] : []
  if (type === 'integer' || type === 'number') return Math.max(1, target.minimum ?? 1)
  if (type === 'boolean') return true
  return target.format === 'email' ? 'name@example.com' : 'text'
}

/** How a caller shows who they are; an empty requirement in the list makes it optional. */
export function accessOf(document: Document, operation: Operation): 'public' | 'token' | 'cookie' {
  const security = operation.security ?? document.security ?? []
  const names = security.map((each) => Object.keys(each)[0])
  if (names.length === 0 || names.includes(undefined)) return 'public'
  const schemes = document.components?.['securitySchemes'] as
    Record<string, { in?: string }> | undefined
  return schemes?.[names[0] ?? '']?.in === 'cookie' ? 'cookie' : 'token'
}

export const jsonSchema = (body: Body | undefined): Schema | undefined =>
  Object.entries(body?.content ?? {}).find(([type]) => type.includes('json'))?.[1].schema

/** A command to paste into a shell. */
export function curlOf(document: Document, entry: Entry, origin: string): string {
  const { operation } = entry
  const base = document.servers?.[0]?.url ?? ''
  const host = base.startsWith('http') ? base.replace(/\/$/, '') : origin
  const lines = [
    `curl ${entry.method === 'get' ? '' : `-X ${entry.method.toUpperCase()} `}'${host}${entry.path}'`,
  ]
  const access = accessOf(document, operation)
  if (access === 'token') lines.push(`-H "Authorization: Bearer $TOKEN"`)
  if (access === 'cookie') lines.push('-b cookies.txt -c cookies.txt')
  const body = operation.requestBody && resolve(document, operation.requestBody)
  const schema = jsonSchema(body)
  if (schema) {
    lines.push(`-H 'Content-Type: application/json'`)
    const text = JSON.stringify(exampleOf(document, schema)).replaceAll("'", String.raw`'\''`)
    lines.push(`-d '${text}'`)
  }
  return lines.join(' \\\n  ')
}
