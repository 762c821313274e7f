/** For tests: what must hold of every film that is cut slice by slice. */
import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import type { ByteSource, SlicedFilm } from '../../film.ts'
import { fileSource, probePackets, readAll } from './fixture.ts'
import { parseSlice } from '../parse.ts'
import type { SliceSamples } from '../parse.ts'

/** Where the clock of a transport stream begins anew, ffprobe counts from another zero. */
const wrapSeconds = 2 ** 33 / 90_000

interface Expected {
  twin?: string
  latePicturesSeconds?: number
}

const md5 = (bytes: Uint8Array) => `MD5:${createHash('md5').update(bytes).digest('hex')}`

/**
 * All slices together are the packets that ffprobe finds in the file: none lost, none twice, the
 * same key frames and times, give or take a tick, and the same bytes as the packets of `twin`, a
 * file with the same content. ffprobe may see all pictures late by some.
 */
export async function expectPackets(
  file: string,
  film: SlicedFilm,
  { twin = file, latePicturesSeconds = 0 }: Expected = {},
): Promise<SliceSamples> {
  const all = await readAll(await fileSource(file), film)
  for (const kind of ['video', 'audio'] as const) {
    const track = film[kind]
    if (!track) continue
    const probed = await probePackets(file, `${kind[0]}:0`)
    const content = twin === file ? probed : await probePackets(twin, `${kind[0]}:0`)
    expect(all[kind].map(({ data }) => md5(data))).toEqual(content.map(({ hash }) => hash))
    expect(all[kind].map(({ isSync }) => isSync)).toEqual(probed.map(({ isSync }) => isSync))
    for (const [i, { pts }] of all[kind].entries()) {
      const seconds = pts / track.timescale - film.clockOffsetSeconds
      const late = kind === 'video' ? latePicturesSeconds : 0
      const drift = seconds + late - probed[i]!.ptsSeconds
      const isNear = Math.abs(drift - Math.round(drift / wrapSeconds) * wrapSeconds)
      expect(isNear).toBeLessThan(1.001 / track.timescale)
    }
  }
  return all
}

/**
 * From 0 on, without gaps in time and in bytes. Each slice begins with a picture where decoding can
 * begin, and shows its first picture when it says so.
 */
export async function expectSlices(source: ByteSource, film: SlicedFilm): Promise<void> {
  const { slices } = film
  expect(slices[0]!.startSeconds).toBe(0)
  for (const [i, slice] of slices.entries()) {
    const next = slices[i + 1]
    expect(slice.endSeconds).toBeGreaterThan(slice.startSeconds)
    expect(next?.startSeconds ?? slice.endSeconds).toBe(slice.endSeconds)
    expect(next?.offset ?? slice.offset + slice.lengthBytes).toBe(slice.offset + slice.lengthBytes)

    const bytes = await source.read(slice.offset, slice.lengthBytes)
    const samples = await parseSlice(film, film.head, bytes)
    const [track, shown] = film.video ? [film.video, samples.video] : [film.audio!, samples.audio]
    expect(shown[0]!.isSync).toBe(true)
    const earliest = Math.min(...shown.map(({ pts }) => pts)) / track.timescale
    const early = i > 0 ? slice.startSeconds - earliest : 0
    expect(Math.abs(early)).toBeLessThan(1.5 / track.timescale)
  }
}
