/**
 * A long film made by chunks against one pass: `node bench/chunks.ts [minutes] [lines]`. The same
 * frames on one unbroken clock, sound and picture together to the end; what chunks cost over one
 * pass in CPU; and how long two machines of one core take, with all that a task does beside ffmpeg,
 * against the ffmpeg of one pass on one of them. Exits with 1 beyond what we hold.
 */
import { execFile, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { TaskReport, TaskSplit } from '#contracts/task.ts'
import type { PublishedRendition, TaskSpec } from '#contracts/task.ts'
import { listOutputs, planEncode, toEncodeCommand } from '../transcoder/plan/encode.ts'
import { probeSource } from '../transcoder/run/probe.ts'
import { makeSpec, startServer } from '../transcoder/test/server.ts'
import { makeWorkFolder } from './lib/film.ts'
import type { Done, Order } from './lib/one-core.ts'

const run = promisify(execFile)
const held = { cpu: 1.05, wall: 0.6, offsetMs: 10 }
const seconds = Math.round(Number(process.argv[2] ?? 10) * 60)
const lines = Number(process.argv[3] ?? 1080)
const dir = makeWorkFolder()
const media = path.resolve(import.meta.dirname, '..', '..', 'shared', 'media')
const quiet = ['-v', 'error', '-nostdin', '-y']
const flashSeconds = 5

/** Pans over a coast from the air, mirrored at its edges; a flash and a beep each ten seconds. */
async function makeFilm(file: string): Promise<void> {
  const loop = path.join(dir, 'loop.mov')
  const isFlash = `between(mod(t\\,10)\\,${flashSeconds}\\,${flashSeconds + 0.1})`
  const graph = [
    '[0:v]fps=30,loop=loop=-1:size=300,setpts=N/30/TB,trim=duration=20,split=4[a][b][c][d]',
    ...['[b]hflip[e]', '[c]vflip[f]', '[d]hflip,vflip[g]'],
    '[a][e][f][g]xstack=inputs=4:layout=0_0|w0_0|0_h0|w0_h0,scale=2348:-2:flags=bicubic,' +
      "crop=1920:1080:x='214*(1+sin(t*0.628))':y='34*(1+sin(t*1.257))'," +
      `drawbox=c=white:t=fill:enable=${isFlash},scale=-2:${lines},format=yuv420p,setsar=1[v]`,
  ].join(';')
  const beep = `aevalsrc=sin(2*PI*1000*t)*${isFlash}:s=48000:d=20`
  await run('ffmpeg', [
    ...[...quiet, '-i', path.join(media, '21-gopro-karma.mp4'), '-f', 'lavfi', '-i', beep],
    ...['-filter_complex', graph, '-map', '[v]', '-map', '1:a', '-t', '20'],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '21', '-c:a', 'pcm_s16le', loop],
  ])
  const rounds = `${Math.ceil(seconds / 20) - 1}`
  await run('ffmpeg', [
    ...[...quiet, '-stream_loop', rounds, '-i', loop, '-t', `${seconds}`],
    ...['-c:v', 'copy', '-c:a', 'aac', file],
  ])
}

/** One transcoder on one core. */
function startMachine(core: number) {
  const program = path.join(import.meta.dirname, 'lib', 'one-core.ts')
  const args = ['-c', `${core}`, process.execPath, program, path.join(dir, `machine-${core}`)]
  const child = spawn('taskset', args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const order = (what: Order) =>
    new Promise<Done>((resolve, reject) => {
      child.once('message', (done) => resolve(done as Done))
      child.once('exit', () => reject(new Error('A machine is gone')))
      child.send(what)
    })
  return { order, stop: () => child.kill() }
}

console.log(`${cpus().length} × ${cpus()[0]?.model.trim()}; making ${seconds} s of 1080p30`)
const file = path.join(dir, 'film.mp4')
await makeFilm(file)
const machines = [startMachine(0), startMachine(1)]
process.once('exit', () => machines.forEach(({ stop }) => stop()))
const server = await startServer()
const spec = makeSpec(server, file, {
  ...{ fleetSlots: 2, lane: 'opening' }, // no other lane is as little disturbed
  deadlines: { heartbeatSeconds: 15, leaseSeconds: 12_000, hardSeconds: 36_000 },
})

/** Attempts tell the reports of tasks apart. */
async function make(machine: (typeof machines)[number], task: TaskSpec) {
  const { how, ownCpuSeconds } = await machine.order({ spec: task })
  if (how !== 'completed') throw new Error(`${task.kind}: ${how}`)
  const reports = server.calls.filter(({ name }) => name === 'complete')
  const report = reports.map(({ body }) => TaskReport.parse(body))
  return { report: report.find(({ attempt }) => attempt === task.attempt)!, ownCpuSeconds }
}

const source = await probeSource(file, new AbortController().signal)
const plan = { ...planEncode(source, spec), audios: [] }
const outDir = path.join(dir, 'out')
for (const { name } of listOutputs(plan)) mkdirSync(path.join(outDir, name), { recursive: true })
const command = toEncodeCommand(source, plan, { sourcePath: file, outDir })
const passStartedAt = performance.now()
const whole = await machines[0]!.order({ command, folder: dir })
const passSeconds = (performance.now() - passStartedAt) / 1000
console.log(
  `one pass   ${whole.cpuSeconds.toFixed(1)} CPU s for its pictures, ` +
    `${passSeconds.toFixed(1)} s on one machine`,
)

const lead = await make(machines[0]!, spec)
const split = TaskSplit.parse(server.calls.find(({ name }) => name === 'split')?.body)
console.log(`split      ${split.chunks.length} chunks; sound in ${lead.report.cpuSeconds} CPU s`)

interface Made {
  renditions: PublishedRendition[]
  prefix: string
  ffmpegSeconds: number
  cpuSeconds: number
}
const made: Made[] = []
const waiting = split.chunks.values()
const startedAt = performance.now()
await Promise.all(
  machines.map(async (machine) => {
    for (const chunk of waiting) {
      const prefix = `v/out/c${chunk.number}/`
      const { report, ownCpuSeconds } = await make(machine, {
        ...spec,
        ...{ kind: 'chunk', chunk, split: split.plan, attempt: chunk.number + 2 },
        output: { ...spec.output, prefix },
      })
      const ffmpegSeconds = report.cpuSeconds ?? 0
      const cpuSeconds = ffmpegSeconds + ownCpuSeconds
      made[chunk.number] = { renditions: report.renditions, prefix, ffmpegSeconds, cpuSeconds }
    }
  }),
)
const wallSeconds = (performance.now() - startedAt) / 1000

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
const cpuRatio = sum(made.map(({ ffmpegSeconds }) => ffmpegSeconds)) / whole.cpuSeconds
/** When the last of so many machines is done, if each has a core for itself. */
function schedule(count: number): number {
  const busy = Array.from({ length: count }, () => 0)
  for (const { cpuSeconds } of made) busy[busy.indexOf(Math.min(...busy))]! += cpuSeconds
  return Math.max(...busy)
}
const wallRatio = wallSeconds / passSeconds
const total = sum(made.map(({ cpuSeconds }) => cpuSeconds))
console.log(`chunks     ${total.toFixed(1)} CPU s; of ffmpeg ${cpuRatio.toFixed(3)} × one pass`)
console.log(
  `machines   two take ${wallSeconds.toFixed(1)} s for the chunks, ${wallRatio.toFixed(3)} of what ` +
    `one took for one pass; by CPU ${(schedule(2) / schedule(1)).toFixed(3)}`,
)

/** What players get of a rendition, in one file. */
function join(name: string): string {
  const parts = made.flatMap(({ renditions, prefix }, i) => {
    const { initKey, segments } = renditions.find((rendition) => rendition.name === name)!
    return [...(i ? [] : [initKey]), ...segments.map(({ key }) => key)].map((key) => prefix + key)
  })
  const joined = path.join(dir, `${name}.mp4`)
  writeFileSync(joined, Buffer.concat(parts.map((key) => server.objects.get(key)!.body)))
  return joined
}

let isExact = true
for (const { name } of split.plan.videos) {
  const entries = ['-show_entries', 'packet=pts', '-of', 'csv=p=0']
  const probe = await run('ffprobe', ['-v', 'error', ...entries, join(name)], { maxBuffer: 1e9 })
  const pts = probe.stdout.trim().split('\n').map(Number)
  pts.sort((a, b) => a - b)
  const step = pts[1]! - pts[0]!
  const isUnbroken = pts.every((time, i) => time === pts[0]! + i * step)
  const { stderr } = await run('ffmpeg', [
    ...['-v', 'warning', '-nostdin', '-xerror', '-i', path.join(dir, `${name}.mp4`)],
    ...['-f', 'null', '-'],
  ])
  isExact &&= isUnbroken && pts.length === split.plan.frameCount && !stderr
  console.log(
    `${name.padEnd(10)} ${pts.length} of ${split.plan.frameCount} frames, clock ` +
      `${isUnbroken ? 'unbroken' : 'BROKEN'}, decoder says ${stderr ? stderr.trim() : 'nothing'}`,
  )
}

/** The last flash and the last beep. */
async function measureOffset(): Promise<number> {
  const from = Math.floor((seconds - flashSeconds) / 10) * 10
  const lowest = path.join(dir, `${split.plan.videos.at(-1)!.name}.mp4`)
  const options = { encoding: 'buffer', maxBuffer: 1e9 } as const
  const raw = ['-vf', 'scale=1:1', '-f', 'rawvideo', '-pix_fmt', 'gray', '-']
  const light = await run('ffmpeg', ['-v', 'error', '-i', lowest, ...raw], options)
  const { initKey, segments } = lead.report.renditions[0]!
  const keys = [initKey, ...segments.map(({ key }) => key)].map((key) => spec.output.prefix + key)
  const sound = path.join(dir, 'audio.mp4')
  writeFileSync(sound, Buffer.concat(keys.map((key) => server.objects.get(key)!.body)))
  const toPcm = ['-v', 'error', '-i', sound, '-ac', '1', '-f', 's16le', '-']
  const { stdout } = await run('ffmpeg', toPcm, options)
  const samples = new Int16Array(stdout.buffer, stdout.byteOffset, stdout.length >> 1)
  const seen = light.stdout.findIndex((value, i) => i >= from * 30 && value > 240) / 30
  const heard = samples.findIndex((value, i) => i >= from * 48_000 && Math.abs(value) > 4000)
  return (heard / 48_000 - seen) * 1000
}
const offsetMs = await measureOffset()
console.log(`together   sound is ${offsetMs.toFixed(1)} ms after the picture at the end`)
await server.close()
machines.forEach(({ stop }) => stop())

const isHeld =
  isExact && cpuRatio <= held.cpu && wallRatio <= held.wall && Math.abs(offsetMs) <= held.offsetMs
console.log(isHeld ? 'held' : `not held: ${JSON.stringify(held)}`)
process.exitCode = isHeld ? 0 : 1
