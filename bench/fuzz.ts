/**
 * Does any damage to a file break the reader of sources?
 *
 *   node bench/fuzz.ts [inputs, 10000] [first seed, 1]
 *
 * Made films of each container, and the real and hostile ones beside the repository where they
 * are, each with up to three kinds of damage: flipped bits, bytes, extreme box sizes and counts,
 * cuts, moved pieces. Each goes through index, head and segments, as in the Worker. Prints how they
 * ended and the slowest; any other error than a refusal, a read outside of the file, or more than a
 * second is a failure, named by its seed.
 */
import { existsSync, globSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { ffmpeg } from '../scripts/lib/clip.ts'
import { inRoot } from '../scripts/lib/paths.ts'
import { type Outcome, createDice, damage, takeThrough } from '../worker/media/test/fuzz.ts'
import { makeWorkFolder } from './lib/film.ts'

const inputs = Number(process.argv[2] ?? 10_000)
const firstSeed = Number(process.argv[3] ?? 1)
const slowMs = 1000
const maxFileBytes = 1_500_000

const dir = makeWorkFolder()
const films = [...(await makeFilms()), ...(await findCorpus())]
console.log(`${inputs} inputs from ${films.length} files`)

const ends: Record<string, number> = {}
const failures: string[] = []
const times: number[] = []
for (let i = 0; i < inputs; i++) {
  const seed = firstSeed + i
  const film = films[i % films.length]!
  const dice = createDice(seed * 2_654_435_761)
  const file = damage(film.bytes, dice)
  const name = `seed ${seed}, ${film.name}`
  const startedAt = performance.now()
  const outcome = await takeThrough(file).catch((error: unknown) => String(error))
  judge(name, outcome, performance.now() - startedAt)
}
times.sort((a, b) => a - b)
console.log(ends)
console.log(
  `median ${times[times.length >> 1]!.toFixed(1)} ms, slowest ${times.at(-1)!.toFixed(0)} ms`,
)
for (const failure of failures) console.log(failure)
console.log(failures.length === 0 ? 'no failure' : `${failures.length} failures`)
process.exitCode = failures.length === 0 ? 0 : 1

function judge(name: string, outcome: Outcome | string, ms: number): void {
  times.push(ms)
  if (typeof outcome === 'string') return void failures.push(`${name}: ${outcome}`)
  ends[outcome.end] = (ends[outcome.end] ?? 0) + 1
  if (outcome.strays > 0) failures.push(`${name}: ${outcome.strays} reads outside of the file`)
  if (ms > slowMs) failures.push(`${name}: ${ms.toFixed(0)} ms`)
}

interface Film {
  name: string
  bytes: Uint8Array
}

async function makeFilms(): Promise<Film[]> {
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=192x144:rate=12:duration=14']
  const sound = ['-f', 'lavfi', '-i', 'sine=sample_rate=16000:duration=14']
  const h264 = ['-c:v', 'libx264', '-g', '24', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-b:a', '16k']
  const kinds: [string, string[]][] = [
    ['plain.mp4', h264],
    ['first.mp4', [...h264, '-movflags', '+faststart']],
    ['fragments.mp4', [...h264, '-movflags', '+frag_keyframe+empty_moov']],
    ['sidx.mp4', [...h264, '-movflags', '+frag_keyframe+empty_moov+global_sidx']],
    ['film.mov', h264],
    ['film.mkv', h264],
    ['live.mkv', [...h264, '-live', '1']],
    ['film.ts', h264],
    ['film.webm', ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-g', '24', '-c:a', 'libopus']],
    ['sound.m4a', ['-vn', '-c:a', 'aac']],
  ]
  return Promise.all(
    kinds.map(async ([name, options]) => {
      const file = path.join(dir, name)
      await ffmpeg([...picture, ...sound, ...options, file])
      return { name, bytes: new Uint8Array(await readFile(file)) }
    }),
  )
}

/** Small ones only: damage in the samples themselves says little. */
async function findCorpus(): Promise<Film[]> {
  const folder = inRoot('..', 'shared', 'media')
  if (!existsSync(folder)) {
    console.log(`the real films are left out: there is no ${folder}`)
    return []
  }
  const files = globSync('**/*.{mp4,mov,m4v,mkv,webm,ts,mts,m2ts,3gp}', { cwd: folder })
  const found: Film[] = []
  for (const name of files.toSorted()) {
    const file = path.join(folder, name)
    if ((await stat(file)).size > maxFileBytes) continue
    found.push({ name, bytes: new Uint8Array(await readFile(file)) })
  }
  return found
}
