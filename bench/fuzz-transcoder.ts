/**
 * Damaged films through a real transcoder with all places taken:
 * `node bench/fuzz-transcoder.ts [seeds a film] [first seed]`. Each must end as ready or failed.
 * Exits with 1 if one is stuck, if the service dies, or if it does not leave in order.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { defaultLadder } from '#contracts/ladder.ts'
import { ffmpeg } from '../transcoder/test/clip.ts'
import { inParallel } from '../transcoder/run/parallel.ts'
import { makeWorkFolder } from './lib/film.ts'
import { openFleet } from './lib/fleet.ts'
import type { End } from './lib/fleet.ts'

const seedCount = Number(process.argv[2] ?? 50)
const firstSeed = Number(process.argv[3] ?? 1)
const width = Math.max(2, availableParallelism())
const corpus = path.join(import.meta.dirname, '../../shared/media')
const dir = makeWorkFolder()
const change = {
  ladder: defaultLadder.slice(-1),
  deadlines: { heartbeatSeconds: 15, leaseSeconds: 120, hardSeconds: 60 },
}

/** One of each family of container and codec, a second long. */
const kinds: Record<string, string[]> = {
  'h264.mp4': ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'],
  'h264.mkv': ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'ac3'],
  'hevc.mov': [
    '-c:v',
    'libx265',
    '-x265-params',
    'log-level=error',
    '-pix_fmt',
    'yuv420p',
    '-c:a',
    'alac',
  ],
  'vp9.webm': ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-c:a', 'libopus'],
  'mpeg2.ts': ['-c:v', 'mpeg2video', '-c:a', 'mp2'],
  'mpeg4.avi': ['-c:v', 'mpeg4', '-c:a', 'libmp3lame'],
  'theora.ogv': ['-c:v', 'libtheora', '-c:a', 'libvorbis'],
  'mjpeg.mov': ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-c:a', 'pcm_s16le'],
  'flv1.flv': ['-c:v', 'flv1', '-ar', '44100', '-c:a', 'libmp3lame'],
}

function makeFilms(): string[] {
  const films = Object.entries(kinds).map(([name, options]) => {
    const file = path.join(dir, name)
    const pictures = ['-f', 'lavfi', '-i', 'testsrc2=s=128x96:r=15:d=1']
    ffmpeg(...pictures, '-f', 'lavfi', '-i', 'sine=f=440:r=48000:d=1', ...options, file)
    return file
  })
  const sound = path.join(dir, 'flac.flac')
  ffmpeg('-f', 'lavfi', '-i', 'anoisesrc=d=1', sound)
  const taken = path.join(corpus, '31-start-at-8s.mp4')
  return existsSync(taken) ? [...films, taken] : [...films, sound]
}

/** Bits are turned behind the first 4 kB, so that it is still opened as what it is. */
function damage(film: string, seed: number): string {
  const options = ['-b', '4096-', '-r', '0.0005', '-s', `${seed}`]
  const bytes = execFileSync('zzuf', options, { input: readFileSync(film), maxBuffer: 1e8 })
  const file = path.join(dir, `damaged-${seed}-${path.basename(film)}`)
  writeFileSync(file, bytes)
  return file
}

interface Case {
  film: string
  seed: number
  end?: End
}

const films = makeFilms()
const cases: Case[] = Array.from({ length: seedCount }, (_, i) => i + firstSeed).flatMap((seed) =>
  films.map((film) => ({ film, seed })),
)
const scratch = path.join(dir, 'scratch')
mkdirSync(scratch)
let deaths = 0
let fleet = await openFleet(scratch, width)
const health = (await (await fetch(`${fleet.program.url}/healthz`)).json()) as { ffmpeg: string }
console.log(`${health.ffmpeg}\n${cases.length} films, ${width} at once`)

const startedAt = performance.now()
await inParallel(cases, width, async (each) => {
  const file = damage(each.film, each.seed)
  try {
    each.end = await fleet.run(file, change)
  } catch (error) {
    console.error(`seed ${each.seed} of ${path.basename(each.film)}:`, error)
    process.exitCode = 1
  }
  rmSync(file)
  if (!fleet.isDead()) return
  deaths++
  fleet = await openFleet(scratch, width)
})
const tookSeconds = (performance.now() - startedAt) / 1000

const exitCode = await fleet.stop()
const leftOver = readdirSync(scratch).flatMap((name) => readdirSync(path.join(scratch, name)))

const ended = cases.flatMap(({ film, seed, end }) => (end ? [{ film, seed, ...end }] : []))
const rows: Record<string, Record<string, number>> = {}
for (const { film, how, failure } of ended) {
  const row = (rows[path.basename(film)] ??= {})
  const column = failure?.code ?? how
  row[column] = (row[column] ?? 0) + 1
}
console.table(rows)
const stuck = ended.filter(({ how }) => how === 'stuck')
const crashed = ended.filter(({ failure }) =>
  /SIG(SEGV|ABRT|BUS|FPE|ILL)/.test(failure?.message ?? ''),
)
const ours = ended.filter(({ failure }) => ['internal', 'timed_out'].includes(failure?.code ?? ''))
for (const { film, seed, failure } of [...stuck, ...crashed, ...ours]) {
  console.log(`seed ${seed} of ${path.basename(film)}: ${failure?.message ?? 'stuck'}`)
}
const slowest = Math.max(...ended.map(({ tookMs }) => tookMs)) / 1000
console.log(
  `${ended.length} ended in ${tookSeconds.toFixed(0)} s, the slowest took ${slowest.toFixed(1)} s; ` +
    `${crashed.length} crashes of ffmpeg, ${stuck.length} stuck, ${deaths} deaths of the service, ` +
    `${leftOver.length} folders left`,
)
if (stuck.length || deaths || leftOver.length || exitCode !== 0) process.exitCode = 1
