import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { type ByteSource, MediaError, MissingBytes } from './film.ts'
import {
  cutSegment,
  headBytesOf,
  headPrefixBytes,
  indexFilm,
  listSegments,
  readHead,
} from './index.ts'
import { makeClip } from './test/clips.ts'
import { fileSource } from './test/whole.ts'

const folder = await mkdtemp(path.join(tmpdir(), 'index-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

const plain = await fileSource(await makeClip(folder, 'plain.mp4'))
afterAll(() => plain.close())
const { summary, index } = await indexFilm(plain)
const head = readHead(index!)
const readIndex = async (offset: number, lengthBytes: number) =>
  index!.slice(offset, offset + lengthBytes)

/** A file of which only the first bytes have arrived. */
const arriving = (source: ByteSource, until: number): ByteSource => ({
  sizeBytes: source.sizeBytes,
  read(offset, lengthBytes) {
    if (offset + lengthBytes > until) throw new MissingBytes(Math.max(offset, until))
    return source.read(offset, lengthBytes)
  },
})

test('a summary tells what was measured', () => {
  expect(summary).toMatchObject({
    container: 'mp4',
    durationMs: 20_000,
    video: {
      codec: 'avc',
      widthPx: 160,
      heightPx: 90,
      framesPerSecond: 30,
      longestSegmentMs: 6000,
    },
    audio: { codec: 'aac', codecs: 'mp4a.40.2', channels: 1 },
    verdict: { isPlayable: true, reach: 'all', opening: 'none', obstacle: null },
  })
  const { averageBitsPerSecond, peakBitsPerSecond } = summary.video!
  expect(peakBitsPerSecond).toBeGreaterThanOrEqual(averageBitsPerSecond)
})

test('the first bytes of an index tell how long its head is, and the head is enough', () => {
  const headBytes = headBytesOf(index!.subarray(0, headPrefixBytes))
  expect(headBytes).toBeLessThan(index!.length)
  expect(readHead(index!.slice(0, headBytes))).toEqual(head)
  expect(head.summary).toEqual(summary)
  expect(head.sourceBytes).toBe(plain.sizeBytes)
})

test('what is no index, or one of another version, is refused', () => {
  const other = index!.slice()
  other[7]! += 1
  expect(() => readHead(other)).toThrow(MediaError)
  expect(() => readHead(new Uint8Array(100))).toThrow(MediaError)
  expect(() => headBytesOf(new Uint8Array(3))).toThrow(MediaError)
})

test('segments lie in the file, one behind the other', () => {
  for (const kind of ['video', 'audio'] as const) {
    const places = listSegments(head, kind)
    expect(places.map(({ durationSeconds }) => Math.round(durationSeconds))).toEqual([2, 6, 6, 6])
    for (const { from, to } of places) expect(from < to && to <= plain.sizeBytes).toBe(true)
  }
})

test('one read makes both segments of a moment, the same as each alone', async () => {
  const read = (offset: number, lengthBytes: number) => plain.read(offset, lengthBytes)
  const asked = await cutSegment(head, 'video', 1, readIndex, read)
  const other = await cutSegment(head, 'audio', 1, readIndex, read)
  expect(Object.keys(asked).toSorted()).toEqual(['audio', 'video'])
  expect(asked).toEqual(other)
})

test('while the file arrives, a segment that is there does not wait for its twin', async () => {
  const places = { video: listSegments(head, 'video')[0]!, audio: listSegments(head, 'audio')[0]! }
  const kind = places.video.to < places.audio.to ? 'video' : 'audio'
  const source = arriving(plain, places[kind].to)
  const read = async (offset: number, lengthBytes: number) => source.read(offset, lengthBytes)
  expect(Object.keys(await cutSegment(head, kind, 0, readIndex, read))).toEqual([kind])
  await expect(cutSegment(head, kind, 1, readIndex, read)).rejects.toThrow(MissingBytes)
})

test('bytes that have not arrived are told as they are', async () => {
  await expect(indexFilm(arriving(plain, 10))).rejects.toThrow(MissingBytes)
})

test('segments that do not exist are refused', async () => {
  const cut = (number: number) => cutSegment(head, 'video', number, readIndex, readIndex)
  await expect(cut(4)).rejects.toThrow(RangeError)
  await expect(cut(-1)).rejects.toThrow(RangeError)
  await expect(cut(NaN)).rejects.toThrow(RangeError)
})

test.each([
  ['open-gop.mkv', { isPlayable: false, opening: 'lowest', obstacle: 'long_gop' }],
  ['open-gop.mp4', { isPlayable: false, opening: 'lowest', obstacle: 'long_gop' }],
  ['hevc.mp4', { isPlayable: false, opening: 'lowest', obstacle: 'video_codec' }],
  ['ten-bit.mkv', { isPlayable: false, opening: 'lowest', obstacle: 'video_format' }],
  ['ac3.mp4', { isPlayable: true, reach: 'all', opening: 'audio', obstacle: 'audio_codec' }],
  ['mpeg-audio.mp4', { isPlayable: true, reach: 'all', opening: 'audio', obstacle: 'audio_codec' }],
  ['vp9.webm', { isPlayable: true, reach: 'most', opening: 'lowest', obstacle: null }],
])('%s', async (name, verdict) => {
  const source = await fileSource(await makeClip(folder, name))
  const found = await indexFilm(source)
  expect(found.summary.verdict).toMatchObject(verdict)
  expect(found.index !== null).toBe(verdict.isPlayable)
  const isSilent = verdict.obstacle === 'audio_codec'
  if (found.index) expect(readHead(found.index).audio === null).toBe(isSilent)
  await source.close()
})

test.each(['', 'just some words, long enough to be looked at', '\x1aE\xdf\xa3'])(
  'no film: %j',
  async (text) => {
    const bytes = Buffer.from(text, 'latin1')
    const source = {
      sizeBytes: bytes.length,
      read: async (at: number, n: number) => bytes.subarray(at, at + n),
    }
    await expect(indexFilm(source)).rejects.toThrow(MediaError)
  },
)
