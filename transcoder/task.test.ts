import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { TaskReport } from '#contracts/task.ts'
import type { AudioRendition, VideoRendition } from '#contracts/task.ts'
import { openScratchRoot } from './run/scratch.ts'
import { attempt, inspect, prefix, publish, saveWhole } from './test/attempt.ts'
import { ffmpeg, ffprobe, makeClip, makeFolder } from './test/clip.ts'
import { watchPublications } from './test/publication.ts'

const folder = makeFolder()
afterAll(folder.remove)
const scratch = await openScratchRoot(folder.path('scratch'))
const slow = { timeout: 60_000 }

const videosOf = (report: TaskReport) =>
  report.renditions.filter((r): r is VideoRendition => r.kind === 'video')
const audioOf = (report: TaskReport) =>
  report.renditions.find((r): r is AudioRendition => r.kind === 'audio')

const frame = 1 / 30 + 0.0001

test('a film becomes aligned renditions, sound, a poster and a storyboard', slow, async () => {
  const secret = [
    '-metadata',
    'title=SECRET',
    '-metadata',
    'location=+48.85+002.29/',
    '-metadata:s:v',
    'handler_name=SECRET',
  ]
  const options = [...secret, '-movflags', 'use_metadata_tags']
  const clip = makeClip(folder.path('film.mp4'), { seconds: 7, size: '854x480', options })
  const { server, report, lines } = await publish(scratch, clip)

  const videos = videosOf(report)
  expect(videos.map(({ name }) => name)).toEqual(['480p', '360p'])
  expect(report.media).toMatchObject({ widthPx: 854, heightPx: 480, framesPerSecond: 30 })
  expect(Math.abs(report.media.durationMs - 7000)).toBeLessThan(34)

  const cuts = videos.map((video) => {
    const { init, segments } = inspect(server, video)
    expect(segments.every((segment) => segment.startsWithKey)).toBe(true)
    expect(segments[0]?.startTicks).toBe(0)
    segments.forEach((segment, i) => {
      const said = video.segments[i]!.durationSeconds
      expect(Math.abs(said - segment.durationTicks / init.timescale)).toBeLessThan(1e-6)
    })
    return segments.map((segment) => segment.startTicks / init.timescale)
  })
  expect(cuts).toEqual([
    [0, 6],
    [0, 6],
  ])
  expect(videos[0]?.codecs).toMatch(/^avc1\.6400[0-9a-f]{2}$/)
  expect(audioOf(report)).toMatchObject({ codecs: 'mp4a.40.2', channels: 2 })

  const keyTimes = videos.map((video) => {
    const whole = saveWhole(server, video, folder.path(`${video.name}.mp4`))
    const times = ffprobe(
      '-skip_frame',
      'nokey',
      '-show_entries',
      'frame=pts_time',
      '-of',
      'csv=p=0',
      whole,
    )
    return times
      .trim()
      .split(/\s+/)
      .map((time) => Number.parseFloat(time))
  })
  expect(keyTimes[0]).toHaveLength(4)
  expect(keyTimes[0]).toEqual(keyTimes[1])

  const stored = [...server.objects].filter(([key]) => key.startsWith(prefix))
  expect(stored.some(([, { body }]) => body.includes('SECRET') || body.includes('48.85'))).toBe(
    false,
  )
  for (const [key, { type, cacheControl }] of stored) {
    expect(cacheControl).toBe('public, max-age=31536000, immutable')
    expect(type, key).toMatch(/^((video|audio|image|text)\/|application\/json$)/)
  }
  expect(stored.some(([key]) => key.endsWith('.m3u8'))).toBe(false)

  expect(report.pictures?.storyboard).toMatchObject({
    count: 10,
    tileWidthPx: 160,
    tileHeightPx: 90,
  })
  const poster = folder.path('poster.jpg')
  writeFileSync(poster, server.objects.get(`${prefix}poster_0.jpg`)!.body)
  expect(ffprobe('-show_entries', 'stream=width,height', '-of', 'csv=p=0', poster).trim()).toBe(
    '854,480',
  )
  expect(server.objects.get(`${prefix}storyboard.vtt`)?.body.toString()).toContain(
    'storyboard_0.jpg#xywh=',
  )

  const beats = server.calls.filter(({ name }) => name === 'heartbeat')
  const percents = beats.map(({ body }) => (body as { percent: number }).percent)
  expect(percents).toEqual(percents.toSorted((a, b) => a - b))
  expect(server.calls.every(({ token }) => token === 'Bearer the-token')).toBe(true)
  const { requestId } = JSON.parse(lines[0]!) as { requestId: string }
  expect(server.calls.every((call) => call.requestId === requestId)).toBe(true)
})

/** The moment of a flash and of a beep, each in seconds on the published timeline. */
async function measureSync(clip: string, name: string) {
  const { server, report } = await publish(scratch, clip)
  const video = videosOf(report)[0]!
  const sound = audioOf(report)!
  const picture = saveWhole(server, video, folder.path(`${name}-v.mp4`))
  const light = ffmpeg('-i', picture, '-vf', 'scale=1:1', '-f', 'rawvideo', '-pix_fmt', 'gray', '-')
  const whole = saveWhole(server, sound, folder.path(`${name}-a.mp4`))
  const pcm = ffmpeg('-i', whole, '-ac', '1', '-f', 's16le', '-')
  const samples = new Int16Array(pcm.buffer, pcm.byteOffset, pcm.length >> 1)
  return {
    flash: light.findIndex((value) => value > 128) / video.framesPerSecond,
    beep: samples.findIndex((value) => Math.abs(value) > 4000) / 48_000,
    starts: [video, sound].map((r) => inspect(server, r).segments[0]?.startTicks),
  }
}

function makeSyncClip(name: string, audioDelay: string, videoDelay: string): string {
  const file = folder.path(name)
  const flash = `color=black:s=64x48:r=30:d=2,drawbox=c=white:t=fill:enable='between(t,1,1.15)'`
  const beep = `aevalsrc='sin(2*PI*1000*t)*between(t,1,1.15)':s=44100:d=2`
  ffmpeg(
    ...['-itsoffset', videoDelay, '-f', 'lavfi', '-i', flash],
    ...['-itsoffset', audioDelay, '-f', 'lavfi', '-i', beep],
    ...[
      '-map',
      '0:v',
      '-map',
      '1:a',
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-c:a',
      'pcm_s16le',
      file,
    ],
  )
  return file
}

test.each([
  ['together.mov', '0', '0', 1, 1],
  ['late-sound.mkv', '0.5', '0', 1, 1.5],
  ['late-picture.mkv', '0', '0.4', 1.4, 1],
])(
  'picture and sound stay where they were: %s',
  slow,
  async (name, audioDelay, videoDelay, flash, beep) => {
    const sync = await measureSync(makeSyncClip(name, audioDelay, videoDelay), name)
    expect(sync.starts).toEqual([0, 0])
    expect(Math.abs(sync.flash - flash)).toBeLessThan(frame)
    expect(Math.abs(sync.beep - beep)).toBeLessThan(0.002)
  },
)

test(
  'sound that ends early is silent to the end, a picture that ends early is held',
  slow,
  async () => {
    const short = makeClip(folder.path('v2.mp4'), { seconds: 3, audio: false })
    const tone = makeClip(folder.path('a1.mp4'), { seconds: 1.5, video: false })
    const [quiet, held] = [folder.path('quiet.mp4'), folder.path('held.mp4')]
    ffmpeg('-i', short, '-i', tone, '-c', 'copy', quiet)
    ffmpeg(
      '-t',
      '1',
      '-i',
      short,
      '-i',
      makeClip(folder.path('a3.mp4'), { seconds: 3, video: false }),
      '-c',
      'copy',
      held,
    )
    for (const file of [quiet, held]) {
      const { server, report } = await publish(scratch, file)
      for (const rendition of report.renditions) {
        const { init, segments } = inspect(server, rendition)
        const seconds = segments.reduce((sum, s) => sum + s.durationTicks, 0) / init.timescale
        expect(Math.abs(seconds - 3), `${file} ${rendition.name}`).toBeLessThan(0.07)
      }
    }
  },
)

test(
  'a ladder is offered rung by rung, the lowest first, each whole and stored',
  slow,
  async () => {
    const clip = makeClip(folder.path('rungs.mp4'), { seconds: 1, size: '854x480' })
    const started = await attempt(scratch, clip)
    const seen = watchPublications(started)
    expect(await started.task.done).toBe('completed')
    await started.server.close()

    const names = seen.map(({ publication }) => publication.renditions.map((r) => r.rendition.name))
    expect(names).toEqual([
      ['360p', 'audio'],
      ['480p', '360p', 'audio'],
    ])
    for (const { publication, notStored } of seen) {
      expect(notStored).toEqual([])
      expect(publication.renditions.every(({ isComplete }) => isComplete)).toBe(true)
      expect(publication.media).toMatchObject({ widthPx: 854, heightPx: 480, framesPerSecond: 30 })
    }
    const { renditions } = TaskReport.parse(started.server.calls.at(-1)?.body)
    expect(renditions.map(({ name }) => name)).toEqual(['480p', '360p', 'audio'])
  },
)

test('a Worker that takes no publications is asked once, and gets the report', slow, async () => {
  const clip = makeClip(folder.path('plain.mp4'), { seconds: 1, size: '854x480' })
  const started = await attempt(scratch, clip)
  const seen = watchPublications(started, () => ({ status: 404, body: {} }))
  expect(await started.task.done).toBe('completed')
  expect(seen).toHaveLength(1)
  await started.server.close()
})

test('sound alone has one rendition and a picture of it', slow, async () => {
  const clip = makeClip(folder.path('sound.m4a'), { seconds: 2, video: false })
  const { server, report } = await publish(scratch, clip)
  expect(report.renditions.map(({ kind }) => kind)).toEqual(['audio'])
  expect(report.media.widthPx).toBeNull()
  expect(report.pictures).toEqual({
    posters: [{ key: 'poster_0.jpg', atSeconds: 0 }],
    ...{ storyboard: null, previewKey: null },
    peaks: { key: 'peaks.json', perSecond: 50 },
  })
  expect(server.objects.get(`${prefix}poster_0.jpg`)?.type).toBe('image/jpeg')
  expect(server.objects.get(`${prefix}peaks.json`)?.type).toBe('application/json')
})

test('pictures alone have no sound rendition', slow, async () => {
  const clip = makeClip(folder.path('silent.mp4'), { audio: false, size: '120x90' })
  const { report } = await publish(scratch, clip)
  expect(report.renditions.map(({ name }) => name)).toEqual(['90p'])
})

test('a few frames of a GIF, a single frame and odd sizes become films', slow, async () => {
  const gif = folder.path('few.gif')
  ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=65x49:r=10:d=0.5', gif)
  expect((await publish(scratch, gif)).report.media.durationMs).toBeGreaterThanOrEqual(400)
  const one = folder.path('one.mp4')
  ffmpeg(
    '-f',
    'lavfi',
    '-i',
    'testsrc2=s=321x241:r=25',
    '-frames:v',
    '1',
    '-pix_fmt',
    'yuv444p',
    '-c:v',
    'libx264',
    one,
  )
  expect((await publish(scratch, one)).report.media).toEqual({
    ...{ durationMs: 40, widthPx: 320, heightPx: 240, framesPerSecond: 25 },
  })
})

test('a film cut off in the middle is published as far as it goes', slow, async () => {
  const options = ['-movflags', '+faststart', '-g', '15']
  const whole = readFileSync(makeClip(folder.path('whole.mp4'), { seconds: 4, options }))
  const cut = folder.path('cut.mp4')
  writeFileSync(cut, whole.subarray(0, Math.round(whole.length * 0.6)))
  const { report } = await publish(scratch, cut)
  expect(report.media.durationMs).toBeGreaterThan(1500)
  expect(report.media.durationMs).toBeLessThan(3500)
})

const media = path.join(import.meta.dirname, '..', '..', 'shared', 'media')

test.each([
  ['02-iphone-gps-rot90.mov', 320, 568],
  ['03-android-portrait.mp4', 720, 1280],
])('a phone film stays upright: %s', slow, async (name, widthPx, heightPx) => {
  const file = path.join(media, name)
  if (!existsSync(file)) {
    console.warn(`skipped: ${name} is not in ../shared/media`)
    return
  }
  const { server, report } = await publish(scratch, file)
  expect(report.media).toMatchObject({ widthPx, heightPx })
  const all = Buffer.concat(
    [...server.objects].filter(([key]) => key !== 'source').map(([, { body }]) => body),
  )
  expect(/iPhone|com\.apple|\+\d\d\.\d+[+-]\d+/.test(all.toString('latin1'))).toBe(false)
})
