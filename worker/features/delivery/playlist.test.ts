import HLS from 'hls-parser'
import { expect, test } from 'vitest'
import type { AudioRendition, PublishedRendition, VideoRendition } from '#contracts/task.ts'
import {
  growingPlaylist,
  iframeBits,
  iframePlaylist,
  masterPlaylist,
  mediaPlaylist,
} from './playlist.ts'

const lengths = (...seconds: number[]) =>
  seconds.map((durationSeconds, index) => ({
    key: `720p/seg_0000${index}.m4s`,
    durationSeconds,
    sizeBytes: 1000,
    keyFrameBytes: 300 + index,
  }))

const film: VideoRendition = {
  name: '720p',
  kind: 'video',
  codecs: 'avc1.64001f',
  peakBitsPerSecond: 2_600_000,
  averageBitsPerSecond: 1_900_000,
  initKey: '720p/init.mp4',
  widthPx: 1280,
  heightPx: 720,
  framesPerSecond: 24_000 / 1001,
  segments: lengths(6.006, 6.006, 2.3356673),
}
const small = { ...film, name: '360p', peakBitsPerSecond: 700_000, averageBitsPerSecond: 500_000 }
const large = { ...film, name: '1080p', peakBitsPerSecond: 6e6, averageBitsPerSecond: 4e6 }
const sound: AudioRendition = {
  name: 'audio',
  kind: 'audio',
  codecs: 'mp4a.40.2',
  peakBitsPerSecond: 140_000,
  averageBitsPerSecond: 128_000,
  initKey: 'audio/init.mp4',
  channels: 2,
  language: null,
  label: null,
  track: 0,
  segments: lengths(6.016, 6.016),
}

const encodeId = 'enc_01kaf3v9gq8y2n5s7t4w6x0z1b'
const row = (rendition: VideoRendition | AudioRendition) => ({
  widthPx: null,
  heightPx: null,
  framesPerSecond: null,
  channels: null,
  language: null,
  label: null,
  track: null,
  iframeBitsPerSecond: iframeBits(rendition as PublishedRendition),
  ...rendition,
  uri: `e/${encodeId}/a2/${rendition.name}/index.m3u8`,
})
const master = (...renditions: (VideoRendition | AudioRendition)[]) =>
  masterPlaylist(renditions.map(row), { isFinal: true })

const parseMedia = (text: string) => HLS.parse(text) as HLS.types.MediaPlaylist
const parseMaster = (text: string) => HLS.parse(text) as HLS.types.MasterPlaylist
const streamsOf = (text: string) =>
  parseMaster(text).variants.filter((variant) => !variant.isIFrameOnly)

test('a media playlist names its files beside itself and ends', () => {
  const parsed = parseMedia(mediaPlaylist(film))
  expect(parsed).toMatchObject({ version: 7, targetDuration: 6, playlistType: 'VOD' })
  expect(parsed.endlist).toBe(true)
  expect(parsed.segments.map((segment) => segment.uri)).toEqual([
    'seg_00000.m4s',
    'seg_00001.m4s',
    'seg_00002.m4s',
  ])
  expect(parsed.segments[0]!.map!.uri).toBe('init.mp4')
})

test('a growing playlist begins at the beginning, calls players back soon, and ends once', () => {
  const opening = { ...film, segments: lengths(2.002, 2.002) }
  const open = growingPlaylist(opening, false)
  expect(parseMedia(open)).toMatchObject({ playlistType: 'EVENT', targetDuration: 2 })
  expect(parseMedia(open)).toMatchObject({ endlist: false, start: { offset: 0 } })
  const whole = growingPlaylist(opening, true)
  expect(parseMedia(whole).endlist).toBe(true)
  expect(whole.startsWith(open)).toBe(true)
})

test('a master says when nothing will join any more', () => {
  expect(masterPlaylist([row(film)], { isFinal: false })).not.toContain('LANTERN-FINAL')
  expect(master(film)).toContain('#EXT-X-LANTERN-FINAL:YES')
})

test('durations add up to the media however many segments there are', () => {
  const third = 6 + 1 / 3
  const parsed = parseMedia(
    mediaPlaylist({ ...film, segments: lengths(...Array(999).fill(third)) }),
  )
  const sum = parsed.segments.reduce((total, segment) => total + segment.duration, 0)
  expect(Math.abs(sum - third * 999)).toBeLessThan(1e-6)
})

test('no duration, rounded, is above the target; sound and picture share it', () => {
  expect(parseMedia(mediaPlaylist(sound)).targetDuration).toBe(6)
  const long = { ...film, segments: lengths(6, 8.5, 3) }
  expect(parseMedia(mediaPlaylist(long)).targetDuration).toBe(9)
})

test('a master playlist states what was measured, sound included', () => {
  const { variants } = parseMaster(master(film, sound))
  expect(variants[0]).toMatchObject({
    uri: `e/${encodeId}/a2/720p/index.m3u8`,
    bandwidth: 2_740_000,
    averageBandwidth: 2_028_000,
    codecs: 'avc1.64001f,mp4a.40.2',
    resolution: { width: 1280, height: 720 },
    frameRate: 23.976,
  })
  expect(variants[0]!.audio[0]).toMatchObject({
    groupId: 'audio',
    name: 'Audio',
    uri: `e/${encodeId}/a2/audio/index.m3u8`,
    isDefault: true,
    autoselect: true,
    channels: '2',
  })
  expect(master(film)).toContain('FRAME-RATE=23.976')
})

test('the variant near 2 Mbit/s leads, the others rise', () => {
  const names = streamsOf(master(large, film, small, sound)).map((v) => v.uri)
  expect(names.map((uri) => uri.split('/').at(-2))).toEqual(['720p', '360p', '1080p'])
  expect(streamsOf(master(large))).toHaveLength(1)
})

test('other codecs follow H.264, each with its own string, and scrubbing stays with H.264', () => {
  const av1 = {
    ...{ ...film, name: '720pav1', codecs: 'av01.0.05M.08' },
    ...{ peakBitsPerSecond: 1_700_000, averageBitsPerSecond: 1_200_000 },
    segments: lengths(6.006).map((segment) => ({ ...segment, keyFrameBytes: 1 })),
  }
  const hevc = { ...av1, name: '720phevc', codecs: 'hvc1.1.6.L93.B0', peakBitsPerSecond: 1_900_000 }
  const text = master(hevc, av1, large, film, small, sound)
  expect(streamsOf(text).map(({ uri }) => uri.split('/').at(-2))).toEqual([
    ...['720p', '360p', '1080p', '720pav1', '720phevc'],
  ])
  expect(streamsOf(text).map(({ codecs }) => codecs?.split(',')[0])).toEqual([
    ...['avc1.64001f', 'avc1.64001f', 'avc1.64001f', 'av01.0.05M.08', 'hvc1.1.6.L93.B0'],
  ])
  const pictures = parseMaster(text).variants.find((variant) => variant.isIFrameOnly)
  expect(pictures?.uri).toContain('/360p/')
  expect(streamsOf(master(av1, hevc))[0]?.uri).toContain('/720phevc/')
})

test('languages are named in their own words and told apart', () => {
  const german = { ...sound, language: 'ger' }
  const more = { ...sound, name: 'audio2', language: 'deu' }
  const group = parseMaster(master(film, german, more)).variants[0]!.audio
  expect(group.map(({ language, name, isDefault }) => [language, name, isDefault])).toEqual([
    ['de', 'Deutsch', true],
    ['de', 'Deutsch 2', false],
  ])
  expect(master(film, { ...sound, language: 'und' })).not.toContain('LANGUAGE')
  expect(master(film, { ...sound, language: 'x"y\n' })).toContain('NAME="Audio"')
})

test('sound alone is a variant without a picture; a silent film names no sound', () => {
  const [variant] = parseMaster(master(sound)).variants
  expect(variant).toMatchObject({ bandwidth: 140_000, codecs: 'mp4a.40.2' })
  expect(master(sound)).not.toMatch(/RESOLUTION|EXT-X-MEDIA|AUDIO=/)
  expect(master(film)).not.toMatch(/EXT-X-MEDIA|AUDIO=|mp4a/)
})

test('scrubbing gets the first picture of each segment as a byte range of the same files', () => {
  const parsed = parseMedia(iframePlaylist(film) ?? '')
  expect(parsed.isIFrame).toBe(true)
  expect(parsed.segments.map(({ uri, byterange }) => [uri, byterange])).toEqual([
    ['seg_00000.m4s', { offset: 0, length: 300 }],
    ['seg_00001.m4s', { offset: 0, length: 301 }],
    ['seg_00002.m4s', { offset: 0, length: 302 }],
  ])
  expect(iframePlaylist(sound)).toBeUndefined()
})

test('the master names one stream of pictures, the smallest, with its measured rate', () => {
  const { variants } = parseMaster(master(large, film, small, sound))
  const pictures = variants.filter((variant) => variant.isIFrameOnly)
  expect(pictures.map(({ uri }) => uri)).toEqual([`e/${encodeId}/a2/360p/iframes.m3u8`])
  expect(pictures[0]?.bandwidth).toBe(Math.ceil((302 * 8) / 2.3356673))
})
