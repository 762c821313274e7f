import { readFile } from 'node:fs/promises'
import type { PictureCodec } from '#contracts/ladder.ts'
import { expect, test } from 'vitest'
import {
  canFallBack,
  isFinalMaster,
  isGrowingUrl,
  isOriginalUrl,
  plainOnly,
  planFirstLevel,
  planJoin,
  planStart,
  preferCodec,
  type Rendition,
  toKey,
} from './rendition.ts'

const whole = (key: string, heightPx: number, codec: PictureCodec = 'h264'): Rendition => ({
  ...{ key, heightPx, codec, isGrowing: false },
})
const growing = (key: string, heightPx: number) => ({ ...whole(key, heightPx), isGrowing: true })
const keys = (list: Rendition[]) => list.map(({ key }) => key)
const join = (here: Rendition[], listed: Rendition[], inUse: string[]) => {
  const { joins, leaves } = planJoin(here, listed, new Set(inUse))
  return { joins: keys(joins), leaves }
}
const original = whole('original', 1080)

test('a rendition is known again under another token and when its playlist is whole', () => {
  const key = toKey('https://l.test/p/k1.abc/v/vid_1/e/enc_1/a1/360p/live.m3u8')
  expect(toKey('https://l.test/p/k2.xyz/v/vid_1/e/enc_1/a1/360p/index.m3u8')).toBe(key)
  expect(toKey('/p/k1.abc/v/vid_1/e/enc_1/a1/360p/live.m3u8?x=1')).toBe(key)
  expect(toKey('/p/k1.abc/v/vid_1/e/enc_1/a2/360p/live.m3u8')).not.toBe(key)
})

test('an address tells whether its playlist grows and whether it is the uploaded file', () => {
  expect(isGrowingUrl('/p/t/v/vid_1/e/enc_1/a1/360p/live.m3u8')).toBe(true)
  expect(isGrowingUrl('/p/t/v/vid_1/e/enc_1/a1/360p/index.m3u8')).toBe(false)
  expect(isGrowingUrl('/p/t/v/vid_1/s/upl_1/video/live.m3u8')).toBe(false)
  expect(isOriginalUrl('/p/t/v/vid_1/s/upl_1/video/live.m3u8')).toBe(true)
  expect(isOriginalUrl('/p/t/v/vid_s/e/enc_1/a1/s/index.m3u8')).toBe(false)
})

test('a master is final only by its tag', () => {
  expect(isFinalMaster('#EXTM3U\r\n#EXT-X-LANTERN-FINAL:YES\r\n')).toBe(true)
  expect(isFinalMaster('#EXTM3U\n#EXT-X-LANTERN-FINAL:NO\n')).toBe(false)
  expect(isFinalMaster('#EXTM3U\n')).toBe(false)
})

test('a start takes what is whole, and of what grows only the first', () => {
  const listed = [growing('original', 1080), growing('360', 360)]
  expect(keys(planStart(listed))).toEqual(['original'])
  expect(keys(planStart([...listed, whole('480', 480)]))).toEqual(['480'])
})

test('what is new and whole joins; what plays already does not join again', () => {
  const listed = [original, whole('360', 360), growing('opening', 360)]
  expect(join([original], listed, ['original'])).toEqual({ joins: ['360'], leaves: [] })
})

test('what is not listed any more stays while it is used and while nothing is as good', () => {
  const here = [whole('360', 360), whole('720', 720), original]
  const ladder = [whole('360', 360), whole('720', 720)]
  expect(join(here, ladder, ['original']).leaves).toEqual([])
  expect(join(here, ladder, ['720']).leaves).toEqual([])
  const full = [...ladder, whole('1080', 1080)]
  expect(join(here, full, ['original'])).toEqual({ joins: ['1080'], leaves: [] })
  expect(join(here, full, ['720'])).toEqual({ joins: ['1080'], leaves: ['original'] })
})

test('what still grows leaves, though listed, once a whole one of its height is there', () => {
  const here = [growing('opening', 360), whole('480', 480)]
  const listed = [growing('opening', 360), whole('480', 480)]
  expect(join(here, listed, ['opening']).leaves).toEqual([])
  expect(join(here, listed, ['480']).leaves).toEqual(['opening'])
  expect(join([growing('opening', 720), whole('480', 480)], listed, ['480']).leaves).toEqual([])
})

test('of one size in several codecs the best that plays well stays, and the uploaded file', () => {
  const original = whole('/v/vid_1/s/upl_1/video', 720)
  const listed = [original, whole('360', 360), whole('720', 720), whole('720av1', 720, 'av1')]
  expect(keys(preferCodec(listed, ['av1', 'h264']))).toEqual([original.key, '360', '720av1'])
  expect(keys(preferCodec(listed, ['hevc', 'h264']))).toEqual([original.key, '360', '720'])
  expect(keys(preferCodec([whole('480hevc', 480, 'hevc')], ['h264']))).toEqual(['480hevc'])
})

test('what is whole does not step back for a better codec that still grows', () => {
  const growingAv1 = { ...whole('720av1', 720, 'av1'), isGrowing: true }
  const listed = [whole('720', 720), growingAv1]
  expect(keys(preferCodec(listed, ['av1', 'h264']))).toEqual(['720', '720av1'])
})

test('a better codec of the same size joins, and the other leaves once nobody uses it', () => {
  const av1 = whole('720av1', 720, 'av1')
  expect(join([whole('720', 720)], [av1], ['720'])).toEqual({ joins: ['720av1'], leaves: [] })
  expect(join([whole('720', 720), av1], [av1], ['720av1']).leaves).toEqual(['720'])
})

test('the first level is the highest whose first segment takes no longer than a second', () => {
  const levels = [400_000, 1_200_000, 5_000_000]
  expect(planFirstLevel(levels, 2_000_000)).toBe(0)
  expect(planFirstLevel(levels, 8_000_000)).toBe(1)
  expect(planFirstLevel(levels, 100_000_000)).toBe(2)
})

test('the hls.js whose inside is reached into is the one installed', async () => {
  const source = await readFile(new URL('./hls-levels.ts', import.meta.url), 'utf8')
  const installed = new URL('../../node_modules/hls.js/package.json', import.meta.url)
  const { version } = JSON.parse(await readFile(installed, 'utf8')) as { version: string }
  expect(/Written against ([\d.]+\d)/.exec(source)?.[1]).toBe(version)
})

test('H.264 takes the place of a codec that could not be decoded, once', () => {
  expect(canFallBack('av1', false)).toBe(true)
  expect(canFallBack('hevc', false)).toBe(true)
  expect(canFallBack('hevc', true)).toBe(false)
  for (const codec of ['h264', null, undefined] as const) {
    expect(canFallBack(codec, false)).toBe(false)
  }
})

test('nothing in another codec is listed then, unless there is nothing else', () => {
  const filmed = whole('source', 2160, 'hevc')
  const listed = [filmed, whole('1080pav1', 1080, 'av1'), whole('720p', 720), whole('360p', 360)]
  expect(keys(plainOnly(listed))).toEqual(['720p', '360p'])
  expect(keys(plainOnly([filmed]))).toEqual(['source'])
})
