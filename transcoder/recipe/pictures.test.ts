import { readFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { TaskFailure, TaskReport } from '#contracts/task.ts'
import { openScratchRoot } from '../run/scratch.ts'
import { attempt, prefix } from '../test/attempt.ts'
import { makeFolder } from '../test/clip.ts'
import { makeReel } from '../test/reel.ts'
import type { TestServer } from '../test/server.ts'

const folder = makeFolder()
afterAll(folder.remove)
const scratch = await openScratchRoot(folder.path('scratch'))
const slow = { timeout: 60_000 }

const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=10:d=27']
const sound = ['-f', 'lavfi', '-i', 'sine=f=440:r=48000:d=27']
const reels = {
  '360p': makeReel(folder.path('360p'), picture, 'video'),
  '180p': makeReel(folder.path('180p'), [...picture, '-vf', 'scale=160:90'], 'video'),
  audio: makeReel(folder.path('audio'), sound, 'audio'),
}
const listKey = (name: string) => `v/out/film/${name}/index.m3u8`

/** As other tasks have left it: segments under prefixes of theirs, a playlist that names them. */
function layDown(server: TestServer) {
  for (const [name, { initPath, segments }] of Object.entries(reels)) {
    for (const file of [initPath, ...segments.map(({ path }) => path)]) {
      server.put(`v/out/c7/${name}/${file.split('/').at(-1)}`, file)
    }
    const text = readFileSync(folder.path(name, 'index.m3u8'), 'utf8')
    const up = `../../c7/${name}/`
    const body = text.replace(/^(seg_)/gm, `${up}$1`).replace('URI="', `URI="${up}`)
    server.objects.set(listKey(name), {
      ...{ body: Buffer.from(body), type: undefined, cacheControl: undefined },
    })
  }
}

const change = {
  kind: 'pictures',
  pictures: { top: listKey('360p'), lowest: listKey('180p'), audio: listKey('audio') },
} as const

test('pictures of a film that others made, of its sharpest no more than needed', slow, async () => {
  const started = await attempt(scratch, reels.audio.initPath, change, (server) => {
    layDown(server)
    server.breakOff('v/out/c7/180p/seg_00001.m4s', 100)
  })
  expect(await started.task.done).toBe('completed')
  const { server } = started
  await server.close()

  const report = TaskReport.parse(server.calls.at(-1)?.body)
  expect(report).toMatchObject({
    media: { durationMs: 27_000, widthPx: 320, heightPx: 180, framesPerSecond: 10 },
    ...{ renditions: [], captions: [], choices: null },
    pictures: { previewKey: 'preview.webp', peaks: { key: 'peaks.json', perSecond: 50 } },
  })
  expect(report.cpuSeconds).toBeGreaterThan(0)
  const { posters, storyboard, previewKey, peaks } = report.pictures!
  expect(posters.length).toBeGreaterThan(0)
  for (const key of [...posters, peaks!].map((each) => each.key)) {
    expect(server.objects.has(prefix + key), key).toBe(true)
  }
  for (const key of [...storyboard!.sheetKeys, 'storyboard.vtt']) {
    expect(server.objects.has(prefix + key), key).toBe(true)
  }
  expect(server.objects.get(prefix + previewKey!)?.type).toBe('image/webp')

  const held = new Set(posters.map(({ atSeconds }) => Math.floor(atSeconds / 6)))
  const readOfTop = server.reads.filter(([key]) => key.startsWith('v/out/c7/360p/seg_'))
  expect(readOfTop).toHaveLength(held.size)
  const beats = server.calls.filter(({ name }) => name === 'heartbeat')
  const percents = beats.map(({ body }) => (body as { percent: number }).percent)
  expect(percents).toEqual(percents.toSorted((a, b) => a - b))
})

test('a playlist that is gone ends the attempt, which may be tried again', slow, async () => {
  const started = await attempt(scratch, reels.audio.initPath, change)
  expect(await started.task.done).toBe('failed')
  await started.server.close()
  const failure = TaskFailure.parse(started.server.calls.at(-1)?.body)
  expect(failure).toMatchObject({ code: 'internal', isRetryable: true })
})
