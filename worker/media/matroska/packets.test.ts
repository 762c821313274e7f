import { expect, test } from 'vitest'
import { ids, writeElementHeader } from './ebml.ts'
import { writeHead } from './head.ts'
import { readClusters } from './packets.ts'
import { readTracks } from './track.ts'

const join = (...parts: (Uint8Array | number[])[]) =>
  Uint8Array.from(parts.flatMap((part) => [...part]))
const element = (id: number, ...body: (Uint8Array | number[])[]) =>
  join(writeElementHeader(id, join(...body).length), ...body)
const text = (value: string) => new TextEncoder().encode(value)

const sound = element(
  ids.trackEntry,
  element(ids.trackNumber, [2]),
  element(ids.trackType, [2]),
  element(ids.codecId, text('A_AC3')),
  element(ids.defaultDuration, [0x01, 0xe8, 0x48, 0x00]), // 32 ms
  element(ids.audio),
)

const stripping = (algorithm: number) =>
  element(
    ids.contentEncodings,
    element(
      ids.contentEncoding,
      element(
        ids.contentCompression,
        element(ids.contentCompAlgo, [algorithm]),
        element(ids.contentCompSettings, [0xde, 0xad]),
      ),
    ),
  )

const picture = (...more: Uint8Array[]) =>
  element(
    ids.trackEntry,
    element(ids.trackNumber, [1]),
    element(ids.trackType, [1]),
    element(ids.codecId, text('V_VP8')),
    ...more,
  )

function headOf(...entries: Uint8Array[]): Uint8Array {
  const layout = { ebml: element(ids.ebml), timestampScaleNs: 1_000_000 }
  const unused = { tracks: sound, segmentBody: 0, firstCluster: 0, cues: null, end: 0, others: [] }
  return writeHead({ ...layout, ...unused }, readTracks(join(...entries)))
}

const cluster = (time: number, ...blocks: Uint8Array[]) =>
  element(ids.cluster, element(ids.timestamp, [time]), ...blocks)
const key = 0x80
const block = (track: number, time: number, flags: number, ...data: number[][]) =>
  element(ids.simpleBlock, [0x80 + track, time >> 8, time & 255, flags], ...data)

const frames = [
  [1, 1, 1],
  [2, 2],
  [3, 3, 3, 3],
]

test.for([
  { name: 'Xiph', flags: 0x02, sizes: [2, 3, 2] },
  { name: 'EBML', flags: 0x06, sizes: [2, 0x83, 0xbe] }, // 3, then 1 less
])('frames laced as $name come one by one, one after the other', async ({ flags, sizes }) => {
  const bytes = cluster(100, block(2, 20, flags, sizes, ...frames))
  const { audio } = await readClusters(headOf(sound), bytes)
  expect(audio.map(({ data }) => [...data])).toEqual(frames)
  expect(audio.map(({ pts }) => pts)).toEqual([120, 152, 184])
  expect(audio.every(({ duration, isSync }) => duration === 32 && isSync)).toBe(true)
})

test('frames laced at one size are of one size', async () => {
  const bytes = cluster(0, block(2, 0, 0x04, [1, 7, 7, 8, 8]))
  const { audio } = await readClusters(headOf(sound), bytes)
  expect(audio.map(({ data }) => [...data])).toEqual([
    [7, 7],
    [8, 8],
  ])
})

test('a lace that promises more than there is is damage', async () => {
  const bytes = cluster(0, block(2, 0, 0x02, [1, 200, 7, 7]))
  await expect(readClusters(headOf(sound), bytes)).rejects.toMatchObject({ problem: 'damaged' })
})

test('stripped first bytes are put back', async () => {
  const bytes = cluster(0, block(1, 0, key, [1, 2, 3]))
  const { video } = await readClusters(headOf(picture(stripping(3))), bytes)
  expect([...video[0]!.data]).toEqual([0xde, 0xad, 1, 2, 3])
})

test('only stripping is undone', () => {
  const [stripped, packed] = readTracks(join(picture(stripping(3)), picture(stripping(0))))
  expect(stripped!.isPacked).toBe(false)
  expect(packed!.isPacked).toBe(true)
})

test('in a group of blocks a reference tells what is no key frame', async () => {
  const group = (time: number, ...more: Uint8Array[]) =>
    element(ids.blockGroup, element(ids.block, [0x81, 0, time, 0, 9]), ...more)
  const bytes = cluster(
    0,
    group(0, element(ids.blockDuration, [40])),
    group(40, element(ids.referenceBlock, [0xd8])),
  )
  const { video } = await readClusters(headOf(picture()), bytes)
  expect(video.map(({ pts, duration, isSync }) => ({ pts, duration, isSync }))).toEqual([
    { pts: 0, duration: 40, isSync: true },
    { pts: 40, duration: 0, isSync: false },
  ])
})

test('times before the start of a cluster are signed', async () => {
  const bytes = cluster(100, block(1, 0xffff, key, [1]))
  const { video } = await readClusters(headOf(picture()), bytes)
  expect(video[0]!.pts).toBe(99)
})
