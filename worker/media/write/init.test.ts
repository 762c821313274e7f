import { ALL_FORMATS, BufferSource, Input } from 'mediabunny'
import { expect, test } from 'vitest'
import type { AudioTrack, VideoTrack } from '../film.ts'
import { aac, avc } from '../test/track.ts'
import { writeFragment } from './fragment.ts'
import { writeInit } from './init.ts'

const config = Uint8Array.from([
  ...[1, 0x64, 0, 0x1e, 0xff, 0xe1, 0, 0x19],
  ...[0x67, 0x64, 0, 0x1e, 0xac, 0xd9, 0x40, 0xa0, 0x2f, 0xf9, 0x70, 0x11, 0, 0, 3, 0],
  ...[1, 0, 0, 3, 0, 0x3c, 0x0f, 0x16, 0x2d, 0x96],
  ...[1, 0, 6, 0x68, 0xeb, 0xe3, 0xcb, 0x22, 0xc0, 0xfd, 0xf8, 0xf8, 0],
])
const picture: VideoTrack = { ...avc, config }

/** The track of a film of one sample. */
async function readTrack(track: VideoTrack | AudioTrack, primingTicks = 0) {
  const init = writeInit(track, { timescale: track.timescale, primingTicks })
  const one = { baseTime: 0, durations: [1024], compositions: [0], sizes: [4], syncs: [1] }
  const { bytes } = writeFragment(one, 1)
  const source = new BufferSource(Buffer.concat([init, bytes]))
  const [found] = await new Input({ source, formats: ALL_FORMATS }).getTracks()
  return found!
}

test.each([0, 90, 180, 270] as const)('a picture to be turned by %i degrees', async (rotation) => {
  const track = await readTrack({ ...picture, rotation })
  expect(track.isVideoTrack() && track.rotation).toBe(rotation)
})

test('colour and the shape of pixels are told', async () => {
  const colour = { primaries: 1, transfer: 1, matrix: 1, isFullRange: false }
  const track = await readTrack({ ...picture, colour, pixelAspect: [4, 3] })
  if (!track.isVideoTrack()) throw new Error('No picture')
  expect(await track.getColorSpace()).toMatchObject({ primaries: 'bt709', fullRange: false })
  expect(track.codec).toBe('avc')
  expect(track.codedWidth).toBe(640)
  expect(track.squarePixelWidth / track.squarePixelHeight).toBeCloseTo((16 / 9) * (4 / 3), 2)
})

test('sound is told with its language, and its priming is hidden', async () => {
  const track = await readTrack({ ...aac, language: 'deu' }, 1024)
  if (!track.isAudioTrack()) throw new Error('No sound')
  expect(track.codec).toBe('aac')
  expect(track.languageCode).toBe('deu')
  expect(track.sampleRate).toBe(48_000)
  expect(track.numberOfChannels).toBe(2)
  expect(await track.getFirstTimestamp()).toBeCloseTo(-1024 / 48_000, 6)
})

test('Opus and AV1 have entries of their own', async () => {
  const opus = Uint8Array.from([0, 2, 1, 0x38, 0, 0, 0xbb, 0x80, 0, 0, 0])
  expect((await readTrack({ ...aac, codec: 'opus', config: opus })).codec).toBe('opus')
  const av1 = Uint8Array.from([0x81, 4, 0x0c, 0])
  expect((await readTrack({ ...picture, codec: 'av1', config: av1 })).codec).toBe('av1')
})

test('a language that is no code of three letters is left out', async () => {
  expect((await readTrack({ ...aac, language: 'en-GB' })).languageCode).toBe('und')
})
