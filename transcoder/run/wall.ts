import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { PictureCodec } from '#contracts/ladder.ts'
import { readEncodable } from '../plan/codec.ts'
import { openNames } from '../plan/limit.ts'
import { judge, readVersion } from './gate.ts'
import type { Gate } from './gate.ts'
import { canBuild, wrap } from './sandbox.ts'
import type { WallName } from './sandbox.ts'

export const ffmpegPath = process.env['FFMPEG_PATH'] ?? 'ffmpeg'
export const ffprobePath = process.env['FFPROBE_PATH'] ?? 'ffprobe'

/** What this machine has to read strangers' files with. */
export interface Machine {
  wall: WallName
  /** `ffmpeg version 5.1.9-…` */
  ffmpeg: string
  gate: Gate
  /** What its ffmpeg can make. */
  codecs: PictureCodec[]
}

const wishes: Record<string, WallName[]> = {
  auto: ['bubblewrap', 'container', 'none'],
  bubblewrap: ['bubblewrap'],
  container: ['container'],
}

const limits = { addressSpaceBytes: 4e9, cpuSeconds: 10, fileBytes: 0, isReadOnly: true }

/** Both programs really run behind the wall, or this rejects. */
async function tryWall(wall: WallName, folder: string): Promise<void> {
  for (const program of [ffmpegPath, ffprobePath]) {
    const line = wrap(wall, program, ['-version'], { ...limits, folder })
    const { cwd, env } = line
    await promisify(execFile)(line.program, line.args, { cwd, env, timeout: 20_000 })
  }
}

/** The best wall that works here. Throws where none of those that are wished for does. */
export async function findWall(wish: string): Promise<WallName> {
  const names = wishes[wish]
  if (!names) throw new Error(`TRANSCODER_WALL is one of ${Object.keys(wishes).join(', ')}`)
  const folder = await mkdtemp(path.join(tmpdir(), 'lantern-wall-'))
  let why = 'its tools are not installed'
  try {
    for (const name of names.filter(canBuild)) {
      try {
        await tryWall(name, folder)
        return name
      } catch (error) {
        why = (error as { stderr?: string }).stderr?.trim() || String(error)
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  throw new Error(`There is no wall of the kind ${wish}: ${why}`)
}

/** `ffmpeg version 5.1.9-…`, the first line; throws when there is no ffmpeg. */
export async function findVersion(): Promise<string> {
  const { stdout } = await promisify(execFile)(ffmpegPath, ['-version'])
  return stdout.split('\n')[0]!.replace(/ Copyright.*/, '')
}

/** A build may lack an encoder: its films do without that codec. */
async function findCodecs(): Promise<PictureCodec[]> {
  const { stdout } = await promisify(execFile)(ffmpegPath, ['-hide_banner', '-encoders'])
  return readEncodable(stdout)
}

export async function openMachine(env: Record<string, string | undefined>): Promise<Machine> {
  const ffmpeg = await findVersion()
  const wall = await findWall(env['TRANSCODER_WALL'] || 'auto')
  const allowed = env['TRANSCODER_ALLOW_FFMPEG']
  const gate = judge({ version: readVersion(ffmpeg), wall, allowed, open: openNames })
  return { wall, ffmpeg, gate, codecs: await findCodecs() }
}

let machine: Promise<Machine> | undefined

/** Looked at once a process. */
export const getMachine = (): Promise<Machine> => (machine ??= openMachine(process.env))
