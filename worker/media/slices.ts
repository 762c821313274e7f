/** Films of which only places to start are known: segments are groups of whole slices. */
import type { ByteSource, Slice, SlicedFilm, VideoTrack } from './film.ts'
import type { CutTrack, Segment } from './gather.ts'
import { isIdr } from './idr.ts'
import { timeSamples } from './page.ts'
import { groupSlices } from './plan.ts'
import { extentOf } from './segment.ts'
import { maxHiddenPictures, planSettling, settle } from './settle.ts'
import { parseSlice } from './slice/parse.ts'
import type { SliceSample } from './slice/sample.ts'
import type { FilmIndex, Slicing, StoredTrack } from './store.ts'
import { type FragmentSamples, writeFragment } from './write/fragment.ts'

/** What is told of a sliced film by its first segment, and the tracks cut into groups of slices. */
export interface CutSlices {
  slicing: Slicing
  video: (CutTrack & SlicedVideo) | null
  audio: (CutTrack & { startSeconds: number }) | null
}

interface SlicedVideo {
  framesPerSecond: number
  isStartTooFar: boolean
  canStartAnywhere: boolean
}

/**
 * Groups the slices, and reads the first group for the priming and delay of the sound and for how
 * the bytes divide between picture and sound. Throws what the parser of slices throws.
 */
export async function cutSlicedFilm(source: ByteSource, film: SlicedFilm): Promise<CutSlices> {
  const { container, head, clockOffsetSeconds, slices } = film
  const groups = groupSlices(slices)
  const [first] = groups
  const bytes = await source.read(first!.offset, first!.lengthBytes)
  const samples = await parseSlice(film, head, bytes)
  const settling = film.video && planSettling(film.video.timescale, samples.video)

  const share = (kind: 'video' | 'audio') =>
    samples[kind].reduce((sum, { data }) => sum + data.length, 0) / bytes.length
  const firstPts = samples.audio[0]?.pts ?? 0
  const audioTimescale = film.audio?.timescale ?? 1
  return {
    slicing: {
      container,
      video: film.video,
      audio: film.audio,
      head,
      clockOffsetSeconds,
      settling,
    },
    video: settling && {
      ...toTrack(groups, settling.timescale, share('video')),
      framesPerSecond: toRate(samples.video, film.video!.timescale),
      canStartAnywhere: await canStart(source, film, samples.video),
      isStartTooFar: settling.hidden.length > maxHiddenPictures,
    },
    audio: film.audio && {
      ...toTrack(groups, audioTimescale, share('audio')),
      primingTicks: Math.max(0, -firstPts),
      startSeconds: Math.max(0, firstPts / audioTimescale),
    },
  }
}

/** The groups of the first segment, or else the second, tell what the encoder's groups are. */
async function canStart(source: ByteSource, film: SlicedFilm, pictures: SliceSample[]) {
  const isAlone = pictures.filter(({ isSync }) => isSync).length < 2
  const next = isAlone ? await readPictures(source, film, film.slices[1]) : []
  return areClosed(pictures, film.video!, 1) && areClosed(next, film.video!, 0)
}

async function readPictures(source: ByteSource, film: SlicedFilm, slice: Slice | undefined) {
  if (!slice) return []
  const bytes = await source.read(slice.offset, slice.lengthBytes)
  return (await parseSlice(film, film.head, bytes)).video
}

/** No picture is shown before its key frame, and each from `from` on is one that starts afresh. */
function areClosed(pictures: SliceSample[], { codec, config }: VideoTrack, from: number): boolean {
  let keyPts = -Infinity
  return pictures.every(({ data, pts, isSync }, at) => {
    if (isSync) keyPts = pts
    const isPlain = !isSync || at < from || codec !== 'avc' || !config || isIdr(config, data)
    return isPlain && pts >= keyPts
  })
}

function toRate(samples: SliceSample[], timescale: number): number {
  const start = samples.reduce((least, { pts }) => Math.min(least, pts), Infinity)
  const end = samples.reduce((most, { pts, duration }) => Math.max(most, pts + duration), 0)
  return end > start ? (samples.length * timescale) / (end - start) : 0
}

function toTrack(groups: Slice[], timescale: number, share: number): CutTrack {
  const toTicks = (seconds: number) => Math.round(seconds * timescale)
  const segments: Segment[] = groups.map(({ offset, lengthBytes, startSeconds }) => ({
    start: toTicks(startSeconds),
    sizeBytes: Math.round(lengthBytes * share),
    from: offset,
    to: offset + lengthBytes,
    pageBytes: 0,
  }))
  const end = toTicks(groups.at(-1)!.endSeconds)
  return { timescale, primingTicks: 0, end, segments, pages: new Uint8Array() }
}

/** Both segments of a number: their bytes are the same. */
export async function cutSlices(
  index: FilmIndex,
  slicing: Slicing,
  number: number,
  readSource: (offset: number, lengthBytes: number) => Promise<Uint8Array>,
): Promise<{ video?: Uint8Array; audio?: Uint8Array }> {
  const { from, to } = extentOf((index.video ?? index.audio)!, number)
  const bytes = await readSource(from, to - from)
  const { video, audio } = await parseSlice(slicing, slicing.head, bytes)
  return {
    ...(index.video && { video: toPictures(index.video, slicing, number, video) }),
    ...(index.audio && { audio: toSound(index.audio, number, audio) }),
  }
}

function toPictures(
  track: StoredTrack,
  { settling }: Slicing,
  number: number,
  samples: SliceSample[],
): Uint8Array {
  const starts = Float64Array.from(samples, ({ pts }) => settle(settling!, pts))
  const lastEnd = samples.reduce((end, { pts, duration }) => Math.max(end, pts + duration), 0)
  const isLast = number + 1 === track.count
  const end = isLast ? lastEnd * settling!.factor : track.starts[number + 1]!
  return toFragment(samples, timeSamples(starts, end, 0), number)
}

function toSound(track: StoredTrack, number: number, samples: SliceSample[]): Uint8Array {
  const starts = Float64Array.from(samples, ({ pts }) => Math.max(0, pts + track.primingTicks))
  const end = (starts.at(-1) ?? 0) + (samples.at(-1)?.duration ?? 0)
  return toFragment(samples, timeSamples(starts, end, 0), number)
}

type Times = Pick<FragmentSamples, 'baseTime' | 'durations' | 'compositions'>

function toFragment(samples: SliceSample[], times: Times, number: number): Uint8Array {
  const { bytes, payload } = writeFragment(
    {
      ...times,
      sizes: samples.map(({ data }) => data.length),
      syncs: samples.map(({ isSync }) => Number(isSync)),
    },
    number + 1,
  )
  let at = 0
  for (const { data } of samples) {
    payload.set(data, at)
    at += data.length
  }
  return bytes
}
