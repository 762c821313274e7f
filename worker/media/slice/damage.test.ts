import * as fc from 'fast-check'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ffmpeg } from '../../../scripts/lib/clip.ts'
import { MediaError, MissingBytes } from '../film.ts'
import type { ByteSource, SlicedFilm } from '../film.ts'
import { openFragmented } from '../fragmented/open.ts'
import { openMatroska } from '../matroska/open.ts'
import { readMovie } from '../mp4/movie.ts'
import { openTransportStream } from '../mpegts/open.ts'
import { makeFolder, memorySource, survive } from './test/fixture.ts'
import { parseSlice } from './parse.ts'

const dir = await makeFolder(afterAll)
const at = (name: string) => path.join(dir, name)

/** Small ones, so that many changes hit what matters. */
const inputs = [
  ...['-f', 'lavfi', '-i', 'testsrc2=size=192x144:rate=10:duration=3'],
  ...['-f', 'lavfi', '-i', 'sine=sample_rate=16000:duration=3'],
]
const coded = ['-c:v', 'libx264', '-g', '10', '-c:a', 'aac', '-b:a', '16k']
const keyed = ['-movflags', 'frag_keyframe+empty_moov+default_base_moof']

async function openInFragments(source: ByteSource): Promise<SlicedFilm> {
  const movie = await readMovie(source)
  if (movie.kind === 'sampled') throw new MediaError('damaged', 'Not in fragments')
  return openFragmented(source, movie.movie)
}

const files: [name: string, options: string[], open: (s: ByteSource) => Promise<SlicedFilm>][] = [
  ['film.mkv', coded, openMatroska],
  ['live.mkv', [...coded, '-live', '1'], openMatroska],
  ['film.ts', coded, openTransportStream],
  ['film.mp4', [...coded, ...keyed], openInFragments],
  ['index.mp4', [...coded, '-movflags', `${keyed[1]}+global_sidx`], openInFragments],
]

beforeAll(async () => {
  await Promise.all(files.map(([name, options]) => ffmpeg([...inputs, ...options, at(name)])))
})

const change = fc.record({ at: fc.nat(), byte: fc.nat({ max: 255 }), isNear: fc.boolean() })
const damage = fc.record({
  changes: fc.array(change, { maxLength: 12 }),
  keep: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
})

test.for(files)('%s with any damage is cut or refused', async ([name, , open]) => {
  const whole = new Uint8Array(await readFile(at(name)))
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(damage, async ({ changes, keep }) => {
      const file = whole.slice(0, Math.ceil(whole.length * keep))
      const range = { near: Math.min(2048, file.length), far: file.length }
      for (const { at, byte, isNear } of changes) {
        file[at % (isNear ? range.near : range.far)] = byte
      }
      seen.add(await survive(open, file))
    }),
    { numRuns: 150 },
  )
  expect([...seen].toSorted()).toEqual(['film', 'refused'])
})

test.for(files)('slices of %s may be any bytes', async ([name, , open]) => {
  const source = memorySource(new Uint8Array(await readFile(at(name))))
  const film = await open(source)
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), async (bytes) => {
      const outcome = parseSlice(film, film.head, bytes)
      const error: unknown = await outcome.then(
        () => null,
        (error: unknown) => error,
      )
      expect(error === null || error instanceof MediaError).toBe(true)
    }),
    { numRuns: 100 },
  )
})

test.for(files)('%s says so while its bytes are still to come', async ([name, , open]) => {
  const { sizeBytes, read } = memorySource(new Uint8Array(await readFile(at(name))))
  const arrived = sizeBytes - 100
  const arriving: ByteSource = {
    sizeBytes,
    read: async (offset, lengthBytes) => {
      if (offset + lengthBytes > arrived) throw new MissingBytes(arrived)
      return read(offset, lengthBytes)
    },
  }
  await expect(open(arriving)).rejects.toBeInstanceOf(MissingBytes)
})

/** A list at one end is enough: what lies between is read when it is asked for. */
test.for(files.filter(([name]) => ['film.mkv', 'index.mp4', 'film.mp4'].includes(name)))(
  '%s is opened before its middle is there',
  async ([name, , open]) => {
    const whole = memorySource(new Uint8Array(await readFile(at(name))))
    const { slices } = await open(whole)
    const [from, to] = [slices[1]!.offset, slices[2]!.offset]
    const arriving: ByteSource = {
      sizeBytes: whole.sizeBytes,
      read: async (offset, lengthBytes) => {
        if (offset < to && offset + lengthBytes > from) throw new MissingBytes(from)
        return whole.read(offset, lengthBytes)
      },
    }
    expect((await open(arriving)).slices).toEqual(slices)
  },
)
