import { existsSync } from 'node:fs'
import { mkdir, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { ffmpeg, makeTestClip } from '../../scripts/lib/clip.ts'
import { inRoot } from '../../scripts/lib/paths.ts'

/** Real films of phones and cameras that lie beside the repository where somebody put them. */
const corpus = inRoot('..', 'shared', 'media')

export interface Film {
  file: string
  hasAudio: boolean
  isPortrait: boolean
}

const films: (Omit<Film, 'file'> & { name: string })[] = [
  { name: '01-iphone-hlg-dovi-rot90.mov', hasAudio: false, isPortrait: true },
  { name: '02-iphone-gps-rot90.mov', hasAudio: true, isPortrait: true },
  { name: '03-android-portrait.mp4', hasAudio: true, isPortrait: true },
  { name: '08-edit-list.mp4', hasAudio: true, isPortrait: false },
  { name: '13-hevc-1080p-fullrange.mp4', hasAudio: true, isPortrait: false },
  { name: '25-video-only.mp4', hasAudio: false, isPortrait: false },
]

export function findFilms(): Film[] {
  const found = films
    .map(({ name, ...film }) => ({ ...film, file: path.join(corpus, name) }))
    .filter(({ file }) => existsSync(file))
  if (found.length < films.length) {
    const missing = films.length - found.length
    console.warn(`Skipped: ${missing} of ${films.length} real films are not under ${corpus}`)
  }
  return found
}

/** Two renditions of the ladder, three segments, a frame rate that is no whole number. */
export const makeClip = (file: string, seconds = 13.3): Promise<void> =>
  makeTestClip(file, { seconds, size: '854x480', rate: '30000/1001' })

/** Raw pictures: some 35 MB, so three parts, made and decoded in a moment. */
export const makeLargeClip = (file: string): Promise<void> =>
  ffmpeg(['-f', 'lavfi', '-i', 'testsrc2=s=480x270:r=30:d=6', '-c:v', 'rawvideo', file])

/** Noise that does not compress: 24 s in some 30 MB, so eight parts, and it plays as it is. */
export const makeHeavyClip = (file: string): Promise<void> => {
  const rate = ['-b:v', '10M', '-minrate', '10M', '-maxrate', '10M', '-bufsize', '10M']
  return ffmpeg([
    ...['-f', 'lavfi', '-i', 'testsrc2=size=854x480:rate=30:duration=24'],
    ...['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000:duration=24'],
    ...['-vf', 'noise=alls=24:allf=t', '-c:v', 'libx264', '-preset', 'ultrafast', ...rate],
    ...['-g', '60', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-movflags', '+faststart', file],
  ])
}

const scenes = ['testsrc2', 'smptehdbars', 'rgbtestsrc', 'mandelbrot', 'yuvtestsrc', 'testsrc']

/** 12 s, each two of them another picture, with so much noise that it takes a while to convert. */
export const makeScenes = (file: string): Promise<void> => {
  const shots = scenes.map((name, place) => {
    const shot = `${name}=s=854x480:r=30,trim=end_frame=60,setpts=PTS-STARTPTS,setsar=1`
    return `${shot},format=yuv420p[s${place}]`
  })
  const all = scenes.map((_, place) => `[s${place}]`).join('')
  const film = `${all}concat=n=${scenes.length},noise=alls=24:allf=t[film]`
  return ffmpeg([
    ...['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000:duration=12'],
    ...['-filter_complex', [...shots, film].join(';'), '-map', '[film]', '-map', '0:a'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '23', '-maxrate', '10M'],
    ...['-bufsize', '10M', '-g', '60', '-pix_fmt', 'yuv420p', '-c:a', 'aac'],
    ...['-movflags', '+faststart', file],
  ])
}

export async function makeNoVideo(file: string): Promise<void> {
  const lines = Array.from({ length: 2000 }, (_, index) => `Line ${index} of a letter.\n`)
  await writeFile(file, lines.join(''))
}

/** A file of that size that takes no room on the disk. */
export async function makeSparse(file: string, sizeBytes: number): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, '')
  await truncate(file, sizeBytes)
}
