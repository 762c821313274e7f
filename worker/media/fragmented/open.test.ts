import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ffmpeg } from '../../../scripts/lib/clip.ts'
import { MediaError } from '../film.ts'
import type { ByteSource, SlicedFilm } from '../film.ts'
import { readMovie } from '../mp4/movie.ts'
import { expectPackets, expectSlices } from '../slice/test/expect.ts'
import {
  fileSource,
  findCorpus,
  inputs,
  makeFolder,
  memorySource,
  withAvc,
} from '../slice/test/fixture.ts'
import { openFragmented } from './open.ts'

const dir = await makeFolder(afterAll)
const at = (name: string) => path.join(dir, name)
const keyed = 'frag_keyframe+empty_moov'
const openGops = [...withAvc, '-x264-params', 'open-gop=1']
const kinds: Record<string, string> = {
  'list.mp4': keyed,
  'index.mp4': `${keyed}+default_base_moof+global_sidx`,
  'edits.mp4': 'frag_keyframe+delay_moov',
  'bare.mp4': `${keyed}+default_base_moof+skip_trailer`,
  'separate.mp4': `${keyed}+separate_moof`,
  'cmaf.mp4': `${keyed}+negative_cts_offsets+default_base_moof`,
}

beforeAll(async () => {
  await ffmpeg([...inputs(10), ...withAvc, at('film.mkv')])
  const copy = ['-i', at('film.mkv'), '-c', 'copy']
  await Promise.all([
    ...Object.entries(kinds).map(([name, flags]) =>
      ffmpeg([...copy, '-movflags', flags, at(name)]),
    ),
    ffmpeg([...inputs(4), ...openGops, '-movflags', keyed, at('open.mp4')]),
    ffmpeg([...copy, '-output_ts_offset', '8', '-movflags', keyed, at('late.mp4')]),
    ffmpeg([
      ...copy,
      '-map',
      '0:a',
      '-frag_duration',
      '1000000',
      '-movflags',
      'empty_moov',
      at('sound.mp4'),
    ]),
  ])
})

async function open(source: ByteSource): Promise<SlicedFilm> {
  const movie = await readMovie(source)
  if (movie.kind === 'sampled') throw new MediaError('damaged', 'Not in fragments')
  return openFragmented(source, movie.movie)
}

test.for(Object.keys(kinds))('%s is cut at its key frames, no packet is lost', async (name) => {
  const film = await open(await fileSource(at(name)))
  expect(film.slices.length).toBe(10)
  await expectSlices(await fileSource(at(name)), film)
  // ffmpeg adds the lowest composition offset to all times; the specification and browsers do not.
  const latePicturesSeconds = name === 'cmaf.mp4' ? 539 / 16_000 : 0
  const { video, audio } = await expectPackets(at(name), film, { latePicturesSeconds })
  const shown = [...video, ...audio].filter(({ pts, duration }) => pts + duration > 0)
  expect(Math.min(...shown.map(({ pts }) => Math.max(pts, 0)))).toBe(0)
})

test('a film that starts late begins at 0 all the same', async () => {
  const film = await open(await fileSource(at('late.mp4')))
  await expectSlices(await fileSource(at('late.mp4')), film)
  expect(film.slices.at(-1)!.endSeconds).toBeCloseTo(10.07, 1)
})

test('pictures shown before their key frame count', async () => {
  const film = await open(await fileSource(at('open.mp4')))
  await expectSlices(await fileSource(at('open.mp4')), film)
})

test('sound alone is cut every six seconds', async () => {
  const film = await open(await fileSource(at('sound.mp4')))
  expect(film.slices.length).toBe(2)
  await expectSlices(await fileSource(at('sound.mp4')), film)
  await expectPackets(at('sound.mp4'), film)
})

test('a list saves the walk', async () => {
  const source = await fileSource(at('index.mp4'))
  await open(source)
  expect(source.reads).toBeLessThan(16)
})

describe('of the corpus', () => {
  test('what is declared to last 40 hours lasts a second', async ({ skip }) => {
    const file = findCorpus('28-lies-143165s.mp4')
    if (!file) return skip('the corpus is not there')
    const film = await open(await fileSource(file))
    expect(film.slices.at(-1)!.endSeconds).toBeLessThan(2)
    await expectPackets(file, film)
  })

  test('protected films say so', async ({ skip }) => {
    const file = findCorpus('38-drm-cbcs.mp4')
    if (!file) return skip('the corpus is not there')
    const film = await open(await fileSource(file))
    expect([film.video, film.audio].some((track) => track?.isEncrypted)).toBe(true)
  })
})

test('a film cut off in its last fragment plays up to there', async () => {
  const bytes = new Uint8Array(await readFile(at('bare.mp4')))
  const film = await open(memorySource(bytes.subarray(0, bytes.length - 3000)))
  expect(film.slices.length).toBe(10)
  expect(film.slices.at(-1)!.endSeconds).toBeGreaterThan(9)
})
