import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { defaultLadder } from '#contracts/ladder.ts'
import { TaskFailure } from '#contracts/task.ts'
import type { VideoRendition } from '#contracts/task.ts'
import { readInit, readSegment } from './plan/fragment.ts'
import { openScratchRoot } from './run/scratch.ts'
import { prefix, publish, saveWhole } from './test/attempt.ts'
import { lead, makeChunks, run, saveJoined, small, toChunkSpec } from './test/chunks.ts'
import { ffmpeg, ffprobe, makeFolder } from './test/clip.ts'
import { startServer } from './test/server.ts'

const folder = makeFolder()
afterAll(folder.remove)
const scratch = await openScratchRoot(folder.path('scratch'))
const slow = { timeout: 120_000 }
const whole = { ...small, isWhole: true }
const rungs = [
  { name: '180p', shortSidePx: 180, maxKbps: 600, crf: 20 },
  { name: '90p', shortSidePx: 90, maxKbps: 300, crf: 20 },
]

/** Both at 6.5 s, near the end: a flash and a beep. */
const flash = "drawbox=c=white:t=fill:enable='between(t,6.5,6.7)'"
const beep = "aevalsrc='sin(2*PI*1000*t)*between(t,6.5,6.7)':s=44100:d=7.3"
const film = folder.path('film.mp4')
ffmpeg(
  ...['-f', 'lavfi', '-i', `testsrc2=s=320x180:r=30000/1001:d=7.3,${flash}`],
  ...['-f', 'lavfi', '-i', beep, '-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'],
  ...['-g', '50', '-bf', '3', '-x264-params', 'open-gop=1', '-c:a', 'aac', film],
)
const silent = folder.path('silent.mp4')
ffmpeg('-i', film, '-an', '-c', 'copy', silent)

const listPts = (file: string) =>
  ffprobe('-show_entries', 'frame=pts', '-of', 'csv=p=0', file)
    .trim()
    .split(/\s+/)
    .map((pts) => Number.parseInt(pts))

/** What the decoder says of it. */
const listWarnings = (file: string) =>
  spawnSync('ffmpeg', [
    '-v',
    'warning',
    '-nostdin',
    '-i',
    file,
    '-f',
    'null',
    '-',
  ]).stderr.toString()

test('chunks join to the film of one pass, in every rendition', slow, async () => {
  const made = await lead(scratch, film, { ladder: rungs })
  const joined = await makeChunks(made, scratch)
  const { server, split, report } = made
  const onePass = await publish(scratch, film, { ...whole, ladder: rungs })

  expect(split).toMatchObject({
    media: { durationMs: 7307, widthPx: 320, heightPx: 180 },
    plan: { frameCount: 219, segmentFrames: 60 },
    chunks: [
      { number: 0, firstFrame: 0, endFrame: 60 },
      { number: 1, firstFrame: 60, endFrame: 120 },
      { number: 2, firstFrame: 120, endFrame: 180 },
      { number: 3, firstFrame: 180, endFrame: 219 },
    ],
    input: null,
  })
  expect(report.renditions.map(({ name }) => name)).toEqual(['audio'])
  expect(report.media).toEqual(split!.media)
  expect(report.choices).toEqual(onePass.report.choices)

  for (const { name } of rungs) {
    const { rendition, keys, initKeys } = joined.get(name)!
    const single = onePass.report.renditions.find((each) => each.name === name) as VideoRendition
    expect(rendition).toMatchObject({ codecs: single.codecs, widthPx: single.widthPx })
    const inits = initKeys.flatMap((key) => server.objects.get(key)?.body ?? [])
    expect(inits).toHaveLength(1)
    const init = onePass.server.objects.get(prefix + single.initKey)!.body
    for (const each of inits) expect(each.equals(init)).toBe(true)

    const facts = readInit(init)
    const timesOf = (body: Buffer) => {
      const { startTicks, durationTicks, samples } = readSegment(body, facts)
      return { startTicks, durationTicks, samples }
    }
    const bodies = keys.slice(1).map((key) => server.objects.get(key)!.body)
    expect(bodies.map(timesOf)).toEqual(
      single.segments.map(({ key }) => timesOf(onePass.server.objects.get(prefix + key)!.body)),
    )

    const [one, other] = [folder.path(name, 'chunks.mp4'), folder.path(name, 'whole.mp4')]
    saveJoined(server, keys, one)
    saveWhole(onePass.server, single, other)
    expect(listPts(one)).toEqual(listPts(other))
    expect(listWarnings(one)).toBe('')
    const log = folder.path('psnr.log')
    ffmpeg('-i', one, '-i', other, '-lavfi', `psnr=stats_file=${log}`, '-f', 'null', '-')
    const psnr = [...readFileSync(log, 'utf8').matchAll(/psnr_y:([\d.]+|inf)/g)].map(([, db]) =>
      db === 'inf' ? 99 : Number(db),
    )
    expect(psnr).toHaveLength(219)
    expect(Math.min(...psnr)).toBeGreaterThan(30)
  }

  const light = ffmpeg(
    ...['-i', folder.path('180p', 'chunks.mp4'), '-vf', 'scale=1:1'],
    ...['-f', 'rawvideo', '-pix_fmt', 'gray', '-'],
  )
  const sound = saveWhole(server, report.renditions[0]!, folder.path('audio.mp4'))
  const pcm = ffmpeg('-i', sound, '-ac', '1', '-f', 's16le', '-')
  const samples = new Int16Array(pcm.buffer, pcm.byteOffset, pcm.length >> 1)
  const seen = (light.findIndex((value) => value > 240) * 1001) / 30_000
  const heard = samples.findIndex((value) => Math.abs(value) > 4000) / 48_000
  expect(Math.abs(heard - 6.5)).toBeLessThan(0.005)
  expect(seen - 6.5).toBeGreaterThanOrEqual(0)
  expect(seen - 6.5).toBeLessThan(1001 / 30_000)
  await server.close()
})

test('an attempt after a split makes the sound alone, and does not split again', slow, async () => {
  const first = await lead(scratch, film, { ladder: rungs })
  await first.server.close()
  const again = await lead(scratch, film, { ladder: rungs, split: first.split!.plan })
  await again.server.close()
  expect(again.split).toBeNull()
  expect(again.report.renditions.map(({ name }) => name)).toEqual(['audio'])
  expect(again.report.media).toEqual(first.report.media)
  expect(again.report.choices).toEqual(first.report.choices)
})

test('a silent film leaves its lead nothing to make', slow, async () => {
  const { server, split, report } = await lead(scratch, silent, { ladder: rungs })
  await server.close()
  expect(split!.chunks).toHaveLength(4)
  expect(report.renditions).toEqual([])
  expect(report.media).toEqual(split!.media)
})

test('single renditions are made again as they were chosen', slow, async () => {
  const rung = { codec: 'h264', widthPx: 160, heightPx: 90, maxKbps: 222, preset: 'fast' } as const
  const choices = { rungs: [{ ...rung, name: '144p', crf: 31 }] }
  const only = ['144p', 'audio']
  const long = await lead(scratch, film, { choices, only, ladder: defaultLadder })
  await long.server.close()
  expect(long.split!.plan.videos).toEqual([
    { name: '144p', codec: 'h264', widthPx: 160, heightPx: 90 },
  ])
  expect(long.report).toMatchObject({ choices, renditions: [{ name: 'audio' }] })
  const { server, report } = await publish(scratch, film, { ...whole, choices, only: ['144p'] })
  expect(report).toMatchObject({ choices, renditions: [{ name: '144p', widthPx: 160 }] })
  expect(report).toMatchObject({ captions: [], pictures: null })
  expect([...server.objects.keys()].some((key) => key.includes('audio'))).toBe(false)
})

test('a machine that would make another init segment hands its chunk back', slow, async () => {
  const made = await lead(scratch, silent, { ladder: rungs.slice(1) })
  const spec = toChunkSpec(made, 1)
  const recipe = { ...spec.split!.recipe, inits: { '90p': '00' } }
  const { how, body } = await run(
    made.server,
    { ...spec, split: { ...spec.split!, recipe } },
    scratch,
  )
  await made.server.close()
  expect(how).toBe('failed')
  expect(TaskFailure.parse(body)).toMatchObject({ code: 'internal', isRetryable: true })
  expect([...made.server.objects.keys()].some((key) => key.startsWith('v/out/c1/'))).toBe(false)
})

test('a chunk is cut out of parts, and a broken reading is taken up', slow, async () => {
  const server = await startServer()
  const made = await lead(scratch, silent, { ladder: rungs.slice(1) })
  await server.close()
  const { sizeBytes } = made.spec.input
  const partBytes = Math.ceil(sizeBytes / 7)
  made.server.objects.delete('source')
  made.server.putParts('source', silent, partBytes)
  made.server.breakOff('source/00002', 1000)
  const spec = toChunkSpec(made, 2)
  const { how } = await run(made.server, { ...spec, input: { ...spec.input, partBytes } }, scratch)
  await made.server.close()
  expect(how).toBe('completed')
})

test.each([
  ['one key frame', ['-g', '9999', '-x264-params', 'keyint=9999:scenecut=0'], 'one.mp4'],
  ['a clock that jumps', [], 'jump.ts'],
])('%s: all is made in one process', slow, async (_, options, name) => {
  const file = folder.path(name)
  const x264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p']
  ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=25:d=6', ...x264, ...options, file)
  if (name === 'jump.ts') {
    const later = folder.path('later.ts')
    ffmpeg('-i', file, '-c', 'copy', '-output_ts_offset', '5000', later)
    writeFileSync(file, Buffer.concat([file, later].map((each) => readFileSync(each))))
  }
  const { server, split, report } = await lead(scratch, file)
  await server.close()
  expect(split).toBeNull()
  expect(report.renditions.map(({ kind }) => kind)).toEqual(['video'])
})
