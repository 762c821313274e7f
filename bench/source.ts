/**
 * What does it cost to make a film play from its source, against reading its index at all?
 *
 *   node bench/source.ts [hours, 3] [frames a second, 30]
 *
 * A film is drawn up in memory: samples as a camera writes them, B-frames, a key frame each 2 s,
 * AAC beside it. Times are medians of nine, as ratios of copying the bytes that a sample table of
 * such a film has (the `moov` of an MP4) once through memory, number by number.
 */
import type {
  SampledFilm,
  SampledTrack,
  Sample,
  AudioTrack,
  VideoTrack,
} from '../worker/media/film.ts'
import { examineSamples } from '../worker/media/examine.ts'
import { cutSegment, readHead } from '../worker/media/index.ts'
import { decide } from '../worker/media/decide.ts'
import { segmentCount } from '../worker/media/segment.ts'
import { writeIndex } from '../worker/media/store.ts'
import { summarise } from '../worker/media/summarise.ts'

const hours = Number(process.argv[2] ?? 3)
const framesPerSecond = Number(process.argv[3] ?? 30)
const seconds = hours * 3600
const rounds = 9

const base = { codecs: 'avc1.640028', language: null, isEncrypted: false }
const video: VideoTrack = {
  ...base,
  kind: 'video',
  timescale: 90_000,
  codec: 'avc',
  config: new Uint8Array(40),
  codedWidthPx: 1920,
  codedHeightPx: 1080,
  pixelAspect: [1, 1],
  rotation: 0,
  isMirrored: false,
  shownWidthPx: 1920,
  shownHeightPx: 1080,
  bitDepth: 8,
  chroma: '4:2:0',
  isInterlaced: false,
  colour: null,
}
const audio: AudioTrack = {
  ...base,
  kind: 'audio',
  timescale: 48_000,
  codec: 'aac',
  config: new Uint8Array([0x11, 0x90]),
  channels: 2,
  sampleRateHz: 48_000,
}

/** A repeatable number from 0 to before `below`. */
const noise = (at: number, below: number) => ((at * 2_654_435_761) >>> 8) % below

const frameTicks = video.timescale / framesPerSecond
const gop = framesPerSecond * 2
const order = [0, 2, -1, -1].map((frames) => frames * frameTicks)

function* pictures(): Generator<Readonly<Sample>> {
  const sample = { offset: 48, sizeBytes: 0, dts: 0, pts: 0, duration: frameTicks, isSync: true }
  for (let at = 0; at < seconds * framesPerSecond; at++) {
    const inGop = at % gop
    sample.isSync = inGop === 0
    sample.sizeBytes = sample.isSync ? 90_000 + noise(at, 50_000) : 4_000 + noise(at, 16_000)
    sample.dts = at * frameTicks
    sample.pts = sample.dts + (inGop === 0 || inGop > gop - 4 ? 0 : order[inGop % 4]!)
    yield sample
    sample.offset += sample.sizeBytes + (inGop % 15 === 0 ? 6_000 : 0)
  }
}

function* sounds(): Generator<Readonly<Sample>> {
  const sample = { offset: 48, sizeBytes: 0, dts: 0, pts: -1024, duration: 1024, isSync: true }
  for (let at = 0; at < seconds * (48_000 / 1024); at++) {
    sample.sizeBytes = 300 + noise(at, 90)
    sample.dts = sample.pts
    yield sample
    sample.pts += 1024
    sample.offset += sample.sizeBytes + (at % 23 === 0 ? 300_000 : 0)
  }
}

const film: SampledFilm = {
  addressing: 'samples',
  container: 'mp4',
  video: track(video, seconds * framesPerSecond, pictures),
  audio: track(audio, Math.ceil(seconds * (48_000 / 1024)), sounds),
}

function track<T extends VideoTrack | AudioTrack>(
  one: T,
  count: number,
  samples: SampledTrack<T>['samples'],
): SampledTrack<T> {
  return { track: one, count, hasComplexEdits: false, samples }
}

/** Beginnings of samples: one H.264 slice that starts a group. */
const idr = new Uint8Array([0, 0, 0, 2, 0x65, 0])
const file = { sizeBytes: 2 ** 36, read: () => Promise.resolve(idr) }

async function buildIndex(): Promise<Uint8Array> {
  const examined = await examineSamples(film, file)
  const verdict = decide(examined.video, examined.audio)
  const summary = summarise({ container: 'mp4', ...examined, verdict })
  return writeIndex({
    summary,
    sourceBytes: 2 ** 36,
    video: { cut: examined.video!.cut, init: new Uint8Array(700) },
    audio: { cut: examined.audio!.cut, init: new Uint8Array(700) },
    slicing: null,
  })
}

/** As little as any reader of the film's tables does: each number is taken once. */
function readTables(): number {
  const words = new Uint32Array((film.video!.count * 10 + film.audio!.count * 5) >> 2)
  let sum = 0
  for (let at = 0; at < words.length; at++) sum = (sum + words[at]! + at) >>> 0
  return sum
}

/** Only the drawn up film itself, which costs a reader's cursors too. */
function walk(): number {
  let sum = 0
  for (const { sizeBytes } of film.video!.samples()) sum += sizeBytes
  for (const { sizeBytes } of film.audio!.samples()) sum += sizeBytes
  return sum
}

async function medianMs(run: () => unknown): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    await run()
    times.push(performance.now() - start)
  }
  return times.toSorted((a, b) => a - b)[rounds >> 1]!
}

const index = await buildIndex()
const head = readHead(index)
const reading = await medianMs(readTables)
const walking = await medianMs(walk)
const building = await medianMs(buildIndex)
const heading = await medianMs(() => readHead(index))
const samples = film.video!.count + film.audio!.count
const pagesOf = (kind: 'video' | 'audio') => head[kind]!.pageBytes.reduce((a, b) => a + b, 0)

const readIndex = (offset: number, bytes: number) =>
  Promise.resolve(index.subarray(offset, offset + bytes))
const source = new Uint8Array(48 * 2 ** 20)
const cutTimes: number[] = []
for (let number = 10; number < 40; number++) {
  const start = performance.now()
  await cutSegment(head, 'video', number, readIndex, (_, bytes) =>
    Promise.resolve(source.subarray(0, bytes)),
  )
  cutTimes.push(performance.now() - start)
}

console.log(`${hours} h at ${framesPerSecond} frames a second, ${samples} samples`)
console.log(`segments         ${segmentCount(head, 'video')} + ${segmentCount(head, 'audio')}`)
console.log(`index            ${index.length} bytes, its head ${head.video!.pageOffsets[0]}`)
console.log(`bytes a picture  ${(pagesOf('video') / film.video!.count).toFixed(2)}`)
console.log(`bytes a packet   ${(pagesOf('audio') / film.audio!.count).toFixed(2)}`)
console.log(`walking samples  ${(walking / reading).toFixed(1)} x reading the tables' bytes`)
console.log(`building         ${(building / reading).toFixed(1)} x, ${building.toFixed(0)} ms here`)
console.log(`reading the head ${(heading / reading).toFixed(2)} x, ${heading.toFixed(2)} ms here`)
console.log(`cutting          ${cutTimes.toSorted((a, b) => a - b)[15]!.toFixed(2)} ms a segment`)
console.log(`memory           ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MiB`)
