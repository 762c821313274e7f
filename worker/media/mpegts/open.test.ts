import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ffmpeg } from '../../../scripts/lib/clip.ts'
import { expectPackets, expectSlices } from '../slice/test/expect.ts'
import {
  fileSource,
  findCorpus,
  inputs,
  makeFolder,
  memorySource,
  withAvc,
} from '../slice/test/fixture.ts'
import { openTransportStream } from './open.ts'

const dir = await makeFolder(afterAll)
const at = (name: string) => path.join(dir, name)
const copy = ['-i', at('film.mkv'), '-c', 'copy']

beforeAll(async () => {
  await ffmpeg([...inputs(10), ...withAvc, at('film.mkv')])
  await Promise.all([
    ffmpeg([...copy, at('film.ts')]),
    ffmpeg([...copy, '-mpegts_m2ts_mode', '1', at('film.m2ts')]),
    ffmpeg([...copy, '-output_ts_offset', '95440', at('wrap.ts')]),
    ffmpeg([...copy, '-map', '0:a', at('sound.ts')]),
    ffmpeg([...inputs(4), ...withAvc, '-x264-params', 'open-gop=1', at('open.ts')]),
  ])
})

describe('a film in H.264 and AAC', () => {
  test.for(['film.ts', 'film.m2ts'])('%s is cut at its key frames', async (name) => {
    const source = await fileSource(at(name))
    const film = await openTransportStream(source)
    expect(film.slices.length).toBe(10)
    await expectSlices(source, film)
    const { video, audio } = await expectPackets(at(name), film, { twin: at('film.mkv') })
    expect(Math.min(...[...video, ...audio].map(({ pts }) => pts))).toBe(0)
  })

  test('has its configurations made of what the packets say', async () => {
    const film = await openTransportStream(await fileSource(at('film.ts')))
    expect(film.video).toMatchObject({
      ...{ codec: 'avc', timescale: 90_000, shownWidthPx: 320, shownHeightPx: 180 },
      codecs: expect.stringMatching(/^avc1\.64[0-9a-f]{4}$/),
    })
    expect(film.audio).toMatchObject({ codec: 'aac', codecs: 'mp4a.40.2', sampleRateHz: 48_000 })
  })

  test('goes on where 33 bits end', async () => {
    const film = await openTransportStream(await fileSource(at('wrap.ts')))
    await expectSlices(await fileSource(at('wrap.ts')), film)
    expect(film.slices.at(-1)!.endSeconds).toBeCloseTo(10.07, 1)
    await expectPackets(at('wrap.ts'), film, { twin: at('film.mkv') })
  })

  test('head and slice are a file that others read', async () => {
    const film = await openTransportStream(await fileSource(at('film.ts')))
    const bytes = await readFile(at('film.ts'))
    const { offset, lengthBytes } = film.slices[3]!
    const input = Buffer.concat([film.head, bytes.subarray(offset, offset + lengthBytes)])
    const counted = ['-count_packets', '-show_entries', 'stream=nb_read_packets', '-of', 'csv=p=0']
    const said = execFileSync('ffprobe', ['-v', 'error', '-i', '-', ...counted], { input })
    expect(said.toString().split('\n')[0]).toBe('30')
  })
})

/** Moves the last packet of sound before each key frame behind that key frame's first packet. */
function interleave(bytes: Uint8Array): Uint8Array {
  const packets = Array.from({ length: bytes.length / 188 }, (_, i) =>
    bytes.slice(i * 188, i * 188 + 188),
  )
  const pidOf = (packet: Uint8Array) => (packet[1]! & 31) * 256 + packet[2]!
  const isStart = (packet: Uint8Array) => (packet[1]! & 0x40) !== 0
  const isKey = (packet: Uint8Array) =>
    pidOf(packet) === 0x100 && isStart(packet) && (packet[3]! & 0x20) !== 0 && packet[5]! >= 0x40
  for (let key = packets.length - 1; key > 0; key--) {
    if (!isKey(packets[key]!)) continue
    const last = packets.slice(0, key).findLastIndex((packet) => pidOf(packet) === 0x101)
    if (last < 0 || isStart(packets[last]!)) continue
    const [moved] = packets.splice(last, 1)
    packets.splice(key, 0, moved!)
  }
  return Buffer.concat(packets)
}

test('no slice begins where a packet of sound would be cut in two', async () => {
  await writeFile(at('mixed.ts'), interleave(await readFile(at('film.ts'))))
  const film = await openTransportStream(await fileSource(at('mixed.ts')))
  expect(film.slices.length).toBeLessThan(10)
  await expectSlices(await fileSource(at('mixed.ts')), film)
  await expectPackets(at('mixed.ts'), film, { twin: at('film.mkv') })
})

test('pictures shown before their key frame count', async () => {
  const film = await openTransportStream(await fileSource(at('open.ts')))
  await expectSlices(await fileSource(at('open.ts')), film)
})

test('sound alone is cut every six seconds', async () => {
  const film = await openTransportStream(await fileSource(at('sound.ts')))
  expect(film.slices.length).toBe(2)
  await expectSlices(await fileSource(at('sound.ts')), film)
  await expectPackets(at('sound.ts'), film, { twin: at('film.mkv') })
})

test('other codecs are named, and measured for the time they take', async ({ skip }) => {
  const file = findCorpus('18-mpeg2-1080.ts')
  if (!file) return skip('the corpus is not there')
  const film = await openTransportStream(await fileSource(file))
  expect(film.video?.codec).toBe('other')
  await expectSlices(await fileSource(file), film)
})

test('a camera with AC-3 is read', async ({ skip }) => {
  const file = findCorpus('19-sony-avchd-1080i.mts')
  if (!file) return skip('the corpus is not there')
  const film = await openTransportStream(await fileSource(file))
  expect(film.video).toMatchObject({ codec: 'avc', isInterlaced: true, codedWidthPx: 1920 })
  expect(film.audio?.codec).toBe('other')
  await expectSlices(await fileSource(file), film)
})

test('a file that lost its beat is damage', async () => {
  const bytes = new Uint8Array(await readFile(at('film.ts')))
  bytes[188 * 100] = 0
  await expect(openTransportStream(memorySource(bytes))).rejects.toMatchObject({
    problem: 'damaged',
  })
})
