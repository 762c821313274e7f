import { existsSync } from 'node:fs'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { TaskPublication } from '#contracts/task.ts'
import { openScratchRoot } from './run/scratch.ts'
import { attempt, inspect, publish, saveWhole } from './test/attempt.ts'
import { ffmpeg, makeClip, makeFolder, makeLongClip } from './test/clip.ts'
import { watchPublications } from './test/publication.ts'
import { opening } from './test/server.ts'

const folder = makeFolder()
afterAll(folder.remove)
const scratch = await openScratchRoot(folder.path('scratch'))
const slow = { timeout: 60_000 }
const soundAlone = { ...opening, ladder: [] }

const long = makeLongClip(folder.path('long.mkv'), { seconds: 900, audio: true })

const keysOf = ({ renditions }: TaskPublication) =>
  renditions.map(({ rendition }) => rendition.segments.map(({ key }) => key))

test('it grows from the front while it is made, and ends where it is fenced', slow, async () => {
  const started = await attempt(scratch, long, opening)
  const seen = watchPublications(started, (nth) =>
    nth === 2 ? { status: 409, body: {} } : undefined,
  )
  expect(await started.task.done).toBe('fenced')
  await started.server.close()

  expect(seen).toHaveLength(2)
  for (const [i, { publication, notStored, isEncoderDone }] of seen.entries()) {
    expect(isEncoderDone).toBe(false)
    expect(notStored).toEqual([])
    expect(publication.media).toMatchObject({ durationMs: 900_000, widthPx: 64, heightPx: 48 })
    expect(publication.renditions.every(({ isComplete }) => !isComplete)).toBe(true)
    expect(publication.renditions.map(({ rendition }) => rendition.name)).toEqual(['48p', 'audio'])
    for (const [n, keys] of keysOf(publication).entries()) {
      const folderName = ['48p', 'audio'][n]
      const whole = keys.map((_, k) => `${folderName}/seg_${`${k}`.padStart(5, '0')}.m4s`)
      expect(keys).toEqual(whole)
      const before = seen[i - 1] ? keysOf(seen[i - 1]!.publication)[n]! : []
      expect(keys.length).toBeGreaterThan(before.length)
    }
  }
  const codecs = seen.map(({ publication }) =>
    publication.renditions.map((r) => r.rendition.codecs),
  )
  expect(new Set(codecs.map(String)).size).toBe(1)
  const { server, lines } = started
  expect(server.calls.some(({ name }) => name === 'complete' || name === 'fail')).toBe(false)
  expect(lines.some((line) => line.includes('ffmpeg ended'))).toBe(false)
})

const made: [name: string, options: string[]][] = [
  ['mpeg2.ts', ['-c:v', 'mpeg2video', '-g', '15', '-bf', '2', '-c:a', 'mp2', '-t', '4.5']],
  ['hevc.mp4', ['-c:v', 'libx265', '-x265-params', 'log-level=none', '-t', '4.5']],
  ['prores.mov', ['-c:v', 'prores_ks', '-profile:v', '3', '-c:a', 'pcm_s16le', '-t', '4.5']],
  ['vfr.mp4', ['-vf', `select='lt(random(1),0.4)'`, '-fps_mode', 'vfr', '-t', '4.5']],
]

test.each(made)(
  '%s opens in one rung and sound, in segments of 2 s',
  slow,
  async (name, options) => {
    const clip = makeClip(folder.path(name), { seconds: 5, options })
    const { server, report } = await publish(scratch, clip, opening)
    expect(report.renditions.map((rendition) => rendition.name)).toEqual(['180p', 'audio'])
    expect(report.pictures).toBeNull()
    expect(Math.abs(report.media.durationMs - 4500)).toBeLessThan(120)
    for (const rendition of report.renditions) {
      const { segments, init } = inspect(server, rendition)
      expect(segments).toHaveLength(3)
      expect(segments[0]?.startTicks).toBe(0)
      const seconds = segments[0]!.durationTicks / init.timescale
      expect(Math.abs(seconds - 2), rendition.name).toBeLessThan(0.03)
    }
  },
)

const media = path.join(import.meta.dirname, '..', '..', 'shared', 'media')

test.each([
  ['04-screenrec-cursed-vfr.mp4', ['360p']],
  ['13-hevc-1080p-fullrange.mp4', ['360p', 'audio']],
  ['18-mpeg2-1080.ts', ['360p', 'audio']],
])('a real film opens: %s', slow, async (name, names) => {
  const file = path.join(media, name)
  if (!existsSync(file)) {
    console.warn(`skipped: ${name} is not in ../shared/media`)
    return
  }
  const { report } = await publish(scratch, file, opening)
  expect(report.renditions.map((rendition) => rendition.name)).toEqual(names)
  expect(report.media.heightPx).toBe(360)
})

/** Where a beep is heard that a film with late sound has at 1 s of the sound. */
function findBeep(file: string): number {
  const pcm = ffmpeg('-i', file, '-ac', '1', '-f', 's16le', '-')
  const samples = new Int16Array(pcm.buffer, pcm.byteOffset, pcm.length >> 1)
  return samples.findIndex((value) => Math.abs(value) > 4000) / 48_000
}

test('sound alone has the clock of the ladder’s sound', slow, async () => {
  const clip = folder.path('late-sound.mkv')
  const beep = `aevalsrc='sin(2*PI*1000*t)*between(t,1,1.15)':s=44100:d=2`
  ffmpeg(
    ...['-f', 'lavfi', '-i', 'color=black:s=64x48:r=30:d=3', '-itsoffset', '0.5'],
    ...['-f', 'lavfi', '-i', beep, '-c:v', 'libx264', '-c:a', 'pcm_s16le', clip],
  )
  const { server, report } = await publish(scratch, clip, soundAlone)
  expect(report.renditions.map(({ kind }) => kind)).toEqual(['audio'])
  expect(report.media).toMatchObject({ widthPx: null, framesPerSecond: null })
  const [sound] = report.renditions
  expect(inspect(server, sound!).segments[0]?.startTicks).toBe(0)
  const at = findBeep(saveWhole(server, sound!, folder.path('sound.mp4')))
  expect(Math.abs(at - 1.5)).toBeLessThan(0.002)

  const ladder = (await publish(scratch, clip)).report
  const seconds = [report, ladder].map(({ renditions }) =>
    renditions.at(-1)!.segments.reduce((sum, segment) => sum + segment.durationSeconds, 0),
  )
  expect(seconds[0]).toBeCloseTo(seconds[1]!, 6)
})

test('sound alone of a silent film is refused', slow, async () => {
  const clip = makeClip(folder.path('silent.mp4'), { seconds: 1, audio: false, size: '64x48' })
  const { server, task } = await attempt(scratch, clip, soundAlone)
  expect(await task.done).toBe('failed')
  expect(server.calls.at(-1)?.body).toMatchObject({ code: 'no_streams', isRetryable: false })
  await server.close()
})
