import { afterAll, beforeAll, expect, test } from 'vitest'
import { partKey } from '#contracts/task.ts'
import { MediaError, MissingBytes } from '#media/film.ts'
import { type World, createWorld } from '../../test/world.ts'
import { type StoredSource, partsSource } from './source.ts'

let world: World
const key = 's/vid_a/upl_a'
const file = Uint8Array.from({ length: 25 }, (_, index) => index)
const inParts: StoredSource = { key, sizeBytes: 25, partBytes: 10 }
const whole: StoredSource = { key: 's/vid_b/upl_b', sizeBytes: 25, partBytes: null }
const numbers = [1, 2, 3]

const etags = new Map<number, string>()
const open = (source: StoredSource) =>
  partsSource(world.bucket as unknown as R2Bucket, { ...source })

beforeAll(async () => {
  world = await createWorld()
  for (const number of numbers) {
    const bytes = file.subarray((number - 1) * 10, number * 10)
    const stored = await world.bucket.put(partKey(key, number), bytes)
    etags.set(number, stored!.etag)
  }
  await world.bucket.put(whole.key, file)
})
afterAll(() => world.stop())

test('a range over any border of the parts is what the file has there', async () => {
  const source = open(inParts)
  const places = [0, 1, 9, 10, 11, 19, 20, 21, 24, 25]
  const ranges = places.flatMap((from) => places.map((end) => ({ from, end })))
  for (const { from, end } of ranges.filter((range) => range.from <= range.end)) {
    const piece = await source.read(from, end - from)
    expect([...piece], `${from} to ${end}`).toEqual([...file.slice(from, end)])
  }
})

test('a file of one object is read the same', async () => {
  const source = open(whole)
  expect([...(await source.read(0, 25))]).toEqual([...file])
  expect([...(await source.read(9, 12))]).toEqual([...file.slice(9, 21)])
})

test('what lies outside of the file is refused', async () => {
  const outside: [number, number][] = [
    [25, 1],
    [0, 26],
    [-1, 1],
    [3, -1],
    [NaN, 1],
  ]
  for (const range of outside) {
    await expect(open(inParts).read(...range), `${range}`).rejects.toThrow(RangeError)
  }
})

test('a part that has not arrived is named by its first byte that is asked for', async () => {
  const source = open({ ...inParts, arrived: new Set([1, 3]) })
  expect([...(await source.read(0, 10))]).toEqual([...file.slice(0, 10)])
  expect([...(await source.read(20, 5))]).toEqual([...file.slice(20)])
  const missing = { name: 'MissingBytes' }
  await expect(source.read(5, 20)).rejects.toMatchObject({ ...missing, offset: 10 })
  await expect(source.read(13, 2)).rejects.toMatchObject({ ...missing, offset: 13 })
})

test('a part that is recorded but not stored, or too short, counts as not there', async () => {
  const arrived = new Set([1, 2, 3, 4])
  const longer = open({ ...inParts, sizeBytes: 40, arrived })
  await expect(longer.read(30, 4)).rejects.toThrow(MissingBytes)
  await expect(longer.read(24, 4)).rejects.toMatchObject({ name: 'MissingBytes', offset: 24 })
  await expect(longer.read(27, 2)).rejects.toThrow(MissingBytes)
})

test('a part whose bytes are not the pinned ones is not read', async () => {
  const pinned = open({ ...inParts, etags })
  expect([...(await pinned.read(0, 25))]).toEqual([...file])

  await world.bucket.put(partKey(key, 2), new Uint8Array(10))
  await expect(pinned.read(5, 10)).rejects.toThrow(MediaError)
  await expect(pinned.read(5, 10)).rejects.toMatchObject({ problem: 'damaged' })
  expect([...(await pinned.read(0, 10))]).toEqual([...file.slice(0, 10)])
  await expect(open({ ...inParts, arrived: etags, etags }).read(5, 10)).rejects.toThrow(
    MissingBytes,
  )
})

test('a part that is gone after the upload is damage', async () => {
  await world.bucket.delete(partKey(key, 3))
  await expect(open(inParts).read(20, 5)).rejects.toMatchObject({ problem: 'damaged' })
})
