/**
 * Does a test notice when a guard is missing? `node bench/guards.ts [--list] [--from=dir] [--seen=log] [pattern]`:
 * builds the Worker once with a switch before each guard, learns which test reaches which, and runs
 * those tests again with one guard after another out (see lib/cut-shim.ts). A test counts that
 * passes twice with every guard in and fails with one out. Prints each guard and what caught it;
 * exits with 1 below 95 % caught. Ten minutes to learn, an hour to try; the folder that it names serves
 * `--from`, which learns nothing anew, and what it printed serves `--seen`, which tries nothing twice.
 */
import { spawn } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { root } from '../scripts/lib/paths.ts'
import { type Guard, makeCuttable } from './lib/cut.ts'
import { makeCopy } from './lib/cut-copy.ts'

const minShare = 0.95
const atOnce = 2
const longestMs = 1200_000
const rooms =
  '{core,features/{auth,user,workspace,key,outside,audit,admin,avatar,video,upload,delivery}}'
/** Films and faults take minutes, and guards of rights are not what they are about. */
const isSlow = /fault-|chunks|pipeline|features\/(?:transcode|source|cleanup)\//

interface Learned {
  guards: Guard[]
  /** Of each file of tests. */
  seconds: [string, number][]
  /** `file name` of tests that fail with every guard in: some read the source. */
  unsound: string[]
  /** Guard, file, and the name of a test; empty for what is reached before the first. */
  reached: [number, string, string][]
}

function findGuards() {
  const files = globSync(`worker/${rooms}/**/*.ts`, { cwd: root })
    .filter((file) => !file.endsWith('.test.ts'))
    .toSorted()
  const guards: Guard[] = []
  const texts = new Map<string, string>()
  for (const file of files) {
    const made = makeCuttable(root, file, guards.length + 1)
    guards.push(...made.guards)
    if (made.guards.length > 0) texts.set(file, made.text)
  }
  return { guards, texts }
}

const args = process.argv.slice(2)
const from = args.find((arg) => arg.startsWith('--from='))?.slice('--from='.length)
const pattern = new RegExp(args.find((arg) => !arg.startsWith('--')) ?? '.')
const isWanted = ({ file, text }: Guard) => pattern.test(`${file}: ${text}`)
const show = ({ file, line, text }: Guard) => `${file}:${line} ${text}`
if (args.includes('--list')) {
  const listed = findGuards().guards.filter(isWanted)
  for (const guard of listed) console.log(show(guard))
  console.log(`${listed.length} guards`)
  process.exit(0)
}

const dir = mkdtempSync(path.join(tmpdir(), 'lantern-guards-'))
const copy = path.join(dir, 'lantern')
const learnedFile = path.join(dir, 'learned.json')
const seenFile = path.join(dir, 'seen')

interface Run {
  output: string
  seconds: number
  hasFailed: boolean
}

function run(script: string, scriptArgs: string[], env: Record<string, string> = {}): Promise<Run> {
  const startedAt = Date.now()
  return new Promise((resolve) => {
    let output = ''
    const child = spawn(process.execPath, [script, ...scriptArgs], {
      cwd: copy,
      env: { ...process.env, NO_COLOR: '1', ...env },
      detached: true, // a group of its own: a Worker that a missing guard lets spin hears no signal
    })
    const stop = () => process.kill(-child.pid!, 'SIGKILL')
    const timer = setTimeout(stop, longestMs)
    process.once('exit', stop)
    child.stdout.on('data', (text) => (output += text))
    child.stderr.on('data', (text) => (output += text))
    child.on('close', (code) => {
      clearTimeout(timer)
      process.off('exit', stop)
      resolve({ output, seconds: (Date.now() - startedAt) / 1000, hasFailed: code !== 0 })
    })
  })
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

const vitest = path.join(root, 'node_modules/vitest/vitest.mjs')
const escape = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

/** Runs some tests of one file; all of them where none is named. */
function runTests(file: string, names: string[], env: Record<string, string>): Promise<Run> {
  const project = file.endsWith('.world.test.ts') ? 'integration' : 'unit'
  const only = names.length > 0 ? ['-t', `^(?:${names.map(escape).join('|')})$`] : []
  const patience = ['--testTimeout', '3600000']
  return run(vitest, ['run', '--project', project, ...patience, file, ...only], env)
}

/** Works through a list, so many at once, in its order. */
async function each<T>(list: T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...list]
  const next = async () => {
    for (let item = waiting.shift(); item; item = waiting.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, next))
}

const failuresOf = (output: string): string[] =>
  [...output.matchAll(/FAIL\s+(?:\|\w+\|\s+)?\S+ > (.*)/g)].map(([, name = '']) =>
    name.replaceAll(' > ', ' ').trim(),
  )

async function learn(guards: Guard[]): Promise<Learned> {
  const seconds: Learned['seconds'] = []
  const unsound: string[] = []
  const files = globSync('worker/**/*.test.ts', { cwd: root }).filter((file) => !isSlow.test(file))
  await each(files.toSorted(), async (file) => {
    const learned = await runTests(file, [], { CUT_SEEN: seenFile })
    seconds.push([file, learned.seconds])
    for (const name of failuresOf(learned.output)) {
      unsound.push(`${file} ${name}`)
      console.log(`left out, for it fails with every guard in: ${file}: ${name}`)
    }
  })
  const lines = new Set(readFileSync(seenFile, 'utf8').trim().split('\n'))
  const reached = [...lines].map((line): Learned['reached'][number] => {
    const [testPath, name, id] = JSON.parse(line) as [string, string, number]
    return [id, path.relative(copy, testPath), name.replaceAll(' > ', ' ')]
  })
  return { guards, seconds, unsound, reached }
}

const { guards, texts } = findGuards()
makeCopy(copy, texts)
const built = await run('build-once.ts', [])
if (built.hasFailed) throw new Error(built.output)
const learned: Learned = from
  ? JSON.parse(readFileSync(path.join(from, 'learned.json'), 'utf8'))
  : await learn(guards)
if (JSON.stringify(learned.guards) !== JSON.stringify(guards)) {
  throw new Error('the code has changed since: learn anew')
}
writeFileSync(learnedFile, JSON.stringify(learned))
const unsound = new Set(learned.unsound)
/** By file: guards by the name of a test. */
const reached = new Map<string, Map<string, number[]>>()
for (const [id, file, name] of learned.reached) {
  if (!name || unsound.has(`${file} ${name}`)) continue
  const ofFile = reached.get(file) ?? new Map<string, number[]>()
  reached.set(file, ofFile.set(name, [...(ofFile.get(name) ?? []), id]))
}

const wanted = learned.guards.filter(isWanted)
const seenLog = args.find((arg) => arg.startsWith('--seen='))?.slice('--seen='.length)
const seenBefore = seenLog ? readFileSync(seenLog, 'utf8').split('\n') : []
const isSeen = (guard: Guard) =>
  seenBefore.some((line) => line.startsWith(`caught ${show(guard)} ← `))
const open = new Map(wanted.filter((guard) => !isSeen(guard)).map((guard) => [guard.id, guard]))
console.log(`${dir}: ${wanted.length} guards, ${wanted.length - open.size} caught before`)

type Finding =
  ['unrepeatable' | 'slow' | 'spoiled', string] | ['caught' | 'suspect', string, number]

interface Limits {
  maxMs: number
  maxTries: number
  /** The guards that a file is asked about. */
  isFor: (guard: Guard, file: string) => boolean
}

/** Runs a file with some guards out in turn; answers what it found. */
async function tryFile(
  file: string,
  guards: Record<string, number[]>,
  { maxMs, maxTries }: Limits,
): Promise<Finding[]> {
  const place = mkdtempSync(path.join(dir, 'run-'))
  const [plan, found] = [path.join(place, 'plan.json'), path.join(place, 'found')]
  writeFileSync(plan, JSON.stringify({ guards, maxMs, maxTries }))
  writeFileSync(found, '')
  const names = Object.keys(guards)
  await runTests(file, names, { CUT_PLAN: plan, CUT_FOUND: found, CUT_SEEN: '/dev/null' })
  const lines = readFileSync(found, 'utf8').split('\n').filter(Boolean)
  rmSync(place, { recursive: true })
  return lines.map((line) => JSON.parse(line) as Finding)
}

function settle(file: string, findings: Finding[]): void {
  for (const [kind, name, id] of findings) {
    const guard = kind === 'caught' && id !== undefined ? open.get(id) : undefined
    if (!guard) continue
    open.delete(guard.id)
    console.log(`caught ${show(guard)} ← ${file}: ${name}`)
  }
}

const left = new Map<string, Set<string>>()

/** Once more where a guard broke the world: in doubt with that one alone, then with the others. */
async function work(file: string, limits: Limits): Promise<void> {
  const suspects = new Set<number>()
  for (;;) {
    const guards: Record<string, number[]> = {}
    for (const [name, ids] of reached.get(file) ?? []) {
      const wantedHere = ids.filter((id) => isAsked(id, file, limits) && !suspects.has(id))
      if (wantedHere.length > 0 && (limits.maxMs < slowMs || left.get(file)?.has(name))) {
        guards[name] = wantedHere
      }
    }
    if (Object.keys(guards).length === 0) return
    const findings = await tryFile(file, guards, limits)
    settle(file, findings)
    for (const [kind, name] of findings) {
      if (kind === 'slow') left.set(file, (left.get(file) ?? new Set()).add(name))
    }
    if (!findings.some(([kind]) => kind === 'spoiled')) return
    const suspect = findings.find(([kind]) => kind === 'suspect')
    if (!suspect) continue
    const [, name, id] = suspect
    suspects.add(id!)
    settle(file, await tryFile(file, { [name]: [id!] }, { ...limits, maxMs: slowMs }))
  }
}

const quickMs = 6000
const slowMs = 60_000
const isAsked = (id: number, file: string, { isFor }: Limits) => {
  const guard = open.get(id)
  return guard !== undefined && isFor(guard, file)
}
const isWorth = (file: string, limits: Limits) =>
  [...(reached.get(file)?.values() ?? [])].some((ids) =>
    ids.some((id) => isAsked(id, file, limits)),
  )
/** Most guards are noticed by the tests beside them, so these are asked first, and with patience. */
const near: Limits = {
  maxMs: quickMs,
  maxTries: 12,
  isFor: (guard, file) => path.dirname(guard.file) === path.dirname(file),
}
const across: Limits = { ...near, maxTries: 6, isFor: (_, file) => file.startsWith('worker/test/') }
const anywhere: Limits = { ...near, maxTries: 2, isFor: () => true }
const files = learned.seconds.toSorted(([, a], [, b]) => a - b).map(([file]) => file)
const reachedIds = new Set(learned.reached.map(([id]) => id))
const reachedCount = wanted.filter(({ id }) => reachedIds.has(id)).length
console.log(`${reachedCount} of ${wanted.length} guards are reached by a test`)
for (const limits of [near, across, anywhere]) {
  await each(
    files.filter((file) => isWorth(file, limits)),
    (file) => work(file, limits),
  )
  console.log(`${open.size} are left`)
}
console.log('Those that tests reach which take longer')
await each([...left.keys()], (file) => work(file, { ...anywhere, maxTries: 6, maxMs: slowMs }))

for (const guard of open.values()) console.log(`missed: ${show(guard)}`)
const share = 1 - open.size / wanted.length
console.log(
  `${wanted.length - open.size} of ${wanted.length} guards are noticed when they are gone: ` +
    `${(share * 100).toFixed(1)} %; again by --from=${dir}`,
)
process.exit(share < minShare ? 1 : 0)
