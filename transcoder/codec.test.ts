import { afterAll, expect, test } from 'vitest'
import { defaultLadder } from '#contracts/ladder.ts'
import { openScratchRoot } from './run/scratch.ts'
import { publish } from './test/attempt.ts'
import { ffmpeg, makeFolder } from './test/clip.ts'

const folder = makeFolder()
afterAll(folder.remove)
const scratch = await openScratchRoot(folder.path('scratch'))
const cheap = { kind: 'opening', ladder: defaultLadder.slice(-1) } as const
const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=128x96:r=25:d=0.6']
const sound = ['-f', 'lavfi', '-i', 'sine=r=48000:d=0.6']

test.each([
  ['v210.mov', ['-c:v', 'v210']],
  ['ffv1.mkv', ['-c:v', 'ffv1']],
  ['huffyuv.avi', ['-c:v', 'huffyuv', '-pix_fmt', 'yuv422p']],
  ['ffvhuff.avi', ['-c:v', 'ffvhuff', '-pix_fmt', 'yuv420p']],
  ['animation.mov', ['-c:v', 'qtrle', '-pix_fmt', 'rgb24']],
  ['cineform.mov', ['-c:v', 'cfhd', '-pix_fmt', 'yuv422p10le']],
  ['cinepak.mov', ['-c:v', 'cinepak', '-pix_fmt', 'rgb24']],
  ['svq1.mov', ['-c:v', 'svq1', '-pix_fmt', 'yuv410p']],
])('pictures as editors and archives keep them: %s', async (name, options) => {
  const file = folder.path(name)
  ffmpeg(...picture, ...options, file)
  const { report } = await publish(scratch, file, cheap)
  expect(report.media).toMatchObject({ widthPx: 128, heightPx: 96 })
  expect(Math.abs(report.media.durationMs - 600)).toBeLessThanOrEqual(40)
})

test.each([
  ['speex.ogg', ['-c:a', 'libspeex', '-ar', '16000']],
  ['nellymoser.flv', ['-c:a', 'nellymoser', '-ar', '22050', '-ac', '1']],
  ['broadcast.ts', ['-c:a', 's302m', '-ac', '2', '-strict', '-2']],
])('sound as it is rarely met: %s', async (name, options) => {
  const file = folder.path(name)
  ffmpeg(...sound, ...options, file)
  const { report } = await publish(scratch, file, { ...cheap, ladder: [] })
  expect(report.renditions).toMatchObject([{ name: 'audio', channels: 2 }])
})
