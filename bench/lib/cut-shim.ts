/**
 * Stands in for vitest in the files of tests of a copy that can be cut: runs each test as it is,
 * once more to see whether it can be repeated, and then once for each guard that it reaches, with
 * that guard out. What fails then, and passes again with the guard in, has caught it.
 */
import { appendFileSync, readFileSync } from 'node:fs'
import * as vitest from 'vitest'

// Own names win over those of `export *`.
export * from 'vitest'

interface Plan {
  /** Guards by the name of a test. */
  guards: Record<string, number[]>
  /** A test that takes longer is left for later. */
  maxMs: number
  /** A guard that so many tests of one file do not miss, the others hardly do. */
  maxTries: number
}
const planFile = process.env['CUT_PLAN']
const plan: Plan = planFile
  ? JSON.parse(readFileSync(planFile, 'utf8'))
  : { guards: {}, maxMs: 0, maxTries: 0 }
/** `CUT_NOW`: the guards that were reached since. */
const switches = globalThis as { CUT?: string; CUT_TEST?: string; CUT_NOW?: Set<number> }

/** One line a finding; see `Finding` in guards.ts. */
const note = (...finding: unknown[]) =>
  appendFileSync(process.env['CUT_FOUND']!, `${JSON.stringify(finding)}\n`)

type Run = (...args: unknown[]) => unknown
const before: Run[] = []
const after: Run[] = []
export const beforeEach = (run: Run, ...rest: never[]) => {
  before.push(run)
  return vitest.beforeEach(run as never, ...rest)
}
export const afterEach = (run: Run, ...rest: never[]) => {
  after.push(run)
  return vitest.afterEach(run as never, ...rest)
}

const patienceMs = 30_000

/** Does it pass, with what is done around it? What hangs does not. */
async function passes(run: Run, args: unknown[], cut: string): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  try {
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('hangs')), patienceMs)
    })
    const whole = async () => {
      for (const hook of [...after, ...before]) await hook()
      switches.CUT = cut
      await run(...args)
    }
    await Promise.race([whole(), late])
    return true
  } catch {
    return false
  } finally {
    clearTimeout(timer)
    switches.CUT = ''
  }
}

const tries = new Map<number, number>()
const done = new Set<number>()
let tried = 0
let isSpoiled = false

const tryCuts =
  (run: Run) =>
  async (...args: unknown[]) => {
    const name = (vitest.expect.getState().currentTestName ?? '').replaceAll(' > ', ' ')
    switches.CUT_TEST = name
    await run(...args)
    const wanted = (plan.guards[name] ?? []).filter(
      (id) => !done.has(id) && (tries.get(id) ?? 0) < plan.maxTries,
    )
    if (wanted.length === 0 || isSpoiled) return
    const startedAt = Date.now()
    const reached = (switches.CUT_NOW = new Set<number>())
    if (!(await passes(run, args, ''))) return note('unrepeatable', name)
    delete switches.CUT_NOW
    if (Date.now() - startedAt > plan.maxMs) return note('slow', name)
    for (const id of wanted.filter((one) => reached.has(one))) {
      tries.set(id, (tries.get(id) ?? 0) + 1)
      if (await passes(run, args, String(id))) {
        tried += 1
        continue
      }
      const isClean = await passes(run, args, '')
      // What was tried before may have broken the world, unless nothing was.
      note(isClean || tried === 0 ? 'caught' : 'suspect', name, id)
      tried += 1
      done.add(id)
      if (isClean) continue
      isSpoiled = true
      return note('spoiled', name)
    }
  }

const wrap = (target: object): unknown =>
  new Proxy(target, {
    apply: (call, self, args: unknown[]) =>
      Reflect.apply(
        call as Run,
        self,
        args.map((arg) => (typeof arg === 'function' ? tryCuts(arg as Run) : arg)),
      ),
    get: (from, key) => {
      const value = Reflect.get(from, key) as unknown
      if (key === 'skip' || key === 'only') return wrap(value as object)
      if (key !== 'each' && key !== 'for' && key !== 'skipIf' && key !== 'runIf') return value
      return (...args: unknown[]) => wrap(Reflect.apply(value as Run, from, args) as object)
    },
  })
export const test = wrap(vitest.test) as typeof vitest.test
