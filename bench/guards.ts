/**
 * Does a test notice when a guard is missing? `node bench/guards.ts [--list] [--every=N] [pattern]`:
 * takes out one guard after another in a copy of the repository, builds the Worker and runs the
 * tests, those nearest first, until one fails. Prints each guard and what caught it; exits with 1
 * below 95 % caught. A guard is a statement that throws for want of a right, or one condition of a
 * query that narrows it. Some two minutes a guard.
 */
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { root } from '../scripts/lib/paths.ts'

const minShare = 0.95
const rooms = '{core,features/{auth,user,workspace,key,outside,audit,admin,video,upload,delivery}}'

interface Guard {
  file: string
  line: number
  text: string
  without: (line: string) => string
}

const isCondition = /^\s*(?:eq|isNull|gt|lt|gte|lte|ne|exists|notExists|inArray)\(.*\),$/
const rules: [RegExp, Guard['without']][] = [
  [/^\s*await require(?:Role|Owner)\w*\(.*\)$/, () => ''],
  [/^\s*requireVerified\(.*\)$/, () => ''],
  [/^\s*requireSameOrigin\(.*\)$/, () => ''],
  [
    /^\s*if \(.*\) throw /,
    (line) => line.replace(/if \(.*?\) throw/, 'if (globalThis.never) throw'),
  ],
  [/^\s*await countTry\(.*\)$/, () => ''],
  [isCondition, (line) => line.replace(/\S.*,$/, 'undefined,')],
]

function findGuards(): Guard[] {
  const files = globSync(`worker/${rooms}/**/*.ts`, { cwd: root }).filter(
    (file) => !file.endsWith('.test.ts'),
  )
  return files.toSorted().flatMap((file) =>
    readFileSync(path.join(root, file), 'utf8')
      .split('\n')
      .flatMap((text, index) => {
        const rule = rules.find(([pattern]) => pattern.test(text))
        return rule ? [{ file, line: index + 1, text, without: rule[1] }] : []
      }),
  )
}

const args = process.argv.slice(2)
const pattern = new RegExp(args.find((arg) => !arg.startsWith('--')) ?? '.')
const every = Number(/--every=(\d+)/.exec(args.join(' '))?.[1] ?? 1)
const guards = findGuards()
  .filter(({ file, text }) => pattern.test(`${file}: ${text}`))
  .filter((_, index) => index % every === 0)
if (args.includes('--list')) {
  for (const { file, line, text } of guards) console.log(`${file}:${line} ${text.trim()}`)
  console.log(`${guards.length} guards`)
  process.exit(0)
}

const copy = path.join(mkdtempSync(path.join(tmpdir(), 'lantern-guards-')), 'lantern')
cpSync(root, copy, {
  recursive: true,
  filter: (from) => !/\/(?:node_modules|\.git|\.lantern|dist)$/.test(from),
})
symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'))

/** The room's own tests first, then those of rights, then what is left. */
const suitesFor = (file: string): string[][] => [
  [`${path.dirname(file)}/`],
  ['worker/test/matrix', 'worker/test/origin', 'worker/test/session', 'worker/test/accounts'],
  ['worker/features/', 'worker/core/', 'worker/test/delivery', 'worker/test/every-route'],
]

function runSuite(files: string[]): string | undefined {
  const vitest = path.join(copy, 'node_modules/vitest/vitest.mjs')
  const run = spawnSync(process.execPath, [vitest, 'run', '--bail', '1', ...files], {
    cwd: copy,
    encoding: 'utf8',
    timeout: 600_000,
    maxBuffer: 2 ** 28,
    env: { ...process.env, FORCE_COLOR: '0' },
  })
  if (run.status === 0) return undefined
  return /FAIL\s+(.*)/.exec(run.stdout)?.[1] ?? run.stdout.trim().split('\n').at(-1) ?? 'failed'
}

let caught = 0
for (const { file, line, text, without } of guards) {
  const target = path.join(copy, file)
  const source = readFileSync(target, 'utf8')
  const lines = source.split('\n')
  lines[line - 1] = without(text)
  writeFileSync(target, lines.join('\n'))
  let catcher: string | undefined
  for (const suite of suitesFor(file)) catcher ??= runSuite(suite)
  writeFileSync(target, source)
  if (catcher) caught += 1
  console.log(
    `${catcher ? 'caught' : 'MISSED'} ${file}:${line} ${text.trim()}${catcher ? ` ← ${catcher}` : ''}`,
  )
}
rmSync(path.dirname(copy), { recursive: true, force: true })
const share = caught / guards.length
console.log(
  `${caught} of ${guards.length} guards are noticed when they are gone: ${(share * 100).toFixed(1)} %`,
)
process.exit(share < minShare ? 1 : 0)
