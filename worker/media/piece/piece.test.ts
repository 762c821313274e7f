import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { ffmpeg } from '../../../scripts/lib/clip.ts'
import { createDice } from '../test/fuzz.ts'
import { fileSource } from '../test/whole.ts'
import { openPieces } from './index.ts'
import type { PieceRange, PieceSource } from './index.ts'
import { decodeFrames, probePictures, writePiece } from './test/frames.ts'
import type { Decoded } from './test/frames.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 }) // a program for each range

const folder = await mkdtemp(path.join(tmpdir(), 'pieces-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

const corpus = path.resolve(import.meta.dirname, '../../../../shared/media')
const hasCorpus = existsSync(corpus)
if (!hasCorpus) console.warn('The corpus of media files is not there: only made clips are cut')

const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=96x64:rate=25:duration=4']
const sound = ['-f', 'lavfi', '-i', 'sine=duration=4:sample_rate=48000']
const keys = 'keyint=25:min-keyint=25:scenecut=0'
const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-bf', '3']
const openGroups = [...x264, '-x264-params', `open-gop=1:b-adapt=0:${keys}`, '-c:a', 'aac']

/** ffmpeg options by the name of the file that they make; `copy` stands for open groups. */
const recipes: Record<string, string[]> = {
  'open-groups.mp4': [...picture, ...sound, ...openGroups],
  'open-groups.mkv': [...picture, ...sound, ...openGroups],
  'open-groups.ts': [...picture, ...sound, ...openGroups],
  'fragments.mp4': [...picture, ...sound, ...openGroups, '-movflags', '+frag_keyframe+empty_moov'],
  'fragments-of-one-base.mp4': [
    ...[...picture, ...sound, ...openGroups],
    ...['-movflags', '+frag_keyframe+empty_moov+default_base_moof', '-frag_duration', '300000'],
  ],
  'shown-before-decoded.mp4': [
    ...[...picture, ...sound, ...openGroups, '-movflags', '+negative_cts_offsets'],
  ],
  'one-key.mp4': [...picture, ...sound, ...x264, '-g', '1000', '-c:a', 'aac'],
  'late.mp4': ['-itsoffset', '0.7', ...picture, ...sound, ...x264, '-g', '30', '-c:a', 'aac'],
  'changing-rate.mp4': [
    ...[...picture, '-vf', "select='not(mod(n,3))+lt(mod(n,50),20)'", '-fps_mode', 'vfr'],
    ...[...x264, '-g', '20'],
  ],
  'hevc.mp4': [
    ...[...picture, '-c:v', 'libx265', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'],
    ...['-x265-params', `log-level=none:${keys}`],
  ],
  'vp9.webm': [...picture, '-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-g', '30'],
  'mpeg4.mp4': [...picture, '-c:v', 'mpeg4', '-bf', '2', '-g', '20'],
  'mpeg2.mov': [...picture, '-c:v', 'mpeg2video', '-g', '15'],
  'h263.3gp': [...picture, '-s', '128x96', '-c:v', 'h263'],
  'prores.mov': [...picture, '-c:v', 'prores_ks', '-profile:v', '0'],
  'photos.mov': [...picture, '-c:v', 'mjpeg'],
  'lossless.mkv': [...picture, '-c:v', 'ffv1'],
}

/** Made from the film with open groups. */
const copies: Record<string, string[]> = {
  'trimmed.mp4': [],
  'trimmed.mov': ['-t', '1.9'],
  'turned.mp4': ['-metadata:s:v', 'rotate=90'],
}

async function makeClip(name: string): Promise<string> {
  const file = path.join(folder, name)
  if (existsSync(file)) return file
  const copy = copies[name]
  if (!copy) await ffmpeg([...recipes[name]!, file])
  else {
    const whole = await makeClip('open-groups.mp4')
    const from = name.startsWith('trimmed') ? ['-ss', '1.33'] : []
    await ffmpeg([...from, '-i', whole, '-c', 'copy', ...copy, file])
  }
  return file
}

const corpusNames = [
  ...['02-iphone-gps-rot90.mov', '08-edit-list.mp4'],
  ...['11-multi-track-2v2a2s.mp4', '15-mkv-ass-subs-ac3.mkv', '18-mpeg2-1080.ts'],
  ...['22-phone-h263-amr-vfr.3gp', '25-video-only.mp4'],
  ...['31-start-at-8s.mp4'],
]

/** Pictures of a range on the film's own clock, in ticks. */
const framesIn = (decoded: Decoded, offset: number, range: PieceRange) =>
  decoded.frames
    .map(({ seconds, hash }) => ({ seconds: seconds + offset, hash }))
    .filter(({ seconds }) => seconds > range.fromSeconds - 1e-6 && seconds < range.toSeconds - 1e-6)
    .map(({ seconds, hash }) => ({ ticks: Math.round(seconds * decoded.timescale), hash }))

/** From start to end, random ones, and ones beside key pictures. */
function listRanges(film: PieceSource, seed: number): PieceRange[] {
  const dice = createDice(seed * 7919)
  const { firstSeconds, endSeconds } = film
  const within = (from: number, to: number) => from + ((to - from) * dice(10_000)) / 10_000
  const random = Array.from({ length: 2 }, () => {
    const fromSeconds = within(firstSeconds, endSeconds)
    return { fromSeconds, toSeconds: within(fromSeconds, endSeconds), preRollSeconds: dice(2) }
  })
  const second = film.keySeconds()[1] ?? (firstSeconds + endSeconds) / 2
  return [
    { fromSeconds: firstSeconds, toSeconds: Infinity, preRollSeconds: 0 },
    { fromSeconds: second, toSeconds: second + 0.3, preRollSeconds: 0 },
    { fromSeconds: second - 0.05, toSeconds: second, preRollSeconds: 0 },
    ...random,
  ]
}

const made = [...Object.keys(recipes), ...Object.keys(copies)]
describe.each([...made, ...(hasCorpus ? corpusNames : [])])('%s', (name) => {
  test('pieces show what the whole shows, picture by picture and tick by tick', async () => {
    const file = corpusNames.includes(name) ? path.join(corpus, name) : await makeClip(name)
    await using source = await closing(file)
    for (const { index, trackId } of await probePictures(file)) {
      const choice = trackId === undefined ? { streamIndex: index } : { trackId }
      const film = await openPieces(source, choice)
      const whole = await decodeFrames(file, `${index}`)
      const first = whole.frames[0]!.seconds + film.sourceOffsetSeconds
      expect((first - film.firstSeconds) * whole.timescale).toBeCloseTo(0, 3)

      for (const range of listRanges(film, index + 1)) {
        const piece = film.cut(range)
        const out = path.join(folder, 'piece')
        expect(await writePiece(piece, out)).toBe(piece.sizeBytes)
        const part = await decodeFrames(out, 'v:0')
        expect(part.timescale).toBe(whole.timescale)
        const expected = framesIn(whole, film.sourceOffsetSeconds, range)
        const found = framesIn(part, piece.clockOffsetSeconds, range)
        expect(found, JSON.stringify(range)).toEqual(expected)
      }
    }
  })
})

async function closing(file: string) {
  const source = await fileSource(file)
  return { ...source, [Symbol.asyncDispose]: source.close }
}
