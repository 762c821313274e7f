import HLS from 'hls-parser'
import { expect, test } from 'vitest'
import { clipCaptions, clipPlaylist, isInside } from './clip.ts'
import { growingPlaylist, mediaPlaylist } from './playlist.ts'

const name = (index: number) => `seg_${String(index).padStart(5, '0')}.m4s`
const rendition = (count: number) => ({
  initKey: 'init.mp4',
  segments: Array.from({ length: count }, (_, index) => ({
    key: name(index),
    durationSeconds: 6,
  })),
})
const parse = (text: string) => HLS.parse(text) as HLS.types.MediaPlaylist
const uris = (text: string) => parse(text).segments.map(({ uri }) => uri)

test('a part holds the segments that overlap it, under their own numbers', () => {
  const part = clipPlaylist(mediaPlaylist(rendition(10)), { from: 13, to: 30 })
  expect(uris(part)).toEqual([name(2), name(3), name(4)])
  const { mediaSequenceBase, endlist, segments, playlistType } = parse(part)
  expect({ mediaSequenceBase, endlist, playlistType }).toEqual({
    mediaSequenceBase: 2,
    endlist: true,
    playlistType: 'VOD',
  })
  expect(segments[0]).toMatchObject({ map: { uri: 'init.mp4' } })
  expect(segments[0]!.programDateTime?.getTime()).toBe(12_000)
})

test('of a film that grows, the part grows to its end and then ends', () => {
  const part = { from: 6, to: 18 }
  const early = clipPlaylist(growingPlaylist(rendition(2), false), part)
  expect([uris(early), parse(early).endlist]).toEqual([[name(1)], false])
  const later = clipPlaylist(growingPlaylist(rendition(5), false), part)
  expect([uris(later), parse(later).endlist]).toEqual([[name(1), name(2)], true])
})

test('segments outside the part, and names that no playlist has, are outside', () => {
  const playlist = mediaPlaylist(rendition(4))
  const part = { from: 6, to: 12 }
  const inside = [0, 1, 2, 3].filter((index) => isInside(playlist, part, name(index)))
  expect(inside).toEqual([1])
  expect(isInside(playlist, part, 'seg_00099.m4s')).toBe(false)
})

test('captions keep the cues of the part alone', () => {
  const vtt = [
    'WEBVTT',
    'STYLE\n::cue { color: red }',
    '00:01.000 --> 00:04.000\nbefore',
    'two\n00:00:05.500 --> 00:00:07.000 line:0\nwithin',
    '00:11.999 --> 00:14.000\nat the end',
    '00:12.000 --> 01:00:00.000\nafter',
  ].join('\n\n')
  const part = clipCaptions(`${vtt}\n`, { from: 6, to: 12 })
  expect(part).toMatch(/^WEBVTT\n\nSTYLE/)
  expect([...part.matchAll(/before|within|at the end|after/g)].map(String)).toEqual([
    'within',
    'at the end',
  ])
})
