import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseSync } from 'vite'

/** One guard of the Worker that can be taken out while it runs. */
export interface Guard {
  id: number
  /** From the repository's root. */
  file: string
  line: number
  /** As it stands in the file, on one line. */
  text: string
}

interface Edit {
  at: number
  insert: string
}

interface Node {
  type: string
  start: number
  end: number
  [key: string]: unknown
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value

function* walk(node: Node): Generator<Node> {
  yield node
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value])
      if (isNode(child)) yield* walk(child)
  }
}

const conditions = /^(?:eq|ne|gt|gte|lt|lte|isNull|isNotNull|inArray|exists|notExists)$/
const demands = /^(?:require[A-Z]\w*|countTry|countCall)$/

const calleeOf = (node: Node | undefined): string => {
  if (node?.type !== 'CallExpression') return ''
  const callee = node['callee'] as Node & { name?: string; property?: Node & { name?: string } }
  return callee.name ?? `.${callee.property?.name ?? ''}`
}

const isRefusal = (node: Node): boolean => {
  const then = node['consequent'] as Node & { body?: Node[] }
  const [only, ...more] = then.type === 'BlockStatement' ? (then.body ?? []) : [then]
  return !node['alternate'] && only?.type === 'ThrowStatement' && more.length === 0
}

/** Arguments of `and(…)` that are calls, and a comparison that is all of `.where(…)`. */
function narrowings(node: Node): Node[] {
  const name = calleeOf(node)
  const args = (node['arguments'] ?? []) as Node[]
  if (name === 'and') return args.filter(({ type }) => type === 'CallExpression')
  if (name === '.where') return args.filter((arg) => conditions.test(calleeOf(arg)))
  return []
}

/**
 * A file's guards, and its text with a switch in each: statements that throw for want of something,
 * calls that demand something, and conditions that narrow a query. The switches of the first two are
 * reached where they would refuse.
 */
export function makeCuttable(root: string, file: string, firstId: number) {
  const source = readFileSync(path.join(root, file), 'utf8')
  const guards: Guard[] = []
  const edits: Edit[] = []
  type Text = (id: number) => string
  const wrap = (node: Node, before: Text, after: Text, shown = node) => {
    const id = firstId + guards.length
    const line = source.slice(0, shown.start).split('\n').length
    const text = source.slice(shown.start, shown.end).replaceAll(/\s+/g, ' ')
    guards.push({ id, file, line, text })
    edits.push({ at: node.start, insert: before(id) }, { at: node.end, insert: after(id) })
  }
  const { program, errors } = parseSync(file, source)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`)
  for (const node of walk(program as unknown as Node)) {
    if (node.type === 'IfStatement' && isRefusal(node)) {
      wrap(
        node['test'] as Node,
        () => '(',
        (id) => `) && !cutGuard(${id})`,
        node,
      )
    } else if (node.type === 'ExpressionStatement') {
      const expression = node['expression'] as Node
      const call = expression.type === 'AwaitExpression' ? expression['argument'] : expression
      if (demands.test(calleeOf(call as Node))) {
        wrap(
          node,
          () => 'try { ',
          (id) => ` } catch (refusal) { if (!cutGuard(${id})) throw refusal }`,
        )
      }
    }
    for (const arg of narrowings(node))
      wrap(
        arg,
        (id) => `(cutGuard(${id}) ? undefined : `,
        () => ')',
      )
  }
  // What begins at one place nests: the outer stands first, and ends last.
  const ordered = edits.map((edit, index) => ({ ...edit, index })).toSorted((a, b) => a.at - b.at)
  let text = ''
  let from = 0
  for (const { at, insert } of ordered) {
    text += source.slice(from, at) + insert
    from = at
  }
  return { guards, text: `${text}${source.slice(from)}\n${switchText}` }
}

/**
 * `CUT` names the guard that is out: tests set it in their own process, and the Worker is told it
 * with the time. Where `CUT_SEEN` is set, guards say that they were reached: the Worker by its log,
 * tests of plain functions by a line of that file.
 */
const switchText = `
function cutGuard(id) {
  const { process, WebSocketPair, CUT, CUT_TEST, CUT_NOW, __vitest_worker__: test } = globalThis
  CUT_NOW?.add(id)
  const { CUT_SEEN } = process?.env ?? {}
  if (CUT_SEEN && WebSocketPair) console.log('[guard ' + id + ']')
  else if (CUT_SEEN) {
    const line = JSON.stringify([test?.filepath ?? '', CUT_TEST ?? '', id]) + String.fromCharCode(10)
    process.getBuiltinModule('node:fs').appendFileSync(CUT_SEEN, line)
  }
  return CUT === String(id)
}
`
