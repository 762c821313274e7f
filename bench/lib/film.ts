import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** A folder for one run, gone when the process ends. */
export function makeWorkFolder(): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'lantern-bench-'))
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/**
 * A 1080p30 clip that costs about as much to encode as film: soft detail, a slow zoom, light
 * grain, some 8 Mbit/s at CRF 20, with a sound track. Made from ffmpeg's own sources.
 */
export function makeFilm(file: string, seconds: number): void {
  const picture = [
    'mandelbrot=s=960x540:r=30:start_scale=1.2:end_scale=0.02:end_pts=900:maxiter=200',
    'scale=1920:1080:flags=bicubic',
    'gblur=sigma=1.2',
    'noise=alls=3:allf=t',
  ].join(',')
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-nostdin', '-y', '-f', 'lavfi', '-i', picture],
    ...['-f', 'lavfi', '-i', 'anoisesrc=c=pink:a=0.1:r=48000', '-t', `${seconds}`],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20', '-pix_fmt', 'yuv420p'],
    ...['-c:a', 'aac', '-ac', '2', file],
  ])
}
