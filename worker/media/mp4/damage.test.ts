import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ffmpeg } from '../../../scripts/lib/clip.ts'
import { MediaError, MissingBytes } from '../film.ts'
import type { ByteSource, SampledFilm } from '../film.ts'
import { openMp4, readMovie } from './movie.ts'
import { listSamples, memorySource } from './test/ffprobe.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'mp4-'))
afterAll(() => rmSync(folder, { recursive: true }))

const films = { start: new Uint8Array(), end: new Uint8Array(), fragments: new Uint8Array() }

beforeAll(async () => {
  const flags = { start: '+faststart', end: '0', fragments: 'frag_keyframe+empty_moov' }
  const lavfi = ['-f', 'lavfi', '-i', 'testsrc2=s=64x64:r=30:d=2', '-f', 'lavfi', '-i', 'sine=d=2']
  const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-g', '20', '-c:a', 'aac']
  for (const name of ['start', 'end', 'fragments'] as const) {
    const file = path.join(folder, `${name}.mp4`)
    await ffmpeg([...lavfi, ...x264, '-movflags', flags[name], file])
    films[name] = new Uint8Array(readFileSync(file))
  }
})

/** Walks all that opens. Everything else must be a MediaError, and soon. */
async function open(bytes: Uint8Array): Promise<SampledFilm | MediaError> {
  const start = performance.now()
  try {
    const movie = await readMovie(memorySource(bytes))
    if (movie.kind === 'fragmented') return new MediaError('unknown_container', 'fragments')
    for (const track of [movie.film.video, movie.film.audio]) {
      if (!track) continue
      const samples = track.count > 1e6 ? [] : listSamples(track)
      expect(samples.every((sample) => sample.offset + sample.sizeBytes <= bytes.length)).toBe(true)
      expect(samples.every(({ dts, pts }) => Number.isSafeInteger(dts + pts))).toBe(true)
    }
    return movie.film
  } catch (error) {
    if (error instanceof MediaError) return error
    throw error
  } finally {
    expect(performance.now() - start).toBeLessThan(3000)
  }
}

const names = fc.constantFrom('start', 'end', 'fragments' as const)

test('a file cut off anywhere opens as far as it goes, or is damaged', async () => {
  const cut = fc.tuple(names, fc.double({ min: 0, max: 1, noNaN: true }))
  await fc.assert(
    fc.asyncProperty(cut, async ([name, share]) => {
      const whole = films[name]
      await open(whole.subarray(0, Math.round(whole.length * share)))
    }),
    { numRuns: 200 },
  )
})

test('the film of a file that is cut off is as long as what is there', async () => {
  const whole = await openMp4(memorySource(films.start))
  const samples = listSamples(whole.video!)
  const end = samples[30]!.offset
  const part = await openMp4(memorySource(films.start.subarray(0, end)))
  expect(part.video!.count).toBe(30)
  expect(listSamples(part.video!)).toEqual(samples.slice(0, 30))
  expect(part.audio!.count).toBeLessThan(whole.audio!.count)
})

/** Where the index lies: all but the last few bytes of it decide something. */
function findMoov(bytes: Uint8Array): [start: number, end: number] {
  const start = Buffer.from(bytes).indexOf('moov') - 4
  return [start, start + Buffer.from(bytes).readUInt32BE(start)]
}

test('any bytes of the index may be wrong', async () => {
  const flips = fc.array(
    fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.oneof(byte, edge)),
    { minLength: 1, maxLength: 6 },
  )
  await fc.assert(
    fc.asyncProperty(names, flips, async (name, list) => {
      const bytes = films[name].slice()
      const [start, end] = findMoov(bytes)
      for (const [share, value] of list) bytes[start + Math.floor((end - start) * share)] = value
      await open(bytes)
    }),
    { numRuns: 600 },
  )
})

const byte = fc.integer({ min: 0, max: 255 })
const edge = fc.constantFrom(0, 1, 127, 128, 255)

test('any four bytes of the index may be absurd', async () => {
  const words = fc.constantFrom(0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1)
  await fc.assert(
    fc.asyncProperty(fc.double({ min: 0, max: 1, noNaN: true }), words, async (share, word) => {
      const bytes = films.start.slice()
      const [start, end] = findMoov(bytes)
      const at = start + Math.floor(((end - start - 4) * share) / 4) * 4
      new DataView(bytes.buffer).setUint32(at, word)
      await open(bytes)
    }),
    { numRuns: 600 },
  )
})

test('bytes that were never a film are damaged', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      expect(await open(bytes)).toBeInstanceOf(MediaError)
    }),
    { numRuns: 100 },
  )
})

const ftypBytes = 32

/** The film with some letters of it exchanged. */
function exchange(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const copy = Buffer.from(bytes)
  copy.write(to, copy.indexOf(from, ftypBytes), 'latin1')
  return new Uint8Array(copy)
}

describe('one thing of a file changed', () => {
  test('an unknown picture is another codec', async () => {
    const film = (await open(exchange(films.start, 'avc1', 'what'))) as SampledFilm
    expect(film.video!.track).toMatchObject({ codec: 'other', codecs: null, config: null })
    expect(film.video!.count).toBe(60)
  })

  test('an encrypted picture says so', async () => {
    const film = (await open(exchange(films.start, 'avc1', 'encv'))) as SampledFilm
    expect(film.video!.track.isEncrypted).toBe(true)
    expect(film.audio!.track.isEncrypted).toBe(false)
  })

  test('a track that is neither picture nor sound is left out', async () => {
    const film = (await open(exchange(films.start, 'soun', 'meta'))) as SampledFilm
    expect(film.audio).toBeNull()
    expect(film.video!.count).toBe(60)
  })

  test('an edit at another speed is told, and left out', async () => {
    const bytes = films.start.slice()
    const rate = Buffer.from(bytes).indexOf('elst') + 20 // after flags, count, duration and time
    new DataView(bytes.buffer).setUint16(rate, 2)
    const film = (await open(bytes)) as SampledFilm
    expect(film.video).toMatchObject({ hasComplexEdits: true, count: 60 })
    expect(film.audio).toMatchObject({ hasComplexEdits: false })
  })

  test('without its index it is damaged', async () => {
    expect(await open(exchange(films.start, 'moov', 'free'))).toMatchObject({ problem: 'damaged' })
  })

  test('an index of terabytes is not read', async () => {
    const huge = { ...memorySource(films.start), sizeBytes: 2 ** 40 }
    const read = huge.read.bind(huge)
    const long = films.start.slice()
    new DataView(long.buffer).setUint32(findMoov(long)[0], 2 ** 31)
    const source: ByteSource = {
      sizeBytes: 2 ** 40,
      read: (offset, length) =>
        offset === 0 ? Promise.resolve(long.slice(0, length)) : read(offset, length),
    }
    await expect(openMp4(source)).rejects.toMatchObject({ problem: 'too_costly' })
  })
})

/** Of a file of which only some ranges have arrived. */
function arriving(bytes: Uint8Array, hole: [from: number, to: number]): ByteSource {
  const whole = memorySource(bytes)
  return {
    sizeBytes: bytes.length,
    async read(offset, length) {
      const isMissing = offset < hole[1] && offset + length > hole[0]
      if (isMissing) throw new MissingBytes(Math.max(offset, hole[0]))
      return whole.read(offset, length)
    },
  }
}

describe('while a file arrives', () => {
  test('what is missing is said, untouched', async () => {
    const [start] = findMoov(films.end)
    const source = arriving(films.end, [start, films.end.length])
    await expect(openMp4(source)).rejects.toBeInstanceOf(MissingBytes)
  })

  test('the first bytes and the last ones are enough', async () => {
    const [start] = findMoov(films.end)
    const film = await openMp4(arriving(films.end, [100, start]))
    expect(film.video!.count).toBe(60)
  })

  test('an index at the start is enough', async () => {
    const [, end] = findMoov(films.start)
    const film = await openMp4(arriving(films.start, [end, films.start.length]))
    expect(film.video!.count).toBe(60)
  })
})
