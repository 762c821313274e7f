import { expect, test } from 'vitest'
import { findTile, parseStoryboard } from './storyboard.ts'

const base = 'https://lantern.test/p/tok/v/vid_1/e/enc_1/a1/storyboard.vtt'
const vtt = `WEBVTT

00:00.000 --> 00:05.000
storyboard_0.jpg#xywh=0,0,160,90

2
00:00:05.000 --> 00:00:10.000
storyboard_0.jpg#xywh=160,0,160,90

01:00:00.500 --> 01:00:05.500
storyboard_1.jpg#xywh=320,90,160,90
`

test('a storyboard reads as tiles with addresses beside it', () => {
  const tiles = parseStoryboard(vtt, base)
  expect(tiles).toHaveLength(3)
  expect(tiles[1]).toEqual({
    startMs: 5000,
    endMs: 10_000,
    url: 'https://lantern.test/p/tok/v/vid_1/e/enc_1/a1/storyboard_0.jpg',
    xPx: 160,
    yPx: 0,
    widthPx: 160,
    heightPx: 90,
  })
  expect(tiles[2]?.startMs).toBe(3_600_500)
})

test('line ends of any kind read the same', () =>
  expect(parseStoryboard(vtt.replaceAll('\n', '\r\n'), base)).toEqual(parseStoryboard(vtt, base)))

test('cues that do not read are left out', () => {
  const broken = 'WEBVTT\n\n00:00.000 --> 00:05.000\nno picture\n\nNOTE a note\n\nnonsense'
  expect(parseStoryboard(broken, base)).toEqual([])
})

test('the tile of a moment is the last that began, also behind the end', () => {
  const tiles = parseStoryboard(vtt, base)
  expect(findTile(tiles, 0)).toBe(tiles[0])
  expect(findTile(tiles, 5000)).toBe(tiles[1])
  expect(findTile(tiles, 1e9)).toBe(tiles[2])
  expect(findTile([], 0)).toBeUndefined()
})
