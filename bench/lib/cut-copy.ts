import { cpSync, globSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../../scripts/lib/paths.ts'

/**
 * A copy of the repository with other texts in some files, whose tests share one build of the
 * Worker, and note in the file `CUT_SEEN` which test reaches what.
 */
export function makeCopy(copy: string, texts: ReadonlyMap<string, string>): void {
  cpSync(root, copy, {
    recursive: true,
    filter: (from) => !/\/(?:node_modules|\.git|\.lantern)$/.test(from),
  })
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'))
  symlinkSync(path.join(root, '..', 'shared'), path.join(copy, '..', 'shared'))
  for (const [file, text] of texts) writeFileSync(path.join(copy, file), text)

  const change = (file: string, from: string, to: string) => {
    const text = readFileSync(path.join(copy, file), 'utf8')
    if (!text.includes(from)) throw new Error(`${file} has changed: it says no ${from}`)
    writeFileSync(
      path.join(copy, file),
      text.replace(from, () => to),
    )
  }
  const world = 'worker/test/world.ts'
  change(world, '      ...options.env,', "...options.env, CUT_SEEN: process.env.CUT_SEEN ?? '',")
  change(world, 'seed: nextSeed(clock) })', "seed: nextSeed(clock), cut: globalThis.CUT ?? '' })")
  const reading = 'const { now, seed } = await reply.json<{ now: number; seed: number }>()'
  change('worker/ports/clock.ts', reading, told)
  for (const file of globSync('worker/**/*.test.ts', { cwd: copy })) {
    const depth = '../'.repeat(file.split('/').length - 1)
    const text = readFileSync(path.join(copy, file), 'utf8')
    const shim = `from '${depth}bench/lib/cut-shim.ts'`
    writeFileSync(path.join(copy, file), text.replace("from 'vitest'", shim))
  }
  change(world, 'onLog: ({ message }) => logs.push(message),', noting)
  change(
    world,
    'import { inject } from',
    "import { appendFileSync } from 'node:fs'\nimport { expect, inject } from",
  )

  const setup = 'worker/test/global-setup.ts'
  const once = 'worker/test/global-setup-once.ts'
  writeFileSync(path.join(copy, once), readFileSync(path.join(copy, setup), 'utf8'))
  writeFileSync(path.join(copy, setup), provideGiven)
  writeFileSync(path.join(copy, 'build-once.ts'), buildOnce)
}

const told = `const { now, seed, cut } = await reply.json()
  globalThis.CUT = cut`

const noting = `onLog: ({ message }) => {
  const id = /^\\[guard (\\d+)\\]$/.exec(message)?.[1]
  if (!id) return void logs.push(message)
  globalThis.CUT_NOW?.add(Number(id))
  const { testPath, currentTestName } = expect.getState()
  const line = JSON.stringify([testPath, currentTestName ?? '', Number(id)])
  appendFileSync(process.env.CUT_SEEN, line + String.fromCharCode(10))
},`

const buildOnce = `import { writeFileSync } from 'node:fs'
import setup from './worker/test/global-setup-once.ts'
const given = {}
await setup({ name: '', provide: (key, value) => (given[key] = value), onTestsRerun: () => {} })
writeFileSync('given.json', JSON.stringify(given))`

const provideGiven = `import { readFileSync } from 'node:fs'
export default ({ provide }) => {
  const given = JSON.parse(readFileSync('given.json', 'utf8'))
  for (const [key, value] of Object.entries(given)) provide(key, value)
}`
