/**
 * How much the whole ladder costs over its x264 encodes alone, in CPU seconds of one run:
 * `node bench/ladder.ts [seconds] [rounds]`. Exits with 1 above the ratio that we hold.
 */
import { mkdirSync, rmSync } from 'node:fs'
import { cpus } from 'node:os'
import path from 'node:path'
import { defaultAudio, defaultLadder, gopSeconds, segmentSeconds } from '#contracts/ladder.ts'
import type { Command } from '../transcoder/plan/command.ts'
import { planEncode, toEncodeCommand } from '../transcoder/plan/encode.ts'
import { codecOptions } from '../transcoder/plan/video-output.ts'
import { runFfmpeg } from '../transcoder/run/ffmpeg.ts'
import { probeSource } from '../transcoder/run/probe.ts'
import { findVersion } from '../transcoder/run/wall.ts'
import { makeFilm, makeWorkFolder } from './lib/film.ts'

const heldRatio = 1.2
const seconds = Number(process.argv[2] ?? 20)
const rounds = Number(process.argv[3] ?? 3)
const signal = new AbortController().signal
const dir = makeWorkFolder()
const limits = { folder: dir, addressSpaceBytes: 16e9, cpuSeconds: 3600, fileBytes: 64e9 }

/** User and system seconds of the process, as `ffmpeg -benchmark` counts them. */
async function cpuOf(command: Command): Promise<number> {
  const result = await runFfmpeg(command, { signal, limits })
  if (!result.isOk || result.cpuSeconds === null) {
    throw new Error(`${result.exitMessage}\n${result.errorLines.join('\n')}`)
  }
  return result.cpuSeconds
}

const toNull = ['-f', 'null']
const sourcePath = path.join(dir, 'film.mp4')
const outDir = path.join(dir, 'out')
const rawPath = path.join(dir, 'raw.yuv')

console.log(`${await findVersion()}; ${cpus().length} × ${cpus()[0]?.model.trim()}`)
console.log(`making ${seconds} s of 1080p30`)
makeFilm(sourcePath, seconds)

const source = await probeSource(sourcePath, signal)
const plan = planEncode(source, {
  ladder: defaultLadder,
  audio: defaultAudio,
  segmentSeconds,
  gopSeconds,
})
const ladder = toEncodeCommand(source, plan, { sourcePath, outDir })
for (const name of [...plan.videos.map((video) => video.name), 'audio']) {
  mkdirSync(path.join(outDir, name), { recursive: true })
}

/** The encoder alone: raw pictures of the right size in, the same settings, nothing written. */
async function bareCpu(video: (typeof plan.videos)[number]): Promise<number> {
  const size = `${video.widthPx}x${video.heightPx}`
  const scale = `zscale=w=${video.widthPx}:h=${video.heightPx}:filter=bicubic`
  await runFfmpeg(
    {
      inputs: [{ options: ['-y', '-nostdin'], path: sourcePath }],
      outputs: [{ options: ['-vf', scale, '-an', '-f', 'rawvideo'], path: rawPath }],
    },
    { signal, limits },
  )
  const raw = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', size, '-r', '30']
  const cpu = await cpuOf({
    inputs: [{ options: raw, path: rawPath }],
    outputs: [
      { options: [...codecOptions[video.codec](video, plan.gopFrames), ...toNull], path: '-' },
    ],
  })
  rmSync(rawPath)
  return cpu
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!
const show = (value: number) => value.toFixed(2).padStart(7)

const ratios: number[] = []
for (let round = 0; round < rounds; round++) {
  const bare: number[] = []
  for (const video of plan.videos) bare.push(await bareCpu(video))
  const ours = await cpuOf(ladder)
  const sum = bare.reduce((a, b) => a + b, 0)
  const each = plan.videos.map((video, i) => `${video.name} ${bare[i]!.toFixed(2)}`).join(', ')
  console.log(`bare x264  ${show(sum)} CPU s  (${each})`)
  console.log(`our ladder ${show(ours)} CPU s  ratio ${(ours / sum).toFixed(3)}`)
  ratios.push(ours / sum)
}

const decodeOnly = await cpuOf({
  inputs: [{ options: ['-y', '-nostdin'], path: sourcePath }],
  outputs: [{ options: ['-map', '0:v', ...toNull], path: '-' }],
})
const scaleOnly = await cpuOf({
  inputs: ladder.inputs,
  ...(ladder.filterGraph && { filterGraph: ladder.filterGraph }),
  outputs: plan.videos.map((_, i) => ({ options: ['-map', `[v${i}]`, ...toNull], path: '-' })),
})
const soundOnly = await cpuOf({
  inputs: [{ options: ['-y', '-nostdin'], path: sourcePath }],
  outputs: [{ options: ['-map', '0:a', '-c:a', 'aac', '-b:a', '128k', ...toNull], path: '-' }],
})
console.log('what the ratio is made of, beside x264:')
console.log(`  decoding the source  ${show(decodeOnly)} CPU s`)
console.log(`  scaling the cascade  ${show(Math.max(0, scaleOnly - decodeOnly))} CPU s`)
console.log(`  decoding and encoding the sound ${show(soundOnly)} CPU s`)
const ratio = median(ratios)
console.log(`ratio ${ratio.toFixed(3)} (held: ≤ ${heldRatio})`)
process.exitCode = ratio <= heldRatio ? 0 : 1
