import { afterAll, expect, test } from 'vitest'
import { openScratchRoot } from './run/scratch.ts'
import { publish, refuse } from './test/attempt.ts'
import { lead, makeChunks } from './test/chunks.ts'
import { ffmpeg, makeClip, makeFolder } from './test/clip.ts'

const folder = makeFolder()
afterAll(folder.remove)
const scratch = await openScratchRoot(folder.path('scratch'))
const slow = { timeout: 120_000 }
const clip = makeClip(folder.path('clip.mkv'), {
  ...{ seconds: 7, size: '64x48', rate: '25' },
  options: ['-g', '25', '-metadata:s:a', 'language=deu'],
})
const cover = folder.path('cover.tiff')
ffmpeg('-i', clip, '-frames:v', '1', cover)

/** A film whose second sound, and whose cover, are in codecs that are not read. */
const film = folder.path('film.mkv')
ffmpeg(
  ...['-i', clip, '-f', 'lavfi', '-i', 'sine=f=900:d=7', '-map', '1', '-map', '0'],
  ...['-c', 'copy', '-c:a:0', 'wavpack', '-attach', cover, '-metadata:s:t', 'mimetype=image/tiff'],
  film,
)

test('tracks in codecs that are not read are left out, and the rest is a film', slow, async () => {
  const plain = await publish(scratch, clip)
  const { report, lines } = await publish(scratch, film)
  expect(report.media).toEqual(plain.report.media)
  expect(report.renditions.map(({ kind }) => kind)).toEqual(['video', 'audio'])
  expect(report.renditions.at(-1)).toMatchObject({ language: 'deu' })
  expect(report.pictures?.posters.length).toBeGreaterThan(0)
  expect(lines.join('')).toContain('Codec (wavpack) not allowed')
})

test('a film whose file is not the one in storage is split by its copy', slow, async () => {
  const made = await lead(scratch, film)
  expect(made.split?.input).toMatchObject({ key: 'v/out/a1/source' })
  const joined = await makeChunks(made, scratch)
  await made.server.close()
  expect([...joined.keys()]).toEqual([made.split!.plan.videos[0]!.name])
})

test('a turned picture stays upright, and a file of nothing else is refused', slow, async () => {
  const plain = makeClip(folder.path('plain.mov'), { seconds: 1, size: '96x64' })
  const [turned, song] = [folder.path('turned.mov'), folder.path('song.mkv')]
  ffmpeg(
    ...['-i', plain, '-f', 'lavfi', '-i', 'color=s=16x16:d=1', '-map', '0', '-map', '1'],
    ...['-c', 'copy', '-c:v:1', 'v408', '-metadata:s:v:0', 'rotate=90', turned],
  )
  const { report } = await publish(scratch, turned)
  expect(report.media).toMatchObject({ durationMs: 1000, widthPx: 64, heightPx: 96 })
  ffmpeg('-f', 'lavfi', '-i', 'sine=d=1', '-c:a', 'wavpack', song)
  expect((await refuse(scratch, song)).failure).toMatchObject({
    ...{ code: 'unsupported_codec', isRetryable: false },
  })
})
