import { describeMpegAudio } from '../codec/mpeg-audio.ts'
import { MediaError } from '../film.ts'
import type { AudioTrack, ByteSource, SampledFilm, SampledTrack, VideoTrack } from '../film.ts'
import type { Candidates } from './choice.ts'
import { SampleCursor } from './cursor.ts'
import type { MovieHead, Outline } from './outline.ts'
import { readPicture } from './picture-entry.ts'
import { readSound } from './sound-entry.ts'
import { findSpan, maxAlike, walkSpan } from './span.ts'
import type { Span } from './span.ts'
import { readSampleTable } from './table.ts'
import type { SampleTable } from './table.ts'

/** A chosen track with its samples, on its own clock. */
export interface Placed {
  outline: Outline
  table: SampleTable
  span: Span
  /** Seconds from the zero of the file to the zero of the track's ticks. */
  startSeconds: number
  /** Seconds from the zero of the file to the first moment shown. */
  earliestSeconds: number
}

/** A file may list thousands of empty tracks; so many are looked into. */
const maxTries = 8
const maxTicks = 2 ** 50

function place(outline: Outline, movie: MovieHead, fileBytes: number): Placed | null {
  const { edit, timescale, kind } = outline
  if (timescale === 0) throw new MediaError('damaged', 'A track has no clock')
  const table = readSampleTable(outline.stbl)
  const shown = edit.duration === null ? Infinity : (edit.duration * timescale) / movie.timescale
  const cut = { start: edit.mediaTime, end: edit.mediaTime + shown }
  const span = findSpan(table, kind, { cut, fileBytes })
  if (!span) return null
  const startSeconds = edit.delay / movie.timescale - edit.mediaTime / timescale
  const earliestSeconds = startSeconds + span.earliest / timescale
  return { outline, table, span, startSeconds, earliestSeconds }
}

/** The best candidate of which there is anything to show. */
function choose(outlines: Outline[], movie: MovieHead, fileBytes: number): Placed | null {
  for (const outline of outlines.slice(0, maxTries)) {
    const placed = place(outline, movie, fileBytes)
    if (placed) return placed
  }
  return null
}

/** The tracks of a film, and the zero of its clock in seconds of the file. */
export interface PlacedFilm {
  video: Placed | null
  audio: Placed | null
  zero: number
}

/** The best of each kind. Throws `damaged` where nothing of them is there. */
export function placeFilm(candidates: Candidates, movie: MovieHead, fileBytes: number): PlacedFilm {
  const video = choose(candidates.video, movie, fileBytes)
  const audio = choose(candidates.audio, movie, fileBytes)
  if (!video && candidates.video.length) {
    throw new MediaError('damaged', 'The file has a picture track but no pictures')
  }
  const zero = Math.min(video?.earliestSeconds ?? Infinity, audio?.earliestSeconds ?? Infinity)
  if (zero === Infinity) throw new MediaError('damaged', 'The file has tracks but no samples')
  return { video, audio, zero }
}

/** The film of a movie with full sample tables. Throws `damaged` where nothing of it is there. */
export async function toFilm(
  candidates: Candidates,
  movie: MovieHead,
  source: ByteSource,
): Promise<SampledFilm> {
  const { video, audio, zero } = placeFilm(candidates, movie, source.sizeBytes)
  return {
    addressing: 'samples',
    container: 'mp4',
    video: video && toTrack(video, toVideo(video), zero),
    audio: audio && toTrack(audio, await toAudio(audio, source), zero),
  }
}

/** From ticks in the file to ticks on the film's own clock. Throws `damaged`. */
export function shiftOf({ outline, startSeconds }: Placed, zeroSeconds: number): number {
  const shift = Math.round((startSeconds - zeroSeconds) * outline.timescale) || 0 // not -0
  if (Math.abs(shift) > maxTicks) throw new MediaError('damaged', 'A track starts centuries away')
  return shift
}

function toTrack<T extends VideoTrack | AudioTrack>(
  placed: Placed,
  track: T,
  zeroSeconds: number,
): SampledTrack<T> {
  const { outline, table, span } = placed
  const shift = shiftOf(placed, zeroSeconds)
  return {
    track,
    count: span.end - span.first,
    hasComplexEdits: outline.edit.isComplex,
    samples: () => walkSpan(table, span, shift),
  }
}

/** One init segment cannot announce two descriptions. */
function toVideo({ outline, table }: Placed): VideoTrack {
  const track = readPicture(outline)
  return table.hasOneDescription ? track : { ...track, codec: 'other', codecs: null, config: null }
}

/** Old QuickTime counts each moment of sound as a sample, also of packets. */
const countsMoments = (table: SampleTable): boolean =>
  table.constantBytes === 1 || (table.constantBytes > 0 && table.count > maxAlike)

async function toAudio({ outline, table, span }: Placed, source: ByteSource): Promise<AudioTrack> {
  const track = readSound(outline)
  const isPlain = table.hasOneDescription && !countsMoments(table)
  const other = { ...track, codec: 'other', codecs: null, config: null } as const
  if (!isPlain) return other
  if (track.codec !== 'mp3' || track.isEncrypted) return track
  const facts = describeMpegAudio(await readFirst(table, span, source))
  return facts?.codec === 'mp3' ? { ...track, ...facts } : other
}

/** MP4 names layers I to III alike: only a packet tells which it is. */
function readFirst(table: SampleTable, span: Span, source: ByteSource): Promise<Uint8Array> {
  const cursor = new SampleCursor(table)
  for (let i = 0; i <= span.first; i++) cursor.step()
  const { offset, sizeBytes } = cursor.sample
  return source.read(offset, Math.min(4, sizeBytes))
}
