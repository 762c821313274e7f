import { expect, test } from 'vitest'
import { ProbeJson } from './stream.ts'
import { chooseTracks } from './track.ts'

/** Each stream with packets, unless `isEmpty`. */
function choose(...streams: { isEmpty?: boolean; [key: string]: unknown }[]) {
  const numbered = streams.map((stream, index) => ({ index, ...stream }))
  const facts = { count: 9, firstPts: 0, endPts: 1, ptsSeconds: [0] }
  const full = numbered.filter(({ isEmpty }) => !isEmpty).map(({ index }) => index)
  const chosen = chooseTracks(
    ProbeJson.parse({ streams: numbered }).streams,
    new Map(full.map((index) => [index, facts])),
  )
  return {
    picture: chosen.picture?.index,
    sounds: chosen.sounds.map(({ index }) => index),
    subtitles: chosen.subtitles.map(({ index }) => index),
  }
}

const video = { codec_type: 'video', codec_name: 'h264', width: 640, height: 360 }
const sound = { codec_type: 'audio', codec_name: 'aac', channels: 2 }
const text = { codec_type: 'subtitle', codec_name: 'subrip' }
const main = { disposition: { default: 1 } }
const inLanguage = (language: string, title?: string) => ({
  tags: { language, ...(title && { title }) },
})

test('one picture: the default one, then the larger one, then the first', () => {
  expect(choose(video, { ...video, width: 1280 }).picture).toBe(1)
  expect(choose({ ...video, ...main }, { ...video, width: 1280 }).picture).toBe(0)
  expect(choose(video, video).picture).toBe(0)
  expect(choose({ ...video, isEmpty: true }, video).picture).toBe(1)
})

test('sounds: the default one first, then as they lie in the file', () => {
  const tracks = [inLanguage('deu'), { ...inLanguage('eng'), ...main }, inLanguage('fra')]
  expect(choose(video, ...tracks.map((each) => ({ ...sound, ...each }))).sounds).toEqual([2, 1, 3])
})

test('a commentary is never what is heard first, though it is flagged as default', () => {
  const comment = { ...sound, disposition: { default: 1, comment: 1 } }
  expect(choose(video, comment, sound).sounds).toEqual([2, 1])
  expect(choose(video, comment).sounds).toEqual([1])
})

test('sounds that nobody could tell apart are one, those with other channels are not', () => {
  const [eng, full] = [{ ...sound, ...inLanguage('eng') }, { channels: 6 }]
  expect(choose(eng, eng, { ...eng, ...full }).sounds).toEqual([0, 2])
  expect(choose(eng, { ...sound, ...inLanguage('eng', 'Commentary') }).sounds).toEqual([0, 1])
  expect(choose(eng, { ...sound, tags: { LANGUAGE: 'ENG' } }).sounds).toEqual([0])
})

test('at most eight sounds, and none that is empty or cannot be decoded', () => {
  const tracks = Array.from('abcdefghijk', (letter) => ({ ...sound, ...inLanguage(`a${letter}`) }))
  expect(choose(video, ...tracks).sounds).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  const exotic = { ...sound, codec_name: 'cook' }
  expect(choose(video, exotic, { ...sound, isEmpty: true }, sound).sounds).toEqual([3])
  expect(() => choose(video, exotic)).toThrow(
    expect.objectContaining({ code: 'unsupported_codec' }),
  )
})

test('subtitles are those of text, without the empty ones', () => {
  const picture = { ...text, codec_name: 'hdmv_pgs_subtitle' }
  const styled = { ...text, codec_name: 'ass' }
  expect(choose(video, text, picture, { ...text, isEmpty: true }, styled).subtitles).toEqual([1, 4])
  const many = Array.from({ length: 40 }, () => text)
  expect(choose(video, ...many).subtitles).toHaveLength(32)
})

test('Dolby Vision whose colours need its metadata is refused, the kinds with a base are not', () => {
  const dolby = (dv_profile: number, dv_bl_signal_compatibility_id: number) => ({
    ...{ ...video, codec_name: 'hevc' },
    side_data_list: [{ dv_profile, dv_bl_signal_compatibility_id }],
  })
  expect(choose(dolby(8, 4)).picture).toBe(0)
  expect(choose(dolby(7, 6)).picture).toBe(0)
  expect(choose(dolby(5, 0), { ...video, width: 64 }).picture).toBe(1)
  for (const alone of [dolby(5, 0), dolby(10, 0)]) {
    expect(() => choose(alone)).toThrow(expect.objectContaining({ code: 'unsupported_codec' }))
  }
})
