import { expect, test } from 'vitest'
import { MissingBytes } from '../film.ts'
import type { ByteSource } from '../film.ts'
import { memorySource } from './test/ffprobe.ts'
import { readAhead, readMoov, walkTopLevel } from './top-level.ts'
import type { TopBox } from './top-level.ts'

function box(type: string, lengthBytes: number, declared = lengthBytes + 8): Buffer {
  const bytes = Buffer.alloc(lengthBytes + 8)
  bytes.writeUInt32BE(declared)
  bytes.write(type, 4)
  return bytes
}

function longBox(type: string, lengthBytes: number): Buffer {
  const bytes = box(type, lengthBytes + 8, 1)
  bytes.writeBigUInt64BE(BigInt(lengthBytes + 16), 8)
  return bytes
}

async function walk(source: ByteSource, start = 0): Promise<TopBox[]> {
  const boxes: TopBox[] = []
  for await (const box of walkTopLevel(source, start)) boxes.push(box)
  return boxes
}

const file = (...boxes: Buffer[]) => memorySource(new Uint8Array(Buffer.concat(boxes)))

test('sizes of 32 bits, of 64 bits, and to the end', async () => {
  const source = file(box('ftyp', 12), longBox('mdat', 100), box('moof', 5), box('mdat', 40, 0))
  expect(await walk(source)).toEqual([
    { type: 'ftyp', offset: 0, headerBytes: 8, sizeBytes: 20 },
    { type: 'mdat', offset: 20, headerBytes: 16, sizeBytes: 116 },
    { type: 'moof', offset: 136, headerBytes: 8, sizeBytes: 13 },
    { type: 'mdat', offset: 149, headerBytes: 8, sizeBytes: 48 },
  ])
  expect((await walk(source, 136)).map(({ type }) => type)).toEqual(['moof', 'mdat'])
})

test('a walk ends at bytes that are no box, and at a box that goes beyond the end', async () => {
  const types = async (source: ByteSource) => (await walk(source)).map(({ type }) => type)
  expect(await types(file(box('ftyp', 0), box('????', 0, 3)))).toEqual(['ftyp'])
  expect(await types(file(box('ftyp', 0), Buffer.alloc(5)))).toEqual(['ftyp'])
  expect(await types(file(box('ftyp', 0), box('mdat', 8, 1e6)))).toEqual(['ftyp', 'mdat'])
})

test('an index that is cut off, too large or not there is refused', async () => {
  const problem = (source: ByteSource, problem: string) =>
    expect(readMoov(source)).rejects.toMatchObject({ problem })
  await problem(file(box('moov', 8, 100)), 'damaged')
  await problem(file(box('mdat', 8)), 'damaged')
  const huge = file(box('moov', 1e5, 1e8))
  await problem({ ...huge, sizeBytes: 2e8 }, 'too_costly')
})

/** Counts reads; what lies behind `arrived` is missing. */
function counting(whole: ByteSource, arrived = whole.sizeBytes) {
  const reads: [offset: number, lengthBytes: number][] = []
  const source: ByteSource = {
    sizeBytes: whole.sizeBytes,
    read: async (offset, lengthBytes) => {
      reads.push([offset, lengthBytes])
      if (offset + lengthBytes > arrived) throw new MissingBytes(Math.max(offset, arrived))
      return whole.read(offset, lengthBytes)
    },
  }
  return { source, reads }
}

test('headers close together cost one read', async () => {
  const { source, reads } = counting(file(...Array.from({ length: 50 }, () => box('free', 20))))
  expect(await walk(readAhead(source))).toHaveLength(50)
  expect(reads).toEqual([[0, 1400]])
})

test('reading ahead takes what has arrived, and says what has not', async () => {
  const { source, reads } = counting(file(box('free', 92), box('free', 1e5)), 150)
  const near = readAhead(source)
  expect(await near.read(0, 16)).toHaveLength(16)
  expect(reads).toEqual([
    [0, 65_536],
    [0, 16],
  ])
  await expect(near.read(140, 16)).rejects.toMatchObject({ name: 'MissingBytes', offset: 150 })
})
