import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Kind, listSegments } from './index.ts'
import { clipNames, makeClip } from './test/clips.ts'
import { decode, type Packet, probe, readBack, type Stream } from './test/packets.ts'
import { type CutFilm, fileSource, openCut } from './test/whole.ts'

const corpus = path.resolve(import.meta.dirname, '../../../shared/media')
const hasCorpus = existsSync(corpus)
if (!hasCorpus) console.warn('The corpus of media files is not there: only made clips are cut')

/** Those of the corpus that play from their source. */
const corpusNames = [
  ...['02-iphone-gps-rot90.mov', '03-android-portrait.mp4', '04-screenrec-cursed-vfr.mp4'],
  ...['05-flir-vfr-late-audio.mp4', '06-no-duration.webm', '07-rect-pixels.mp4'],
  ...['08-edit-list.mp4', '11-multi-track-2v2a2s.mp4', '15-mkv-ass-subs-ac3.mkv'],
  ...['21-gopro-karma.mp4', '24-audio-only.mp4', '25-video-only.mp4', '30-4k60-portrait.mp4'],
  ...['28-lies-143165s.mp4', '31-start-at-8s.mp4'],
]

const cutsPerFilm = 12
const folder = await mkdtemp(path.join(tmpdir(), 'cut-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Pictures and sound of a transport stream are framed anew, so its bytes tell nothing. */
const isReframed = (name: string) => name.endsWith('.ts')

/**
 * The stream of the source that the segments were made of, without sound that an edit hides and
 * that no decoder needs.
 */
function findStream(streams: Stream[], kind: Kind, [first]: Packet[], name: string): Stream {
  for (const stream of streams.filter((one) => one.kind === kind)) {
    if (isReframed(name)) return stream
    const at = stream.packets.findIndex(({ hash }) => hash === first!.hash)
    const before = stream.packets.slice(0, Math.max(0, at))
    const isUnneeded = kind === 'audio' && before.every(({ isHidden }) => isHidden)
    if (at === 0 || (at > 0 && isUnneeded)) {
      return { ...stream, packets: stream.packets.slice(at) }
    }
  }
  throw new Error(`The ${kind} does not begin as a track of the source does`)
}

/** A repeatable stream of numbers from 0 to before 1. */
function* chances(): Generator<number, never> {
  for (let state = 1; ;) {
    state = (state * 48_271) % 2_147_483_647
    yield state / 2_147_483_647
  }
}

const names = [...clipNames, ...(hasCorpus ? corpusNames : [])]
describe.each(names)('%s', (name) => {
  let file: string
  let film: CutFilm
  let streams: Stream[]
  let close: () => Promise<void>
  const whole = new Map<Kind, Packet[]>()
  const kinds = () => (['video', 'audio'] as const).filter((kind) => film.head[kind])

  beforeAll(async () => {
    file = clipNames.includes(name) ? await makeClip(folder, name) : path.join(corpus, name)
    const source = await fileSource(file)
    close = source.close
    film = await openCut(source)
    streams = await probe(file)
    for (const kind of kinds()) whole.set(kind, await readBack(await film.join(kind)))
  }, 60_000)
  afterAll(() => close())

  test('holds each packet of the source once and in order', () => {
    for (const kind of kinds()) {
      const packets = whole.get(kind)!
      const source = findStream(streams, kind, packets, name).packets
      const told = ({ hash, isSync }: Packet) => (isReframed(name) ? isSync : hash)
      expect(packets.map(told)).toEqual(source.map(told))
    }
  })

  test('shows and sounds everything when the source does', () => {
    const delays: number[] = []
    for (const kind of kinds()) {
      const packets = whole.get(kind)!
      const { packets: source, timescale } = findStream(streams, kind, packets, name)
      const shown = source.filter(({ isHidden }) => !isHidden).map(({ seconds }) => seconds)
      const first = shown.reduce((a, b) => Math.min(a, b), Infinity)
      const shifts = source.flatMap(({ seconds, isHidden }, at) =>
        isHidden || seconds === first ? [] : [packets[at]!.seconds - seconds],
      )
      const [shift = 0] = shifts
      delays.push(shift)
      const worst = shifts.reduce((most, one) => Math.max(most, Math.abs(one - shift)), 0)
      expect(worst).toBeLessThanOrEqual(1.01 / timescale)
    }
    // Where an edit falls between two pictures, ffprobe moves the track to the second.
    const isTrimmed = streams.some(
      ({ kind, packets }) => kind === 'video' && packets.some(({ isHidden }) => isHidden),
    )
    const ticks = streams.reduce((sum, { timescale }) => sum + 1 / timescale, 1e-5)
    const tolerance = isTrimmed ? 1 / 30 : ticks
    expect(Math.max(...delays) - Math.min(...delays)).toBeLessThanOrEqual(tolerance)
  })

  test('any run of segments holds what lies there in the film, at its time', async () => {
    const chance = chances()
    for (let round = 0; round < cutsPerFilm; round++) {
      const kind = kinds()[round % kinds().length]!
      const places = listSegments(film.head, kind)
      const from = Math.floor(chance.next().value * places.length)
      const to = from + 1 + Math.floor(chance.next().value * Math.min(3, places.length - from))
      const packets = await readBack(await film.join(kind, from, to))

      const all = whole.get(kind)!
      const at = all.findIndex(
        ({ hash, seconds }) =>
          hash === packets[0]!.hash && Math.abs(seconds - packets[0]!.seconds) < 1e-6,
      )
      const range = all.slice(at, at + packets.length)
      expect(packets.map(({ hash }) => hash)).toEqual(range.map(({ hash }) => hash))
      expect(packets.map(({ seconds }) => seconds)).toEqual(range.map(({ seconds }) => seconds))
      expect(packets[0]!.isSync).toBe(true)
    }
  })

  test('playlists tell the times and sizes of the segments', async () => {
    for (const kind of kinds()) {
      let start = 0
      for (const [number, { durationSeconds, sizeBytes }] of listSegments(
        film.head,
        kind,
      ).entries()) {
        const bytes = (await film.cut(kind, number))[kind]!
        if (!film.head.slicing) expect(bytes.length).toBe(sizeBytes)
        const packets = await readBack(await film.join(kind, number, number + 1))
        const first = Math.min(...packets.map(({ seconds }) => seconds))
        const isMixed = film.head.slicing && kind === 'audio'
        if (number > 0) expect(Math.abs(first - start)).toBeLessThan(isMixed ? 1 : 0.002)
        start += durationSeconds
      }
      expect(start).toBeLessThanOrEqual(film.head.summary.durationMs / 1000 + 0.001)
    }
  })

  test('takes one read of the index and one of the source', async () => {
    for (const kind of kinds()) {
      Object.assign(film.reads, { index: 0, source: 0 })
      await film.cut(kind, 0)
      expect(film.reads).toMatchObject({ index: film.head.slicing ? 0 : 1, source: 1 })
    }
  })

  test('decodes without a word, to the frames of the source', async () => {
    for (const kind of kinds()) {
      const cut = path.join(folder, `${name}.${kind}.mp4`)
      await writeFile(cut, await film.join(kind))
      const { words, frames } = await decode(cut, '0')
      expect(words).toBe('')
      if (kind === 'audio') continue
      expect(frames.length).toBe(whole.get(kind)!.length)
      const { index } = findStream(streams, kind, whole.get(kind)!, name)
      const { frames: shown } = await decode(file, `${index}`)
      expect(frames.slice(-shown.length)).toEqual(shown)
    }
  })
})
