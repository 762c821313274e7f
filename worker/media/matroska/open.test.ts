import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ffmpeg } from '../../../scripts/lib/clip.ts'
import {
  fileSource,
  findCorpus,
  inputs,
  makeFolder,
  memorySource,
  withAvc,
} from '../slice/test/fixture.ts'
import { expectPackets, expectSlices } from '../slice/test/expect.ts'
import type { SliceSample } from '../slice/sample.ts'
import { openMatroska } from './open.ts'

const dir = await makeFolder(afterAll)
const at = (name: string) => path.join(dir, name)
const vp9 = ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-g', '60']
const opus = ['-c:a', 'libopus', '-b:a', '32k']

beforeAll(async () => {
  await Promise.all([
    ffmpeg([...inputs(20), ...withAvc, at('film.mkv')]),
    ffmpeg([...inputs(6), ...vp9, ...opus, at('film.webm')]),
    ffmpeg([...inputs(6), ...vp9, ...opus, '-f', 'webm', '-live', '1', at('live.webm')]),
    ffmpeg([...inputs(40), '-map', '1:a', ...opus, at('sound.mka')]),
  ])
})

const earliest = (samples: SliceSample[]) => Math.min(...samples.map(({ pts }) => pts))

describe('a film with cues', () => {
  test('is cut at its key frames, and no packet is lost', async () => {
    const source = await fileSource(at('film.mkv'))
    const film = await openMatroska(source)
    expect(source.reads).toBeLessThan(12)
    expect(film.slices.length).toBe(20)
    await expectSlices(source, film)
    expect(film.slices.at(-1)!.endSeconds).toBeCloseTo(20.05, 1)
    const { video, audio } = await expectPackets(at('film.mkv'), film)
    expect(Math.min(earliest(video), earliest(audio))).toBe(0)
  })

  test('tells of its tracks', async () => {
    const film = await openMatroska(await fileSource(at('film.mkv')))
    expect(film.video).toMatchObject({
      ...{ codec: 'avc', timescale: 1000, shownWidthPx: 320, shownHeightPx: 180, bitDepth: 8 },
      codecs: expect.stringMatching(/^avc1\.[0-9a-f]{6}$/),
    })
    expect(film.audio).toMatchObject({ codec: 'aac', codecs: 'mp4a.40.2', channels: 1 })
  })

  test('VP9 with Opus has its configurations made', async () => {
    const film = await openMatroska(await fileSource(at('film.webm')))
    expect(film.video).toMatchObject({ codec: 'vp9', codecs: 'vp09.00.11.08' })
    expect(film.audio).toMatchObject({ codec: 'opus', codecs: 'opus', sampleRateHz: 48_000 })
    await expectPackets(at('film.webm'), film)
  })
})

describe('a film without cues', () => {
  test('is scanned, clusters of unknown size too', async () => {
    const source = await fileSource(at('live.webm'))
    const film = await openMatroska(source)
    expect(film.slices.length).toBe(3)
    await expectSlices(source, film)
    await expectPackets(at('live.webm'), film)
  })

  const corpus = findCorpus('06-no-duration.webm')
  test.skipIf(!corpus)('and without a duration is measured', async () => {
    const film = await openMatroska(await fileSource(corpus!))
    expect(film.slices.at(-1)!.endSeconds).toBeCloseTo(4.93, 1)
    await expectPackets(corpus!, film)
  })
})

test('sound alone is cut every six seconds', async () => {
  const film = await openMatroska(await fileSource(at('sound.mka')))
  expect(film.video).toBeNull()
  await expectSlices(await fileSource(at('sound.mka')), film)
  for (const { startSeconds, endSeconds } of film.slices.slice(0, -1)) {
    expect(endSeconds - startSeconds).toBeGreaterThanOrEqual(6)
    expect(endSeconds - startSeconds).toBeLessThan(12)
  }
  await expectPackets(at('sound.mka'), film)
})

test.for(['15-mkv-ass-subs-ac3.mkv', '32-dovi-hevc-pq.mkv'])(
  '%s is read packet by packet',
  async (name, { skip }) => {
    const file = findCorpus(name)
    if (!file) return skip('the corpus is not there')
    await expectPackets(file, await openMatroska(await fileSource(file)))
  },
)

test('a cue that points to no cluster is damage', async () => {
  const bytes = new Uint8Array(await readFile(at('film.mkv')))
  const film = await openMatroska(memorySource(bytes))
  bytes[film.slices[0]!.offset] = 0xec
  await expect(openMatroska(memorySource(bytes))).rejects.toMatchObject({ problem: 'damaged' })
})
