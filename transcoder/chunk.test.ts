import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { openPieces } from '#media/piece/index.ts'
import { ChunkRecipe, toChunkCommand } from './plan/chunk.ts'
import type { Command } from './plan/command.ts'
import { planEncode, toEncodeCommand } from './plan/encode.ts'
import { listReaches } from './plan/reach.ts'
import { toChoice, writePiece } from './recipe/piece.ts'
import { openLocal } from './run/local.ts'
import { probeSource } from './run/probe.ts'
import { openScratchRoot } from './run/scratch.ts'
import { lead, saveSource } from './test/chunks.ts'
import type { Lead } from './test/chunks.ts'
import { ffmpeg, ffprobe, makeFolder } from './test/clip.ts'

const folder = makeFolder()
afterAll(folder.remove)
const scratch = await openScratchRoot(folder.path('scratch'))
const slow = { timeout: 120_000 }
const signal = new AbortController().signal

/** Number and fingerprint of every frame of the top rung as it goes to the encoder. */
async function listFrames({ inputs, filterGraph }: Command): Promise<string[]> {
  const [input] = inputs
  const args = [
    ...['-v', 'error', '-nostdin', ...input!.options, '-i', input!.path],
    ...['-filter_complex', filterGraph!],
    ...['-map', '[v0]', '-fps_mode', 'passthrough', '-f', 'framemd5', '-'],
  ]
  const { stdout } = await promisify(execFile)('ffmpeg', args, { maxBuffer: 1e8 })
  return stdout
    .split('\n')
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => line.split(/,\s*/))
    .map((fields) => `${fields[2]} ${fields.at(-1)}`)
}

async function framesOfWhole(file: string, { spec }: Lead): Promise<string[]> {
  const source = await probeSource(file, signal)
  const plan = planEncode(source, spec)
  return listFrames(toEncodeCommand(source, plan, { sourcePath: file, outDir: 'out' }))
}

/** The frames of all chunks, and how many pieces had to be cut for them. */
async function framesOfChunks({ server, split, spec }: Lead) {
  const recipe = ChunkRecipe.parse(split!.plan.recipe)
  const file = saveSource(server, split!.input ?? spec.input, folder.path('input'))
  const { source, close } = await openLocal(file)
  const film = await openPieces(source, toChoice(recipe.track))
  const frames: string[] = []
  let pieces = 0
  for (const range of split!.chunks) {
    for (const reach of listReaches(recipe, range)) {
      pieces++
      const path = folder.path('piece')
      const offsetSeconds = await writePiece(film, recipe, reach, { path, signal })
      const place = { path, outDir: 'out', offsetSeconds, stream: '0:v:0' }
      const made = await listFrames(toChunkCommand(recipe, range, place))
      if (made.length !== range.endFrame - range.firstFrame) continue
      frames.push(...made)
      break
    }
  }
  await close()
  return { frames, pieces }
}

const moving = (seconds: number, rate = '30') => [
  ...['-f', 'lavfi', '-i', `testsrc2=s=160x90:r=${rate}:d=${seconds}`],
]
const x264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p']
const withSound = (seconds: number) => ['-f', 'lavfi', '-i', `sine=r=44100:d=${seconds}`]
const hdr = [
  ...['-vf', 'setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc'],
  ...['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc'],
  ...['-x265-params', 'log-level=error:keyint=22:open-gop=1'],
]
const vfr = ['-fps_mode', 'vfr']
/** Two frames of three are dropped now and then, and a hole of 2.7 s. */
const holes = "select='not(between(t,2.2,4.9))*(gt(mod(n,7),1)+lt(t,2))'"

/** The last key picture before `seconds` is no picture any more. */
function spoilKey(file: string, seconds: number): void {
  const entries = ['-show_entries', 'packet=pts_time,pos,size,flags', '-of', 'csv=p=0']
  const packets = ffprobe('-select_streams', 'v', ...entries, file)
    .split('\n')
    .map((line) => line.split(','))
  const key = packets.findLast(
    ([time, , , flags]) => flags?.includes('K') && Number(time) < seconds,
  )
  const [size, at] = [Number(key![1]), Number(key![2])]
  const bytes = readFileSync(file)
  writeFileSync(file, bytes.fill(0, at, at + size))
}

interface Trap {
  name: string
  args: string[]
  spoil?: (file: string) => void
  isCopied?: boolean
}

const traps: Trap[] = [
  {
    name: 'b-frames.mp4',
    args: [...moving(6.6), ...withSound(6.6), ...x264, '-g', '22', '-bf', '3'],
  },
  {
    name: 'open-groups.mp4',
    args: [
      ...moving(6.6),
      ...x264,
      '-g',
      '45',
      '-bf',
      '3',
      '-x264-params',
      'open-gop=1:scenecut=0',
    ],
  },
  {
    name: 'holes.mp4',
    args: [...moving(6.6), '-vf', holes, ...vfr, ...x264, '-g', '22', '-bf', '2'],
  },
  {
    name: 'broken.mp4',
    args: [...moving(8.2), ...x264, '-g', '22', '-bf', '0'],
    spoil: (file) => spoilKey(file, 6),
    isCopied: true,
  },
  {
    name: 'late.mkv',
    args: [...withSound(6.6), '-itsoffset', '2.5', ...moving(4.1), ...x264, '-g', '22'],
  },
  {
    name: 'ntsc.mov',
    args: [...moving(6.6, '30000/1001'), ...withSound(6.6), ...x264, '-g', '22'],
  },
  {
    name: 'stream.ts',
    args: [...moving(6.6, '25'), ...withSound(6.6), ...x264, '-g', '22', '-bf', '2'],
  },
  {
    name: 'film.mkv',
    args: [...moving(6.6, '24000/1001'), ...withSound(6.6), ...x264, '-g', '22'],
  },
  {
    name: 'fields.mp4',
    args: [
      ...moving(6.6, '25'),
      '-vf',
      'scale=160:96,setfield=tff',
      ...x264,
      '-g',
      '25',
      '-flags',
      '+ilme+ildct',
    ],
  },
  {
    name: 'old.avi',
    args: [...moving(6.6), ...withSound(6.6), '-c:v', 'mpeg4', '-g', '22'],
    isCopied: true,
  },
  {
    name: 'turned.mov',
    args: [...moving(6.6), ...x264, '-g', '22', '-metadata:s:v', 'rotate=90'],
  },
  {
    name: 'hdr.mp4',
    args: [
      ...moving(6),
      '-c:v',
      'libx265',
      '-preset',
      'ultrafast',
      '-pix_fmt',
      'yuv420p10le',
      ...hdr,
    ],
  },
  { name: 'short-picture.mp4', args: [...moving(3), ...withSound(6.6), ...x264, '-g', '22'] },
]

test.each(traps)('chunks have the very frames of one pass: $name', slow, async (trap) => {
  const file = folder.path(trap.name)
  ffmpeg(...trap.args, file)
  trap.spoil?.(file)
  const film = await lead(scratch, file)
  const { split, server } = film
  expect(split, film.lines.join('')).not.toBeNull()
  expect(split!.input !== null).toBe(trap.isCopied ?? false)
  expect(split!.chunks.length).toBeGreaterThan(2)
  const whole = await framesOfWhole(file, film)
  const { frames, pieces } = await framesOfChunks(film)
  await server.close()
  expect(whole).toHaveLength(split!.plan.frameCount)
  expect(whole.map((line) => Number(line.split(' ')[0]))).toEqual(whole.map((_, i) => i))
  expect(frames).toEqual(whole)
  expect(pieces).toBe(split!.chunks.length)
})
