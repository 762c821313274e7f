import { readFileSync, readdirSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ffmpeg, makeClip, makeFolder } from '../test/clip.ts'
import { findBox, isEncrypted, listBoxes } from './box.ts'
import { readInit, readSegment } from './fragment.ts'

const folder = makeFolder()
afterAll(folder.remove)

beforeAll(() => {
  const clip = makeClip(folder.path('clip.mp4'), { seconds: 3, rate: '25' })
  const hls = ['-f', 'hls', '-hls_time', '2', '-hls_segment_type', 'fmp4', '-hls_list_size', '0']
  for (const [kind, codec] of [
    ['v', ['-c:v', 'libx264', '-profile:v', 'main', '-level', '3.1', '-g', '50', '-r', '25']],
    ['a', ['-c:a', 'aac', '-ar', '48000', '-ac', '2']],
  ] as const) {
    const names = ['-hls_fmp4_init_filename', `${kind}.mp4`]
    const segments = ['-hls_segment_filename', folder.path(`${kind}%d.m4s`)]
    ffmpeg(
      '-i',
      clip,
      '-map',
      `0:${kind}`,
      ...codec,
      ...hls,
      ...names,
      ...segments,
      folder.path(`${kind}.m3u8`),
    )
  }
})

const read = (name: string) => readFileSync(folder.path(name))

test('codecs are read from avcC and esds', () => {
  expect(readInit(read('v.mp4'))).toMatchObject({
    codecs: 'avc1.4d401f',
    widthPx: 320,
    heightPx: 180,
  })
  expect(readInit(read('a.mp4'))).toMatchObject({
    codecs: 'mp4a.40.2',
    timescale: 48000,
    channels: 2,
  })
})

test('codecs of HEVC and AV1 are read too, and the channels that a sound really has', () => {
  process.env['SVT_LOG'] = '1' // errors alone; it writes past ffmpeg's own level
  const cmaf = ['-f', 'mp4', '-movflags', '+cmaf+empty_moov']
  const kinds = {
    hevc: [
      '-c:v',
      'libx265',
      '-preset',
      'ultrafast',
      '-tag:v',
      'hvc1',
      '-x265-params',
      'log-level=none',
    ],
    av1: ['-c:v', 'libsvtav1', '-preset', '12', '-svtav1-params', 'lp=1'],
  }
  for (const [name, options] of Object.entries(kinds)) {
    const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25:d=0.2', '-pix_fmt', 'yuv420p']
    ffmpeg(...picture, ...options, ...cmaf, folder.path(`${name}.mp4`))
  }
  const sound = ['-f', 'lavfi', '-i', 'anullsrc=channel_layout=5.1:r=48000', '-t', '0.2']
  ffmpeg(...sound, '-c:a', 'aac', ...cmaf, folder.path('surround.mp4'))

  const size = { widthPx: 320, heightPx: 180 }
  const hevc = readInit(read('hevc.mp4'))
  expect(hevc).toMatchObject(size)
  expect(hevc.codecs).toMatch(/^hvc1\.1\.6\.L\d+\.90$/)
  expect(readInit(read('av1.mp4'))).toMatchObject({ codecs: 'av01.0.00M.08', ...size })
  expect(readInit(read('surround.mp4'))).toMatchObject({ codecs: 'mp4a.40.2', channels: 6 })
})

test('durations, samples and key frames are measured on the samples', () => {
  const init = readInit(read('v.mp4'))
  const [first, second] = ['v0.m4s', 'v1.m4s'].map((name) => readSegment(read(name), init))
  expect(first).toMatchObject({ samples: 50, startsWithKey: true })
  expect(first!.durationTicks / init.timescale).toBeCloseTo(2, 6)
  expect(second!.startTicks - first!.startTicks).toBe(first!.durationTicks)
  expect(second!.durationTicks / init.timescale).toBeCloseTo(1, 6)
})

test('a segment whose first sample is no key frame is seen', () => {
  const bytes = read('v0.m4s')
  const trun = findBox(bytes, ['moof', 'traf', 'trun'])!
  const flags = bytes.readUInt32BE(trun.start) & 0xffffff
  expect(flags & 0x04).toBe(4)
  bytes.writeUInt32BE(0x01010000, trun.start + 8 + (flags & 1 ? 4 : 0))
  expect(readSegment(bytes, readInit(read('v.mp4'))).startsWithKey).toBe(false)
})

test('bytes that are no film are refused and never loop', () => {
  expect(() => readInit(Buffer.from('not a film at all'))).toThrow('not complete')
  expect(() => readSegment(Buffer.alloc(100), readInit(read('v.mp4')))).toThrow('no samples')
  expect(listBoxes(Buffer.from([0, 0, 0, 4, 65, 65, 65, 65]))).toEqual([])
  expect(readdirSync(folder.path()).length).toBeGreaterThan(4)
})

test('encrypted sample entries are seen', () => {
  const file = read('v.mp4')
  const moov = findBox(file, ['moov'])!
  const payload = Buffer.from(file.subarray(moov.start, moov.end))
  expect(isEncrypted(payload)).toBe(false)
  payload.write('encv', payload.indexOf('avc1'), 'latin1')
  expect(isEncrypted(payload)).toBe(true)
})
