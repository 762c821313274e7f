import { mkdirSync, writeFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { defaultAudio, defaultLadder, gopSeconds, segmentSeconds } from '#contracts/ladder.ts'
import { planEncode } from '../plan/encode.ts'
import { ffmpeg, makeFolder } from '../test/clip.ts'
import { openMeter } from './measure.ts'

const folder = makeFolder()
afterAll(folder.remove)

const sound = { index: 0, language: null, label: null, channels: 2, layout: 'stereo' }
const source = {
  picture: null,
  sounds: [{ ...sound, startSeconds: 0, endSeconds: 1 }],
  subtitles: [],
  durationSeconds: 1,
  clockOffsetSeconds: 0,
}
const spec = { ladder: defaultLadder, audio: defaultAudio, segmentSeconds, gopSeconds }
const plan = planEncode(source as never, spec as never)
const [output] = plan.audios

test('an output that cannot be read is a damaged film, not trouble of ours', async () => {
  mkdirSync(folder.path('audio'))
  const file = folder.path('audio', 'init.mp4')
  writeFileSync(file, 'no boxes at all')
  const open = () => openMeter(plan, output!, folder.path())
  await expect(open()).rejects.toMatchObject({ code: 'damaged', isRetryable: false })

  const whole = ['-movflags', '+frag_keyframe+empty_moov+delay_moov', '-f', 'mp4', file]
  ffmpeg('-f', 'lavfi', '-i', 'sine=d=0.2:r=48000', '-c:a', 'aac', ...whole)
  writeFileSync(folder.path('audio', 'seg_00000.m4s'), 'no fragment')
  const meter = await open()
  await expect(meter.take('seg_00000.m4s')).rejects.toMatchObject({ code: 'damaged' })
})
