import { writeFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { maxPixels, maxStreams, refuseEndless } from '../plan/limit.ts'
import { ffmpeg, makeFolder } from '../test/clip.ts'
import { probeSource } from './probe.ts'

const folder = makeFolder()
afterAll(folder.remove)
const { signal } = new AbortController()
const mpeg4 = ['-c:v', 'mpeg4', '-q:v', '31']

test('a film of more tracks than anybody makes is too large', async () => {
  const make = (count: number) => {
    const file = folder.path(`${count}.mkv`)
    const maps = Array.from({ length: count }, () => ['-map', '0:v']).flat()
    ffmpeg('-f', 'lavfi', '-i', 'color=s=16x16:r=5:d=0.4', ...maps, ...mpeg4, file)
    return file
  }
  await expect(probeSource(make(maxStreams + 1), signal)).rejects.toMatchObject({
    code: 'too_large',
    isRetryable: false,
  })
  expect((await probeSource(make(2), signal)).picture).not.toBeNull()
})

test('a film of days is too expensive, one of a day is not', async () => {
  const file = folder.path('days.mkv')
  const picture = 'color=s=16x16:r=1/600'
  ffmpeg('-f', 'lavfi', '-i', picture, '-t', '90000', ...mpeg4, '-enc_time_base', '1/1000', file)
  await expect(probeSource(file, signal)).rejects.toMatchObject({
    ...{ code: 'too_expensive', isRetryable: false },
    message: 'The film lasts 25 hours',
  })
  expect(() => refuseEndless(24 * 3600)).not.toThrow()
})

test('a picture of more pixels than a screen has is too large', async () => {
  const side = Math.ceil(Math.sqrt(maxPixels)) + 16 - (Math.ceil(Math.sqrt(maxPixels)) % 16)
  const file = folder.path('wide.mp4')
  const picture = `color=s=${side}x${side}:r=1`
  ffmpeg(
    '-f',
    'lavfi',
    '-i',
    picture,
    '-frames:v',
    '1',
    '-c:v',
    'mjpeg',
    '-pix_fmt',
    'yuvj420p',
    file,
  )
  await expect(probeSource(file, signal)).rejects.toMatchObject({ code: 'too_large' })
})

/** A film whose picture has one tag of five million letters. */
function makeTalk(name: string, tag: string): string {
  const [file, tags] = [folder.path(`${name}.mkv`), folder.path(`${name}.txt`)]
  writeFileSync(tags, `;FFMETADATA1\n[STREAM]\n${tag}=${'x'.repeat(5e6)}\n`)
  const inputs = ['-f', 'lavfi', '-i', 'color=s=16x16:r=5:d=0.4', '-i', tags]
  ffmpeg(...inputs, '-map_metadata:s:0', '1:s:0', ...mpeg4, file)
  return file
}

test('tags that nobody uses may be megabytes, a title is damage for good', async () => {
  const film = await probeSource(makeTalk('long', 'lyrics'), signal)
  expect(film.picture).not.toBeNull()
  await expect(probeSource(makeTalk('endless', 'title'), signal)).rejects.toMatchObject({
    ...{ code: 'damaged', isRetryable: false },
  })
})
