import { readFileSync } from 'node:fs'
import { globSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')

/** Rows of features: one may call services of its own row and of those above it. */
const rows = [
  ['auth', 'user', 'workspace', 'key', 'mail', 'outside', 'avatar'],
  [
    ...['upload', 'source', 'video', 'transcode', 'delivery', 'link', 'embed'],
    ...['mixer', 'billing', 'licence'],
  ],
  ['comment', 'reaction', 'playlist', 'subscription', 'analytics'],
  ['notification', 'search', 'webhook', 'audit', 'live'],
  ['admin', 'cleanup', 'health'],
]
const rowOf = (feature: string) => rows.findIndex((row) => row.includes(feature))

interface Import {
  file: string
  /** Path from the root, or a package name. */
  target: string
}

const isTest = (file: string) => /\.test\.tsx?$|(^|\/)test\//.test(file)

function readImports(file: string): Import[] {
  const text = readFileSync(path.join(root, file), 'utf8')
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s+['"]([^'"]+)['"]/g,
  )
  return [...found].map((match) => {
    const named = match[1] ?? match[2] ?? match[3] ?? ''
    const target = named.startsWith('.')
      ? path.join(path.dirname(file), named)
      : named.replace(/^#contracts\//, 'worker/contracts/').replace(/^#media\//, 'worker/media/')
    return { file, target }
  })
}

const files = globSync('{worker,transcoder,web}/**/*.{ts,tsx}', { cwd: root }).filter(
  (file) => !isTest(file) && !file.includes('node_modules'),
)
const imports = files.flatMap(readImports)
const from = (prefix: string) => imports.filter(({ file }) => file.startsWith(prefix))
const isTypeName = (name: string) => !name.trim() || name.trim().startsWith('type ')
const isPackage = ({ target }: Import) =>
  !/^(worker|transcoder|web|scripts|e2e|bench)\//.test(target)
const show = (list: Import[]) => list.map(({ file, target }) => `${file} imports ${target}`)

/** Everything in `prefix` that imports something other than what `allowed` lets through. */
const strays = (prefix: string, allowed: (one: Import) => boolean) =>
  show(from(prefix).filter((one) => !allowed(one)))

const inside =
  (...rooms: string[]) =>
  ({ target }: Import) =>
    rooms.some((room) => target.startsWith(room))
const named =
  (...packages: string[]) =>
  ({ target }: Import) =>
    packages.some((name) => target === name || target.startsWith(`${name}/`))
const any =
  (...rules: ((one: Import) => boolean)[]) =>
  (one: Import) =>
    rules.some((rule) => rule(one))

test('imports were found at all', () => expect(imports.length).toBeGreaterThan(100))

test('contracts import zod alone', () => {
  expect(strays('worker/contracts/', any(inside('worker/contracts/'), named('zod')))).toEqual([])
})

test('media knows no binding', () => {
  const allowed = inside('worker/media/', 'worker/contracts/')
  expect(strays('worker/media/', allowed)).toEqual([])
})

test('core knows no feature', () => {
  const allowed = any(
    isPackage,
    inside('worker/core/', 'worker/contracts/', 'worker/env.ts', 'worker/ports/'),
  )
  expect(strays('worker/core/', allowed)).toEqual([])
})

test('ports know contracts and the types of core', () => {
  const allowed = any(
    isPackage,
    inside('worker/ports/', 'worker/contracts/', 'worker/core/', 'worker/env.ts'),
  )
  expect(strays('worker/ports/', allowed)).toEqual([])
})

test('a feature uses its own files, any table, and services of its row or an earlier one', () => {
  const wrong = from('worker/features/').filter(({ file, target }) => {
    if (!target.startsWith('worker/features/')) return false
    const [own = '', other = ''] = [file.split('/')[2], target.split('/')[2]]
    if (own === other || target.endsWith('/table.ts')) return false
    return rowOf(other) < 0 || rowOf(other) > rowOf(own)
  })
  expect(show(wrong)).toEqual([])
})

test('each feature has its place in a row', () => {
  const features = new Set(from('worker/features/').map(({ file }) => file.split('/')[2]!))
  expect([...features].filter((feature) => rowOf(feature) < 0)).toEqual([])
})

test('anyone reads a table, only its owner writes it', () => {
  const writes = files
    .filter((file) => file.startsWith('worker/features/'))
    .flatMap((file) => {
      const text = readFileSync(path.join(root, file), 'utf8')
      const foreign = [...text.matchAll(/import \{([^}]+)\} from '\.\.\/\w+\/table\.ts'/g)]
        .flatMap((match) => (match[1] ?? '').split(','))
        .map((name) => name.replace('type ', '').trim())
      const isWritten = (table: string) =>
        new RegExp(
          `\\.(?:update|insert|delete)\\(${table}\\)|insertWhere\\([^,]+,\\s*${table},`,
        ).test(text)
      return foreign.filter(isWritten).map((table) => `${file} writes ${table}`)
    })
  expect(writes).toEqual([])
})

test('listeners are imported by queues.ts alone', () => {
  const wrong = imports.filter(
    ({ file, target }) => target.endsWith('/listen.ts') && file !== 'worker/queues.ts',
  )
  expect(show(wrong)).toEqual([])
})

test('the transcoder imports contracts, media and its own', () => {
  const allowed = any(isPackage, inside('transcoder/', 'worker/contracts/', 'worker/media/'))
  expect(strays('transcoder/', allowed)).toEqual([])
})

test('fluent-ffmpeg has one home', () => {
  const users = imports.filter(named('fluent-ffmpeg')).map(({ file }) => file)
  expect([...new Set(users)].filter((file) => file !== 'transcoder/run/ffmpeg.ts')).toEqual([])
})

test('a transcoder plan is pure', () => {
  const wrong = from('transcoder/plan/').filter(
    any(
      inside('transcoder/run/'),
      ({ target }) => target.startsWith('node:') && target !== 'node:path',
    ),
  )
  expect(show(wrong)).toEqual([])
})

test('the web imports contracts and its own', () => {
  const allowed = any(isPackage, inside('web/', 'worker/contracts/'))
  expect(strays('web/', allowed)).toEqual([])
})

test('no page loads zod: it asks for eval, which the policy of pages forbids', () => {
  const withZod = new Set(
    files.filter((file) => {
      const isContract = file.startsWith('worker/contracts/')
      return (
        isContract &&
        /import \{[^}]*\} from 'zod'/.test(readFileSync(path.join(root, file), 'utf8'))
      )
    }),
  )
  const loaded = files
    .filter((file) => file.startsWith('web/'))
    .flatMap((file) => {
      const text = readFileSync(path.join(root, file), 'utf8')
      return [...text.matchAll(/import (type )?\{([^}]*)\} from '#(contracts\/[^']+)'/g)]
        .filter(([, isType, names]) => !isType && !names!.split(',').every(isTypeName))
        .filter(([, , , target]) => withZod.has(`worker/${target}`))
        .map(([, , , target]) => `${file} loads ${target}`)
    })
  expect(loaded).toEqual([])
})

test('the parts hold no data', () => {
  expect(strays('web/ui/', any(isPackage, inside('web/ui/', 'worker/contracts/')))).toEqual([])
})

test('the player needs no framework', () => {
  const allowed = any(inside('web/player/', 'worker/contracts/'), named('hls.js'))
  expect(strays('web/player/', allowed)).toEqual([])
})

test('the Worker never imports the other programs', () => {
  const wrong = from('worker/').filter(inside('transcoder/', 'web/', 'scripts/'))
  expect(show(wrong)).toEqual([])
})
