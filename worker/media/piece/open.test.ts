import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ffmpeg } from '../../../scripts/lib/clip.ts'
import type { ByteSource } from '../film.ts'
import { memorySource } from '../slice/test/fixture.ts'
import { openPieces } from './index.ts'
import { rangeBytes } from './piece.ts'

let folder: string
let plain: Uint8Array
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pieces-'))
  plain = await make('plain.mp4', [])
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const inputs = [
  ...['-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=25:duration=8'],
  ...['-f', 'lavfi', '-i', 'sine=duration=8'],
]

async function make(name: string, options: string[]): Promise<Uint8Array> {
  const file = path.join(folder, name)
  const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25', '-c:a', 'aac']
  await ffmpeg([...inputs, ...coding, ...options, file])
  return new Uint8Array(await readFile(file))
}

/** Overwrites every place where `name` stands. */
function rename(file: Uint8Array, name: string, by: string): Uint8Array {
  const copy = Buffer.from(file)
  for (let at = copy.indexOf(name); at >= 0; at = copy.indexOf(name, at + 1)) copy.write(by, at)
  return new Uint8Array(copy)
}

const problemOf = (file: Uint8Array, choice = {}) =>
  openPieces(memorySource(file), choice).then(
    () => 'none',
    (error: { problem?: string }) => error.problem,
  )

test('what cannot be cut is refused by its reason', async () => {
  expect(await problemOf(new Uint8Array(2000))).toBe('unknown_container')
  expect(await problemOf(rename(plain, 'avc1', 'encv'))).toBe('encrypted')
  expect(await problemOf(plain, { trackId: 77 })).toBe('too_costly')
  expect(await problemOf(plain, { trackId: 2 })).toBe('too_costly')
  expect(await problemOf(plain, { budget: { maxReads: 1, maxBytes: 1e9 } })).toBe('too_costly')
  expect(await problemOf(await make('sound.mp4', ['-map', '1:a']))).toBe('no_tracks')
})

test('a picture that others would play before it is decoded moves pieces of fragments', async () => {
  const movflags = '+frag_keyframe+empty_moov+default_base_moof+negative_cts_offsets'
  const file = await make('ahead.mp4', ['-preset', 'fast', '-bf', '2', '-movflags', movflags])
  expect(await problemOf(file)).toBe('too_costly')
})

test('a transport stream is cut only where its decoder is told what it decodes', async () => {
  const film = await openPieces(memorySource(await make('film.ts', [])))
  expect(film.keySeconds()).toHaveLength(8)
  const bare = await make('bare.ts', ['-bsf:v', 'filter_units=remove_types=7|8'])
  expect((await openPieces(memorySource(bare))).keySeconds()).toHaveLength(1)
})

test('a short piece costs little more than its pictures', async () => {
  const memory = memorySource(plain)
  const sizes: number[] = []
  const source: ByteSource = {
    sizeBytes: plain.length,
    read(offset, lengthBytes) {
      sizes.push(lengthBytes)
      return memory.read(offset, lengthBytes)
    },
  }
  const film = await openPieces(source)
  sizes.length = 0
  const piece = film.cut({ fromSeconds: 3.2, toSeconds: 3.8, preRollSeconds: 0 })
  expect(sizes).toEqual([])
  for await (const chunk of piece.bytes()) expect(chunk.length).toBeLessThanOrEqual(rangeBytes)
  const readBytes = sizes.reduce((sum, size) => sum + size, 0)
  expect(readBytes).toBeLessThan(plain.length / 5)
  expect(Math.max(...sizes)).toBeLessThanOrEqual(rangeBytes)
  expect(piece.startSeconds).toBe(3)
})

test('a wider start begins at an earlier key picture', async () => {
  const film = await openPieces(memorySource(plain))
  const startOf = (preRollSeconds: number) =>
    film.cut({ fromSeconds: 5.5, toSeconds: 6, preRollSeconds }).startSeconds
  expect([0, 0.5, 0.6, 3, 60].map(startOf)).toEqual([5, 5, 4, 2, 0])
})

test('a file that ends too early gives what is there, and no piece of what is not', async () => {
  const fast = await make('fast.mp4', ['-movflags', '+faststart'])
  const cut = await openPieces(memorySource(fast.slice(0, fast.length * 0.7)))
  expect(cut.endSeconds).toBeLessThan(7)
  const piece = cut.cut({ fromSeconds: 4, toSeconds: Infinity, preRollSeconds: 0 })
  let sizeBytes = 0
  for await (const chunk of piece.bytes()) sizeBytes += chunk.length
  expect(sizeBytes).toBe(piece.sizeBytes)
})
