import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { partKey } from '#contracts/task.ts'
import { makeFolder } from '../test/clip.ts'
import { etagOf, makeSpec, startServer } from '../test/server.ts'
import type { TestServer } from '../test/server.ts'
import { listPieces } from './object.ts'
import { openStorage } from './storage.ts'

const folder = makeFolder()
afterAll(folder.remove)
let server: TestServer
beforeEach(async () => {
  server = await startServer()
})
afterEach(() => server.close())

const partBytes = 100_000
const bytes = Buffer.from(Uint32Array.from({ length: 112_500 }, (_, i) => i * 2_654_435_761).buffer)
const file = folder.path('upload.bin')
writeFileSync(file, bytes)
const path = folder.path('fetched')

/** Fetch the file above, which lies in four parts and a half; gives the progress. */
async function fetchParts(change: () => void = () => {}, etags?: string[]): Promise<number[]> {
  const spec = makeSpec(server, file)
  server.objects.delete('source')
  server.putParts('source', file, partBytes)
  change()
  const input = { ...spec.input, partBytes, ...(etags && { etags }) }
  const storage = openStorage({ ...spec, input }, new AbortController().signal)
  const progress: number[] = []
  await storage.fetchSource(path, (done) => progress.push(done)).finally(storage.close)
  return progress
}

test('a source in parts comes out byte for byte, across their borders', async () => {
  const progress = await fetchParts()
  expect(readFileSync(path).equals(bytes)).toBe(true)
  expect(progress).toEqual(progress.toSorted((a, b) => a - b))
  expect(progress.at(-1)).toBe(bytes.length)
})

test('a broken connection is taken up where it broke', async () => {
  const key = partKey('source', 2)
  const progress = await fetchParts(() => server.breakOff(key, 30_000))
  expect(readFileSync(path).equals(bytes)).toBe(true)
  const again = server.reads.filter(([read, from]) => read === key && from > 0)
  expect(again).toHaveLength(1)
  expect(again[0]![1]).toBeLessThanOrEqual(30_000)
  expect(progress.at(-1)).toBe(bytes.length)
})

test('a part that is gone fails for good, one of another size may be tried again', async () => {
  const key = partKey('source', 3)
  await expect(fetchParts(() => server.objects.delete(key))).rejects.toMatchObject({
    ...{ code: 'source_missing', isRetryable: false },
  })
  for (const length of [partBytes - 1, partBytes + 1]) {
    const body = Buffer.alloc(length)
    const wrong = { body, type: undefined, cacheControl: undefined }
    await expect(fetchParts(() => server.objects.set(key, wrong))).rejects.toMatchObject({
      ...{ code: 'internal', isRetryable: true },
    })
  }
})

test('a source that this machine has no room for is not fetched', async () => {
  const spec = makeSpec(server, file)
  const input = { ...spec.input, sizeBytes: 1e16 }
  const storage = openStorage({ ...spec, input }, new AbortController().signal)
  await expect(storage.fetchSource(path, () => {}).finally(storage.close)).rejects.toMatchObject({
    ...{ code: 'internal', isRetryable: true },
    message: expect.stringMatching(/: 10000004000000000 bytes needed, \d+ free$/),
  })
  expect(server.reads).toEqual([])
})

test('bytes that were put in the place of a part are refused for good', async () => {
  const parts = listPieces({ ...makeSpec(server, file).input, partBytes })
  const etags = parts.map((one) => etagOf(bytes.subarray(one.offset, one.offset + one.sizeBytes)))
  await fetchParts(() => {}, etags)
  expect(readFileSync(path).equals(bytes)).toBe(true)
  const replace = () => {
    const body = Buffer.alloc(partBytes)
    server.objects.set(partKey('source', 3), { body, type: undefined, cacheControl: undefined })
  }
  await expect(fetchParts(replace, etags)).rejects.toMatchObject({
    ...{ code: 'source_missing', isRetryable: false },
  })
})

test('the last part is as long as the rest, and one object is one piece', () => {
  const input = { bucket: 'media', key: 's/v/u', sizeBytes: 250 }
  expect(listPieces({ ...input, partBytes: 100 })).toEqual([
    { key: 's/v/u/00001', offset: 0, sizeBytes: 100 },
    { key: 's/v/u/00002', offset: 100, sizeBytes: 100 },
    { key: 's/v/u/00003', offset: 200, sizeBytes: 50 },
  ])
  expect(listPieces({ ...input, sizeBytes: 200, partBytes: 100 })).toHaveLength(2)
  expect(listPieces({ ...input, partBytes: null })).toEqual([
    { key: 's/v/u', offset: 0, sizeBytes: 250 },
  ])
})
