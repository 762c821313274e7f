import { expect, test } from 'vitest'
import { planSource } from './source.ts'
import { ProbeJson } from './stream.ts'
import type { PacketFacts } from './stream.ts'

const facts = (first: number, end: number, count = 100): PacketFacts => ({
  count,
  firstPts: first,
  endPts: end,
  ptsSeconds: Array.from({ length: count }, (_, n) => first + ((end - first) * n) / count),
})

const video = { index: 0, codec_type: 'video', codec_name: 'h264', width: 1920, height: 1080 }
const audio = { index: 1, codec_type: 'audio', codec_name: 'aac', channels: 2 }

function plan(streams: object[], packets: [number, PacketFacts][], format: object = {}) {
  return planSource(ProbeJson.parse({ streams, format }), new Map(packets))
}

const both: [number, PacketFacts][] = [
  [0, facts(0, 4)],
  [1, facts(0, 4)],
]

test('rotation by a quarter swaps the sides, a broken matrix does not', () => {
  const turned = (rotation: unknown) =>
    plan([{ ...video, side_data_list: [{ rotation }] }], both).picture
  expect(turned(-90)).toMatchObject({ widthPx: 1080, heightPx: 1920 })
  expect(turned(270)).toMatchObject({ widthPx: 1080, heightPx: 1920 })
  expect(turned(180)).toMatchObject({ widthPx: 1920, heightPx: 1080 })
  expect(turned(-9223372036854775808)).toMatchObject({ widthPx: 1920, heightPx: 1080 })
  expect(turned('nan')).toMatchObject({ widthPx: 1920, heightPx: 1080 })
})

test('pixels that are not square widen the picture before it is turned', () => {
  const wide = { ...video, width: 1280, height: 1080, sample_aspect_ratio: '3:2' }
  expect(plan([wide], both).picture).toMatchObject({ widthPx: 1920, heightPx: 1080 })
  const turned = { ...wide, side_data_list: [{ rotation: 90 }] }
  expect(plan([turned], both).picture).toMatchObject({ widthPx: 1080, heightPx: 1920 })
  const absurd = { ...video, sample_aspect_ratio: '0:1' }
  expect(plan([absurd], both).picture?.widthPx).toBe(1920)
})

test('the clock starts with the earlier of the two chosen streams', () => {
  const source = plan(
    [video, audio, { index: 2, codec_type: 'subtitle' }],
    [
      [0, facts(10.5, 14.5)],
      [1, facts(10.2, 14.2)],
    ],
    { start_time: '8.000000' },
  )
  expect(source.clockOffsetSeconds).toBeCloseTo(-2.2, 6)
  expect(source.picture?.startSeconds).toBeCloseTo(0.3, 6)
  expect(source.sounds[0]?.startSeconds).toBe(0)
  expect(source.durationSeconds).toBeCloseTo(4.3, 6)
})

test('covers are no pictures, and the default track wins over the larger one', () => {
  const cover = { ...video, index: 2, disposition: { attached_pic: 1 } }
  expect(plan([audio, cover], both).picture).toBeNull()
  const small = { ...video, width: 640, height: 360, disposition: { default: 1 } }
  const large = { ...video, index: 1, disposition: { default: 0 } }
  expect(plan([small, large], both).picture?.index).toBe(0)
})

test('each kind of unusable file has its own code', () => {
  expect(() => plan([{ index: 0, codec_type: 'data' }], [])).toThrow(
    expect.objectContaining({ code: 'no_streams', isRetryable: false }),
  )
  expect(() => plan([video, audio], [])).toThrow(expect.objectContaining({ code: 'damaged' }))
  expect(() => plan([{ ...video, codec_name: 'vvc' }], both)).toThrow(
    expect.objectContaining({ code: 'unsupported_codec' }),
  )
  expect(() => plan([{ ...video, width: 16000, height: 16000 }], both)).toThrow(
    expect.objectContaining({ code: 'too_large' }),
  )
})

test('an audio track without data is left out, and a language is only kept when it is one', () => {
  expect(plan([video, audio], [[0, facts(0, 4)]]).sounds).toEqual([])
  const language = (tag: string) =>
    plan([{ ...audio, tags: { language: tag } }], both).sounds[0]?.language
  expect(language('eng')).toBe('eng')
  expect(language('und')).toBeNull()
  expect(language('<script>')).toBeNull()
})
