import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ffmpeg } from '../../../scripts/lib/clip.ts'
import { probeSource } from '../../../transcoder/run/probe.ts'
import type { Sample, SampledFilm } from '../film.ts'
import { openMp4, readMovie } from './movie.ts'
import { fileSource, listSamples, probe } from './test/ffprobe.ts'
import type { ProbedStream } from './test/ffprobe.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 }) // four programs a test

const folder = mkdtempSync(path.join(tmpdir(), 'mp4-'))
const inFolder = (name: string) => path.join(folder, name)
afterAll(() => rmSync(folder, { recursive: true }))

const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=30:d=4']
const sound = ['-f', 'lavfi', '-i', 'sine=d=4:r=48000']
const x264 = [
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'],
  ...['-bf', '3', '-g', '45'],
]
const coded = [...picture, ...sound, ...x264]
const base = inFolder('base.mp4')
const copy = ['-i', base, '-c', 'copy']

beforeAll(() => ffmpeg([...coded, '-ac', '2', '-c:a', 'aac', '-movflags', '+faststart', base]))

async function make(name: string, args: string[]): Promise<string> {
  await ffmpeg([...args, inFolder(name)])
  return inFolder(name)
}

const tracksOf = ({ video, audio }: SampledFilm) => [video, audio].filter((track) => track !== null)

/** The stream of a track, found by the place of its first sample. */
function streamOf(streams: ProbedStream[], [first]: Sample[]): ProbedStream {
  const stream = streams.find(({ packets }) => packets.some(({ pos }) => pos === first!.offset))
  expect(stream).toBeDefined()
  return stream!
}

/** Places, sizes, keys and times, the last as far apart as in the file. */
function expectSamples(samples: Sample[], stream: ProbedStream, zeroSeconds: number): void {
  const start = stream.packets.findIndex(({ pos }) => pos === samples[0]!.offset)
  const packets = stream.packets.slice(start)
  expect(stream.packets.slice(0, start).every(({ isHidden }) => isHidden)).toBe(true)
  expect(samples.map((sample) => [sample.offset, sample.sizeBytes, sample.isSync])).toEqual(
    packets.map((packet) => [packet.pos, packet.size, packet.isKey]),
  )
  const zero = zeroSeconds * stream.timescale
  const errors = samples.map((sample, i) => Math.abs(packets[i]!.pts - zero - sample.pts))
  expect(Math.max(...errors)).toBeLessThanOrEqual(1)
}

/** Opens a file and compares all of its samples with what ffprobe and the transcoder make of it. */
async function expectSame(file: string) {
  const film = await openMp4(fileSource(file))
  const {
    clockOffsetSeconds,
    picture,
    sounds: [sound],
  } = await probeSource(file, new AbortController().signal)
  const streams = probe(file)
  const first = Math.min(...streams.map((stream) => Number(stream.start_time) || 0))
  const chosen = tracksOf(film).map((track) => {
    const samples = listSamples(track)
    const stream = streamOf(streams, samples)
    expectSamples(samples, stream, first - clockOffsetSeconds)
    expect(track.count).toBe(samples.length)
    return stream.index
  })
  expect(chosen).toEqual([picture?.index, sound?.index].filter((index) => index !== undefined))
  return { film, streams }
}

describe('samples are where and when ffprobe finds them', () => {
  test.each([
    ['moov at the end', 'end.mp4', copy],
    ['QuickTime', 'quick.mov', copy],
    ['negative offsets', 'negative.mp4', [...copy, '-movflags', 'negative_cts_offsets']],
    ['no edit list', 'plain.mp4', [...copy, '-use_editlist', '0']],
    ['an open GOP', 'open.mp4', [...coded, '-x264-params', 'open-gop=1']],
    ['no sound', 'silent.mp4', [...copy, '-an']],
    ['no picture', 'sound.m4a', [...copy, '-vn']],
    ['mono MP3', 'mono.mp4', [...coded, '-ac', '1', '-c:a', 'libmp3lame']],
    ['Opus', 'opus.mp4', [...coded, '-c:a', 'libopus']],
    [
      'uneven frames',
      'uneven.mp4',
      [...coded, '-vf', 'select=lt(random(1)\\,0.4)', '-vsync', 'vfr'],
    ],
  ])('%s', async (_, name, args) => {
    await expectSame(await make(name, args))
  })

  test.each([
    ['sound comes late', ['-map', '0:v', '-map', '1:a']],
    ['the picture comes late', ['-map', '1:v', '-map', '0:a']],
    ['both come late', ['-map', '1', '-copyts']],
  ])('%s', async (name, maps) => {
    const inputs = ['-i', base, '-itsoffset', '0.7', '-i', base]
    await expectSame(await make(`${name}.mp4`, [...inputs, ...maps, '-c', 'copy']))
  })

  test('a film cut short by copying', async () => {
    await expectSame(await make('short.mp4', ['-i', base, '-t', '2.51', '-c', 'copy']))
  })

  test('a film cut between two keys begins at a picture', async () => {
    const args = ['-ss', '2.1', '-i', base, '-t', '1.2', '-an', '-c', 'copy']
    const { film } = await expectSame(await make('between.mp4', args))
    const samples = listSamples(film.video!)
    expect(samples[0]).toMatchObject({ isSync: true })
    expect(samples[0]!.pts).toBeLessThan(0)
    expect(samples.filter(({ pts }) => pts === 0)).toHaveLength(1)
  })
})

test('sound before a cut is kept only as far as decoders want it', async () => {
  const file = await make('after.mp4', ['-ss', '2.1', '-i', base, '-c', 'copy'])
  const film = await openMp4(fileSource(file))
  const hidden = listSamples(film.audio!).filter(({ pts, duration }) => pts + duration <= 0)
  expect(hidden.length).toBeGreaterThan(0)
  expect(hidden.length).toBeLessThanOrEqual(4)
  const shown = listSamples(film.video!).filter(({ pts }) => pts >= 0)
  expect(Math.min(...shown.map(({ pts }) => pts))).toBeLessThan(film.video!.track.timescale / 30)
})

test('layer II under the name of MP3 is no MP3', async () => {
  const { film } = await expectSame(await make('layer.mp4', [...coded, '-c:a', 'mp2']))
  expect(film.audio!.track).toMatchObject({ codec: 'other', codecs: null, config: null })
})

test('sound without compression is another codec, however many samples it counts', async () => {
  const film = await openMp4(fileSource(await make('pcm.mov', [...coded, '-c:a', 'pcm_s16le'])))
  expect(film.audio).toMatchObject({ count: 192_000, track: { codec: 'other', channels: 1 } })
})

test.each([90, 180, 270])('a picture turned by %i degrees', async (degrees) => {
  const args = [...copy, '-metadata:s:v', `rotate=${degrees}`]
  const file = await make(`turned-${degrees}.mp4`, args)
  const { track } = (await openMp4(fileSource(file))).video!
  const [stream] = probe(file)
  expect(track.rotation).toBe((360 - stream!.rotation) % 360)
  const [wide, high] = degrees === 180 ? [160, 90] : [90, 160]
  expect(track).toMatchObject({ shownWidthPx: wide, shownHeightPx: high, codedWidthPx: 160 })
})

test('VP9 and AV1 bring their strings', async () => {
  const vp9 = ['-c:v', 'libvpx-vp9', '-cpu-used', '8', '-t', '0.5']
  const av1 = ['-c:v', 'libsvtav1', '-preset', '12', '-t', '0.5']
  const codecs = async (name: string, args: string[]) =>
    (await openMp4(fileSource(await make(name, [...picture, ...args])))).video!.track.codecs
  expect(await codecs('vp9.mp4', vp9)).toMatch(/^vp09\.00\.\d\d\.08$/)
  expect(await codecs('av1.mp4', av1)).toMatch(/^av01\.0\.\d\dM\.08$/)
})

test('few reads: one or two from the start, or the end', async () => {
  const start = fileSource(base)
  await openMp4(start)
  expect(start.reads.length).toBeLessThanOrEqual(2)
  const end = fileSource(await make('end.mp4', copy))
  await openMp4(end)
  expect(end.reads.length).toBeLessThanOrEqual(3)
})

test('a fragmented file tells its tracks', async () => {
  const args = [...copy, '-movflags', 'frag_keyframe+empty_moov']
  const file = await make('fragments.mp4', args)
  const movie = await readMovie(fileSource(file))
  expect(movie).toMatchObject({
    kind: 'fragmented',
    movie: {
      moov: { type: 'moov', headerBytes: 8 },
      video: { id: 1, track: { codec: 'avc', codedWidthPx: 160 } },
      audio: { id: 2, track: { codecs: 'mp4a.40.2', channels: 2 } },
    },
  })
  await expect(openMp4(fileSource(file))).rejects.toMatchObject({ problem: 'unknown_container' })
})

const corpus = path.resolve(import.meta.dirname, '../../../../shared/media')
const names = existsSync(corpus)
  ? readdirSync(corpus).filter((name) => /\.(mp4|mov)$/.test(name))
  : []

describe('strangers’ films', () => {
  if (!names.length) test.skip('../shared/media is not there', () => {})

  /** Those without their own samples here, and why. */
  const others: Record<string, string> = {
    '28-lies-143165s.mp4': 'unknown_container',
    '33-bad-chunk-offsets.mp4': 'damaged',
    '34-bad-matrix-no-timescale.mp4': 'damaged',
    '35-header-only-231s.mp4': 'damaged',
    '36-empty-stsc.mp4': 'damaged',
    '37-vvc.mp4': 'unknown_container',
    '38-drm-cbcs.mp4': 'unknown_container',
  }

  for (const name of names) {
    const file = path.join(corpus, name)
    const problem = others[name]
    if (problem) {
      test(`${name}: ${problem}`, () =>
        expect(openMp4(fileSource(file))).rejects.toMatchObject({ problem }))
      continue
    }
    test(name, async () => {
      const { film, streams } = await expectSame(file)
      expectTracks(film, streams)
    })
  }
})

/** Size, shape, range and channels as ffprobe sees them. */
function expectTracks({ video, audio }: SampledFilm, streams: ProbedStream[]): void {
  const picture = video && streamOf(streams, listSamples(video))
  if (picture && video.track.codec === 'avc') {
    const { track } = video
    expect([track.codedWidthPx, track.codedHeightPx]).toEqual([picture.width, picture.height])
    expect(track.pixelAspect.join(':')).toBe(picture.sample_aspect_ratio ?? '1:1')
    expect(track.colour?.isFullRange ?? false).toBe(picture.color_range === 'pc')
    expect(track.codecs!.slice(-2)).toBe(picture.level.toString(16).padStart(2, '0'))
    expect(Math.abs(track.rotation)).toBe((360 - picture.rotation) % 360)
    expect(track.bitDepth).toBe(picture.pix_fmt.includes('10') ? 10 : 8)
    expect(track.chroma.replaceAll(':', '')).toBe(/4\d\d/.exec(picture.pix_fmt)![0])
  }
  const sound = audio && streamOf(streams, listSamples(audio))
  if (sound && audio.track.codec === 'aac') {
    expect(audio.track.channels).toBe(sound.channels)
    expect(audio.track.sampleRateHz).toBe(Number(sound.sample_rate))
  }
}
