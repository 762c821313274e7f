import { expect, test } from 'vitest'
import { defaultLadder } from '#contracts/ladder.ts'
import { planCodecs, readEncodable } from './codec.ts'
import { planLadder } from './ladder.ts'
import type { VideoPlan } from './ladder.ts'
import { planPictures } from './picture.ts'
import type { PictureSource } from './source.ts'
import { codecOptions } from './video-output.ts'

const ladder = (widthPx: number, heightPx: number) =>
  planLadder({ widthPx, heightPx }, defaultLadder)
const names = (videos: VideoPlan[]) => videos.map(({ name }) => name)

test('H.264 is whole; the others have the rungs where they pay, beside those', () => {
  expect(names(planCodecs(ladder(1920, 1080), ['av1', 'h264', 'hevc']))).toEqual([
    ...['1080p', '1080phevc', '1080pav1', '720p', '720phevc', '720pav1'],
    ...['480p', '480phevc', '480pav1', '360p'],
  ])
  expect(names(planCodecs(ladder(3840, 2160), ['av1'])).filter((n) => n.endsWith('av1'))).toEqual([
    ...['2160pav1', '1440pav1', '1080pav1', '720pav1'],
  ])
  expect(names(planCodecs(ladder(640, 360), ['h264', 'av1']))).toEqual(['360p'])
  expect(planCodecs(ladder(1920, 1080), ['h264'])).toEqual(ladder(1920, 1080))
})

test('the same quality is asked of every codec, of the better ones in fewer bits', () => {
  const [h264, hevc, av1] = planCodecs(ladder(1920, 1080), ['h264', 'hevc', 'av1'])
  expect(hevc).toMatchObject({ widthPx: 1920, heightPx: 1080, codec: 'hevc' })
  for (const other of [hevc!, av1!]) {
    expect(other.crf).toBeGreaterThan(h264!.crf)
    expect(other.maxKbps).toBeLessThan(h264!.maxKbps)
  }
  const sharper = ladder(1920, 1080).map((video) => ({ ...video, crf: 20 }))
  const [, , sharperAv1] = planCodecs(sharper, ['h264', 'hevc', 'av1'])
  expect(sharperAv1!.crf).toBeLessThan(av1!.crf)
  const least = ladder(1920, 1080).map((video) => ({ ...video, crf: 51 }))
  for (const { crf } of planCodecs(least, ['hevc', 'av1'])) expect(crf).toBeLessThanOrEqual(51)
})

test('one picture is scaled for all codecs of a rung', () => {
  const picture: PictureSource = {
    ...{ index: 0, widthPx: 1280, heightPx: 720, rate: { num: 30, den: 1 }, isInterlaced: false },
    ...{ pixelFormat: 'yuv420p', isFullRange: false, startSeconds: 0, endSeconds: 10 },
    colour: { matrix: 'bt709', transfer: 'bt709', primaries: 'bt709' },
  }
  const videos = planCodecs(ladder(1280, 720), ['h264', 'av1'])
  const graph = planPictures(picture, videos, ['fps=fps=30'])
  expect(graph.split(';').map((chain) => /(?:split|setsar).*/.exec(chain)?.[0])).toEqual([
    'setsar=1,split=3[v0][v1][s0]',
    'setsar=1,split=3[v2][v3][s1]',
    'setsar=1[v4]',
  ])
  expect(graph.match(/zscale=w=1280/g)).toHaveLength(1)
})

test('every codec has closed groups of the same length and no scene of its own', () => {
  const [h264, hevc, av1] = planCodecs(ladder(1280, 720), ['h264', 'hevc', 'av1']).map((video) =>
    codecOptions[video.codec](video, 60).join(' '),
  )
  expect(h264).toContain('-g 60 -keyint_min 60 -sc_threshold 0 -flags +cgop')
  expect(hevc).toContain('keyint=60:min-keyint=60:scenecut=0:open-gop=0')
  expect(hevc).toContain('-tag:v hvc1')
  expect(av1).toContain('-g 60 -svtav1-params scd=0:lp=1')
})

test('what an ffmpeg can make is read from its own list', () => {
  const print = [
    ' V....D libx264              libx264 H.264 / AVC / MPEG-4 AVC / MPEG-4 part 10 (codec h264)',
    ' V..... libsvtav1            SVT-AV1(Scalable Video Technology for AV1) encoder (codec av1)',
    ' V....D libx265rgb           no such thing (codec hevc)',
  ].join('\n')
  expect(readEncodable(print)).toEqual(['h264', 'av1'])
})
