import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')

/** Rows that belong to a workspace and are found by an id that a caller may have made up. */
const tenantTables = ['invitations', 'apiKeys', 'signingKeys', 'memberships']

/** A file, words of the statement, and why it needs no scope of its own. */
const exceptions: [string, string, string][] = [
  ['auth/identify.ts', 'apiKeys', 'a key is found by its own secret'],
  ['workspace/join.ts', 'usesLeft', 'the membership before it was made by the token alone'],
  ['key/service.ts', 'lastUsedAt', 'the id is of the key that calls'],
  ['key/service.ts', 'not(hasMaker(ctx))', 'the sweep is about the keys of all workspaces'],
  [
    'signing-key/live.ts',
    'eq(signingKeys.id, id)',
    'a token names its key, and its workspace is compared',
  ],
  ['signing-key/service.ts', 'keptMs', 'the sweep is about the keys of all workspaces'],
  ['audit/read.ts', 'events.actorId', 'names of actors, for events that the caller may read'],
]

interface Statement {
  file: string
  text: string
}

/** From the table's name in `.from(…)`, `.update(…)`, `.delete(…)` to the end of its chain. */
function findStatements(file: string): Statement[] {
  const source = readFileSync(path.join(root, 'worker/features', file), 'utf8')
  const names = tenantTables.join('|')
  const starts = source.matchAll(
    new RegExp(`\\.(?:from|update|delete|innerJoin|leftJoin)\\((?:${names})\\b`, 'g'),
  )
  return [...starts].map((match) => ({ file, text: chainFrom(source, match.index) }))
}

/** A chain of calls ends at the first line that is not indented deeper or begins no `.call`. */
function chainFrom(source: string, index: number): string {
  let depth = 0
  for (let at = index; at < source.length; at++) {
    const char = source[at]!
    if (char === '(') depth += 1
    if (char === ')') depth -= 1
    if (depth < 0) return source.slice(index, at)
    if (depth === 0 && char === '\n' && !/^\s*\./.test(source.slice(at + 1))) {
      return source.slice(index, at)
    }
  }
  return source.slice(index)
}

const scope = /workspaceId|workspaces\.id|userId|createdBy|tokenHash|endsAt/

/** Names of conditions that are made elsewhere in the file and hold the scope. */
function scopedNames(file: string): string[] {
  const source = readFileSync(path.join(root, 'worker/features', file), 'utf8')
  const made = source.matchAll(
    /(?:const|function) (\w+)\b([\s\S]*?)(?=\n\s*(?:const|function|return|await|export)\b|\n\n)/g,
  )
  return [...made].filter(([, , text]) => scope.test(text!)).map(([, name]) => name!)
}

test('every statement on rows of a workspace names the workspace, the person or a secret', () => {
  const files = globSync('**/*.ts', { cwd: path.join(root, 'worker/features') }).filter(
    (file) => !file.endsWith('.test.ts'),
  )
  const statements = files.flatMap(findStatements)
  expect(statements.length).toBeGreaterThan(3)
  const open = statements.filter(({ file, text }) => {
    if (scope.test(text)) return false
    if (exceptions.some(([where, words]) => where === file && text.includes(words))) return false
    return !scopedNames(file).some((name) => new RegExp(`\\b${name}\\b`).test(text))
  })
  expect(open.map(({ file, text }) => `${file}: ${text.slice(0, 160)}`)).toEqual([])
})
