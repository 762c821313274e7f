import { mkdirSync, readFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { ffmpeg, makeFolder } from '../test/clip.ts'
import { essenceOf } from './essence.ts'

const folder = makeFolder()
afterAll(folder.remove)

function makeInit(name: string, size: string, frames: number): Buffer {
  mkdirSync(folder.path(name))
  ffmpeg(
    ...['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=25`, '-frames:v', `${frames}`],
    ...['-c:v', 'libx265', '-preset', 'fast', '-pix_fmt', 'yuv420p'],
    ...['-x265-params', 'log-level=error:info=0', '-f', 'hls', '-hls_segment_type', 'fmp4'],
    ...[
      '-hls_segment_options',
      'use_editlist=0:movflags=+cmaf+frag_discont',
      folder.path(name, 'index.m3u8'),
    ],
  )
  return readFileSync(folder.path(name, 'init.mp4'))
}

test('init segments of one encoder are the same for all pictures, but for an idle table', () => {
  const [still, film] = [makeInit('still', '96x64', 1), makeInit('film', '96x64', 20)]
  expect(Buffer.compare(essenceOf(still), essenceOf(film))).toBe(0)
})

test('another size is another init segment', () => {
  const [one, other] = [makeInit('one', '96x64', 1), makeInit('other', '64x64', 1)]
  expect(Buffer.compare(essenceOf(one), essenceOf(other))).not.toBe(0)
})
