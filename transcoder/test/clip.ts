import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** An empty folder that `remove` takes away. */
export function makeFolder(): { path: (...names: string[]) => string; remove: () => void } {
  const dir = mkdtempSync(path.join(tmpdir(), 'lantern-test-'))
  return {
    path: (...names) => path.join(dir, ...names),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}

export const ffmpeg = (...args: string[]): Buffer =>
  execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args], { maxBuffer: 1e9 })

export const ffprobe = (...args: string[]): string =>
  execFileSync('ffprobe', ['-v', 'error', ...args]).toString()

export interface Clip {
  seconds?: number
  size?: string
  rate?: string
  video?: boolean
  audio?: boolean
  /** More output options, such as `-metadata`. */
  options?: string[]
}

/** A short H.264 and AAC film with moving pictures and a tone. */
export function makeClip(file: string, clip: Clip = {}): string {
  const { seconds = 2, size = '320x180', rate = '30', video = true, audio = true } = clip
  mkdirSync(path.dirname(file), { recursive: true })
  ffmpeg(
    ...(video ? ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${rate}:d=${seconds}`] : []),
    ...(audio ? ['-f', 'lavfi', '-i', `sine=f=440:r=44100:d=${seconds}`] : []),
    ...(video ? ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'] : []),
    ...(audio ? ['-c:a', 'aac'] : []),
    ...(clip.options ?? []),
    file,
  )
  return file
}

/** Forty minutes, unless said, in a few hundred kB: an encode that nobody waits for. */
export function makeLongClip(
  file: string,
  { seconds = 2400, audio = false }: Pick<Clip, 'seconds' | 'audio'> = {},
): string {
  ffmpeg(
    ...['-f', 'lavfi', '-i', 'color=s=64x48:r=30'],
    ...(audio ? ['-f', 'lavfi', '-i', 'sine=r=8000', '-c:a', 'pcm_u8'] : []),
    ...['-t', `${seconds}`, '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '3600', file],
  )
  return file
}
