import { MediaError } from '../film.ts'
import { blocksOf } from '../matroska/block.ts'
import { chooseTracks, writeHead } from '../matroska/head.ts'
import { draftMatroska } from '../matroska/open.ts'
import type { TrackEntry } from '../matroska/track.ts'
import { Window } from '../slice/window.ts'
import { openSlicedPieces } from './sliced.ts'
import { readRange } from './piece.ts'
import type { Choice, PieceSource, Sources } from './piece.ts'

const windowBytes = 1024 * 1024

/** Matroska and WebM with cues, or small enough to be walked through. Throws MediaError. */
export async function openMatroskaPieces(
  { index, media }: Sources,
  choice: Choice,
): Promise<PieceSource> {
  const choose = (tracks: TrackEntry[]) => chooseFrom(tracks, choice)
  const { draft, layout, tracks, chosen, timing } = await draftMatroska(index, choose)
  const track = chosen.video
  if (!track) throw new MediaError('no_tracks', 'The file has no picture')
  // ffmpeg leaves a cluster where it meets a block of a track that it was not told of
  const head = writeHead(layout, [track, ...tracks.filter(({ number }) => number !== track.number)])
  const secondsOf = (ticks: number) => (ticks * timing.timestampScaleNs) / 1e9

  async function findEnd(offset: number, endOffset: number): Promise<number> {
    let end = -Infinity
    for await (const block of blocksOf(new Window(index, windowBytes), offset, endOffset)) {
      if (block.track !== track!.number) continue
      const lasts =
        block.duration === null ? track!.defaultDurationNs / 1e9 : secondsOf(block.duration)
      end = Math.max(end, secondsOf(block.time) + (lasts || shortestSeconds))
    }
    return end - track!.codecDelayNs / 1e9
  }

  return openSlicedPieces(index, draft, {
    ...{ startOffset: layout.firstCluster, findEnd },
    write: (offset, endOffset) => ({
      sizeBytes: head.length + endOffset - offset,
      async *bytes() {
        yield head
        yield* readRange(media, offset, endOffset)
      },
    }),
  })
}

/** Of a last picture that does not say how long it lasts. */
const shortestSeconds = 0.001

/** Track types that ffmpeg makes streams of: picture, sound, subtitles, metadata. */
const streamTypes = [1, 2, 0x11, 0x21]

function chooseFrom(tracks: TrackEntry[], { trackId, streamIndex }: Choice) {
  if (trackId === undefined && streamIndex === undefined) return chooseTracks(tracks)
  const streams = tracks.filter(({ type, codecId }) => streamTypes.includes(type) && codecId)
  const wanted =
    trackId === undefined ? streams[streamIndex!] : tracks.find(({ number }) => number === trackId)
  if (wanted?.type !== 1) throw new MediaError('too_costly', 'No such picture track')
  const others = tracks.filter(({ type }) => type !== 1)
  return { ...chooseTracks([{ ...wanted, isEnabled: true }, ...others]) }
}
