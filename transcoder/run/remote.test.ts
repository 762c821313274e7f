import { writeFileSync } from 'node:fs'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import type { ByteSource } from '#media/film.ts'
import { makeFolder } from '../test/clip.ts'
import { etagOf, makeSpec, startServer } from '../test/server.ts'
import type { TestServer } from '../test/server.ts'
import { openStorage } from './storage.ts'

const folder = makeFolder()
afterAll(folder.remove)
let server: TestServer
beforeEach(async () => {
  server = await startServer()
})
afterEach(() => server.close())

const partBytes = 1_500_000
const bytes = Buffer.from(
  Uint32Array.from({ length: 1_700_000 }, (_, i) => i * 2_654_435_761).buffer,
)
const file = folder.path('upload.bin')
writeFileSync(file, bytes)

/** The file above in parts, as it is read by ranges. */
function openParts(etags?: string[]): ByteSource {
  const spec = makeSpec(server, file)
  server.objects.delete('source')
  server.putParts('source', file, partBytes)
  const input = { ...spec.input, partBytes, ...(etags && { etags }) }
  return openStorage({ ...spec, input }, new AbortController().signal).openSource()
}

const isSame = async (source: ByteSource, offset: number, length: number) =>
  Buffer.from(await source.read(offset, length)).equals(bytes.subarray(offset, offset + length))

test('any range is what the parts hold together', async () => {
  const source = openParts()
  const { length } = bytes
  for (const [offset, size] of [
    ...[
      [0, 10],
      [partBytes - 5, 10],
      [1_048_570, 20],
      [length - 3, 3],
      [length, 0],
    ],
    ...[
      [100, 4_000_000],
      [4_000_100, 2_000_000],
      [6_000_100, 700_000],
      [0, length],
    ],
  ]) {
    expect(await isSame(source, offset!, size!), `${size} at ${offset}`).toBe(true)
  }
  await expect(source.read(length - 3, 4)).rejects.toThrow(RangeError)
  await expect(source.read(-1, 4)).rejects.toThrow(RangeError)
})

test('small readings side by side ask storage once', async () => {
  const source = openParts()
  for (let at = 0; at < 50_000; at += 100) await source.read(at, 100)
  expect(server.reads).toHaveLength(1)
})

test('who reads on finds the next bytes on their way', async () => {
  const source = openParts()
  const step = 1_200_000
  for (let at = 0; at < 3; at++) expect(await isSame(source, at * step, step)).toBe(true)
  const asked = server.reads.length
  expect(await isSame(source, 3 * step, step)).toBe(true)
  const repeated = server.reads.map(([key, from]) => `${key} ${from}`)
  expect(new Set(repeated).size).toBe(repeated.length)
  expect(asked).toBeGreaterThan(0)
})

test('a reading that breaks off is taken up where it broke', async () => {
  const source = openParts()
  server.breakOff('source/00002', 70_000)
  expect(await isSame(source, partBytes, partBytes)).toBe(true)
  expect(server.reads).toContainEqual(['source/00002', 70_000])
})

test('bytes that were put there later are refused', async () => {
  const parts = Array.from({ length: Math.ceil(bytes.length / partBytes) }, (_, i) =>
    bytes.subarray(i * partBytes, (i + 1) * partBytes),
  )
  const source = openParts(parts.map((part, i) => (i === 1 ? 'another' : etagOf(part))))
  expect(await isSame(source, 0, 10)).toBe(true)
  await expect(source.read(partBytes, 10)).rejects.toMatchObject({ code: 'source_missing' })
})
