/**
 * What ffmpeg and ffprobe touch while they read strangers' files:
 * `node bench/contain.ts [folder] [wall]`. The whole recipe runs under strace, over the corpus and
 * over playlists in disguise that point at a neighbour's job and at a local address. Exits with 1 if
 * a file outside of the job is opened, an address asked, or a byte of the neighbour comes out.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'
import { defaultLadder } from '#contracts/ladder.ts'
import { makeClip } from '../transcoder/test/clip.ts'
import { listDisguises, sessionTo } from '../transcoder/test/playlist.ts'
import { inParallel } from '../transcoder/run/parallel.ts'
import { makeWorkFolder } from './lib/film.ts'
import { openFleet } from './lib/fleet.ts'
import type { End } from './lib/fleet.ts'
import { makeTracer, readTraces } from './lib/trace.ts'
import type { Traced } from './lib/trace.ts'

const corpus = process.argv[2] ?? path.join(import.meta.dirname, '../../shared/media')
if (!existsSync(corpus)) throw new Error(`There is no corpus at ${corpus}`)
const width = 2
const marker = 'CANARY-7f3a-of-the-neighbour'
const dir = makeWorkFolder()
const change = {
  ladder: defaultLadder.slice(-1),
  deadlines: { heartbeatSeconds: 15, leaseSeconds: 120, hardSeconds: 25 },
}

let hits = 0
const trap = createServer((_, response) => {
  hits++
  response.end(marker)
})
await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve))
const { port } = trap.address() as { port: number }

/** A neighbour's job beside those that run, with a film and a text that must never come out. */
function seedNeighbour(scratch: string): string[] {
  const neighbour = path.join(scratch, 'neighbour')
  mkdirSync(neighbour, { recursive: true })
  makeClip(path.join(neighbour, 'film.ts'), {
    seconds: 1,
    options: ['-metadata', `title=${marker}`],
  })
  writeFileSync(path.join(neighbour, 'text'), `${marker}\n`.repeat(1000))
  // From a job's folder, and from one above it as a process of the transcoder has one.
  const relative = ['../neighbour', '../../neighbour'].map((place) => `${place}/film.ts`)
  const absolute = ['film.ts', 'text'].map((name) => path.join(neighbour, name))
  return [...relative, ...absolute, `http://127.0.0.1:${port}/film.ts`]
}

function layDisguises(folder: string, targets: string[]): string[] {
  mkdirSync(folder, { recursive: true })
  return [...listDisguises(targets), sessionTo('127.0.0.1', port)].map(({ text }, i) => {
    const file = path.join(folder, `${i}.mp4`)
    writeFileSync(file, text)
    return file
  })
}

interface Row {
  name: string
  ends: End[]
  traced: Traced
  markers: number
  hits: number
}

const countMarkers = (ends: End[]) =>
  ends.filter(({ stored, failure }) => {
    const outputs = [...stored].filter(([key]) => key !== 'source')
    return (
      outputs.some(([, { body }]) => body.includes(marker)) || failure?.message.includes(marker)
    )
  }).length

async function runAll(wall: string, what: string, listFiles: (scratch: string) => string[]) {
  const folder = path.join(dir, `${wall}-${what}`)
  const scratch = path.join(folder, 'scratch')
  const { bin, traces } = makeTracer(folder)
  const files = listFiles(scratch)
  const env = { TRANSCODER_WALL: wall, PATH: `${bin}:${process.env['PATH']}` }
  const fleet = await openFleet(scratch, width, env)
  const hitsBefore = hits
  const ends: End[] = []
  await inParallel(files, width, async (file) => void ends.push(await fleet.run(file, change)))
  await fleet.stop()
  const row: Row = {
    ...{ name: `${wall}, ${what}`, ends, markers: countMarkers(ends), hits: hits - hitsBefore },
    traced: readTraces(traces, scratch),
  }
  return row
}

/** ffmpeg as it comes, to see that the disguises bite where nothing stands before them. */
function countBites(): number {
  const scratch = path.join(dir, 'bare')
  const job = path.join(scratch, 'job')
  const targets = seedNeighbour(scratch)
  return layDisguises(job, targets).filter((file) => {
    const traced = ['-f', '-qq', '-e', 'trace=openat,connect', 'ffmpeg', '-v', 'error', '-i', file]
    const { stderr } = spawnSync('strace', [...traced, '-t', '1', '-f', 'null', '-'], {
      cwd: job,
      timeout: 20_000,
    })
    return /neighbour\/(film\.ts|text)"[^\n]* = \d|connect\([^\n]*AF_INET/.test(`${stderr}`)
  }).length
}

const bites = countBites()
const corpusFiles = readdirSync(corpus)
  .map((name) => path.join(corpus, name))
  .filter((file) => statSync(file).isFile() && !/\.(md)$|SUMS$/.test(file))
const rows: Row[] = []
const walls = process.argv[3] ? [process.argv[3]] : ['bubblewrap', 'container']
for (const wall of walls) {
  rows.push(await runAll(wall, 'corpus', () => corpusFiles))
  rows.push(
    await runAll(wall, 'disguises', (scratch) =>
      layDisguises(path.join(dir, wall), seedNeighbour(scratch)),
    ),
  )
}
trap.close()

const version = execFileSync('ffmpeg', ['-version']).toString().split(' Copyright')[0]
console.log(`${version}; bare ffmpeg is bitten by ${bites} disguises\n`)
console.table(
  Object.fromEntries(
    rows.map(({ name, ends, traced, markers, hits: rowHits }) => [
      name,
      {
        files: ends.length,
        ready: ends.filter(({ how }) => how === 'ready').length,
        failed: ends.filter(({ how }) => how === 'failed').length,
        stuck: ends.filter(({ how }) => how === 'stuck').length,
        processes: traced.processCount,
        opens: traced.openCount,
        outside: traced.outside.length,
        'outside, missed': traced.missed.length,
        connects: traced.connects.length,
        hits: rowHits,
        'with marker': markers,
      },
    ]),
  ),
)
const codes = new Map<string, number>()
for (const { failure } of rows.flatMap(({ ends }) => ends)) {
  if (failure) codes.set(failure.code, (codes.get(failure.code) ?? 0) + 1)
}
console.log('failures', Object.fromEntries(codes))
for (const { name, traced } of rows) {
  const list = (title: string, all: string[]) =>
    all.length && console.log(name, title, [...new Set(all)].slice(0, 20))
  list('outside', traced.outside)
  list('missed', traced.missed)
  list('connects', traced.connects)
}

const isHeld = rows.every(
  ({ name, ends, traced, markers, hits: rowHits }) =>
    traced.processCount > 0 &&
    traced.outside.length + traced.connects.length + markers + rowHits === 0 &&
    ends.every(({ how }) => how === (name.endsWith('disguises') ? 'failed' : how)) &&
    ends.every(({ how }) => how !== 'stuck'),
)
if (!isHeld || bites === 0) {
  console.error(bites ? 'Something got through.' : 'The disguises harm nobody: they prove nothing.')
  process.exitCode = 1
}
