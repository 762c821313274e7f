import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { TaskSpec } from '#contracts/task.ts'
import { defaultAudio, defaultLadder, gopSeconds, segmentSeconds } from '#contracts/ladder.ts'
import { listOutputs, planEncode, toEncodeCommand } from '../plan/encode.ts'
import { initName } from '../plan/segment.ts'
import { runFfmpeg } from '../run/ffmpeg.ts'
import { probeSource } from '../run/probe.ts'
import { ffmpeg } from './clip.ts'

const signal = AbortSignal.timeout(120_000)

/**
 * What the product makes of a file, without a server: probe, plan and the one process. The file
 * must lie in a folder of its own. `files` are its renditions, each joined to one.
 */
export async function render(sourcePath: string, change: Partial<TaskSpec> = {}) {
  const dir = path.dirname(sourcePath)
  const outDir = path.join(dir, 'out')
  const source = await probeSource(sourcePath, signal)
  const spec = { ladder: defaultLadder, audio: defaultAudio, segmentSeconds, gopSeconds }
  const plan = planEncode(source, { ...spec, ...change })
  for (const { name } of listOutputs(plan)) mkdirSync(path.join(outDir, name), { recursive: true })
  const limits = { folder: dir, addressSpaceBytes: 6e9, cpuSeconds: 120, fileBytes: 1e9 }
  const result = await runFfmpeg(toEncodeCommand(source, plan, { sourcePath, outDir }), {
    ...{ signal, limits },
  })
  const files = Object.fromEntries(
    listOutputs(plan).map(({ name }) => [name, join(path.join(outDir, name))]),
  )
  return { source, plan, result, files, outDir }
}

function join(folder: string): string {
  const names = readdirSync(folder).filter((name) => name.endsWith('.m4s'))
  const parts = [initName, ...names.toSorted()].map((name) => readFileSync(path.join(folder, name)))
  const file = `${folder}.mp4`
  writeFileSync(file, Buffer.concat(parts))
  return file
}

/** Pixels of one frame as R, G, B; named colours of our output become RGB by zimg. */
export function decodeFrame(file: string, seconds = 0) {
  const toRgb = 'zscale=min=input:m=gbr:r=full,format=gbrp'
  const bytes = ffmpeg(
    ...['-i', file, '-ss', `${seconds}`, '-frames:v', '1', '-vf', toRgb],
    ...['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'],
  )
  return {
    bytes,
    /** The mean colour of a small square in the middle of column `x` and row `y` of a grid. */
    at(
      grid: { widthPx: number; heightPx: number; columns: number; rows: number },
      x: number,
      y: number,
    ) {
      const [w, h] = [grid.widthPx / grid.columns, grid.heightPx / grid.rows]
      const sum = [0, 0, 0]
      const side = 4
      for (let i = 0; i < side * side; i++) {
        const px = Math.floor((x + 0.5) * w) - side / 2 + (i % side)
        const py = Math.floor((y + 0.5) * h) - side / 2 + Math.floor(i / side)
        for (const c of [0, 1, 2]) sum[c]! += bytes[(py * grid.widthPx + px) * 3 + c]!
      }
      return sum.map((value) => Math.round(value / (side * side)))
    },
  }
}
