import { copyFileSync, truncateSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isScreen } from '../plan/title.ts'
import { ffmpeg, makeClip, makeFolder } from '../test/clip.ts'
import { probeSource } from './probe.ts'
import { surveyContent } from './survey.ts'

const folder = makeFolder()
const signal = new AbortController().signal
const limits = { folder: folder.path(), addressSpaceBytes: 8e9, cpuSeconds: 60, fileBytes: 1e9 }

const survey = async (file: string, stop = signal) =>
  surveyContent(file, await probeSource(file, signal), { signal: stop, limits })

/** Five seconds of a picture that is drawn by ffmpeg. */
function draw(name: string, picture: string): string {
  const file = folder.path(name)
  const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '10', '-pix_fmt', 'yuv420p']
  ffmpeg('-f', 'lavfi', '-i', picture, '-t', '5', ...x264, '-g', '30', file)
  return file
}

beforeAll(() => {
  draw('noise.mp4', 'color=gray:s=480x270:r=25,noise=alls=60:allf=t')
  draw('window.mp4', 'color=0x202020:s=480x270:r=25,drawgrid=w=24:h=12:color=white,fps=25')
  draw('soft.mp4', 'testsrc2=s=160x90:r=25,scale=960:540:flags=bicubic')
  makeClip(folder.path('moving.mp4'), { seconds: 5, size: '960x540', rate: '25' })
}, 60_000)
afterAll(() => folder.remove())

test('noise takes many bits everywhere, a window few', async () => {
  const noise = await survey(folder.path('noise.mp4'))
  const window = await survey(folder.path('window.mp4'))
  expect(noise?.restlessness).toBeGreaterThan(0.5)
  expect(window?.restlessness).toBeLessThan(0.1)
  expect(noise!.large.kbps).toBeGreaterThan(window!.large.kbps * 10)
  expect([noise, window].map((facts) => isScreen(facts!))).toEqual([false, true])
})

test('a picture that was scaled up is as sharp one step below; a sharp one is not', async () => {
  const soft = await survey(folder.path('soft.mp4'))
  expect(soft?.likeness['480p']).toBeGreaterThan(0.998)
  const sharp = await survey(folder.path('moving.mp4'))
  expect(sharp?.likeness['360p']).toBeLessThan(0.99)
  expect(Object.keys(soft!.likeness).toSorted()).toEqual(['360p', '480p'])
  expect(sharp!.large.kbps).toBeGreaterThan(sharp!.small.kbps)
  expect(sharp!.cpuSeconds).toBeGreaterThan(0)
})

test('a film that is too short, or not there any more, is not judged', async () => {
  const file = makeClip(folder.path('short.mp4'), { seconds: 2, audio: false })
  expect(await survey(file)).toBeNull()
  const source = await probeSource(folder.path('moving.mp4'), signal)
  expect(await surveyContent(folder.path('gone.mp4'), source, { signal, limits })).toBeNull()
})

test('a film that ends before it says is judged by what is there, or not at all', async () => {
  const file = folder.path('cut.mp4')
  const source = await probeSource(folder.path('moving.mp4'), signal)
  copyFileSync(folder.path('moving.mp4'), file)
  truncateSync(file, 2000)
  expect(await surveyContent(file, source, { signal, limits })).toBeNull()
})

test('only the signal ends it with an error', async () => {
  const reason = new Error('stopped')
  await expect(survey(folder.path('moving.mp4'), AbortSignal.abort(reason))).rejects.toBe(reason)
})
