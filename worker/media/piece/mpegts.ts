import { MediaError } from '../film.ts'
import { draftTransport } from '../mpegts/open.ts'
import { readPacket } from '../mpegts/packet.ts'
import { readPesHeader, ticksPerSecond, unwrap } from '../mpegts/pes.ts'
import type { Program } from '../mpegts/program.ts'
import { carriedBy, chooseStreams } from '../mpegts/stream.ts'
import { openSlicedPieces } from './sliced.ts'
import { readRange } from './piece.ts'
import type { Choice, PieceSource, Sources } from './piece.ts'

/** Times have 33 bits, and ffmpeg takes what lies in the last minute of them to be below 0. */
const lastSeconds = 2 ** 33 / ticksPerSecond - 62

/** Transport streams up to 96 MiB whose key pictures are marked. Throws MediaError. */
export async function openTransportPieces(
  { index, media }: Sources,
  choice: Choice,
): Promise<PieceSource> {
  const choose = (program: Program) => chooseFrom(program, choice)
  const { draft, start, layout, chosen } = await draftTransport(index, choose, true)
  const pid = chosen.video?.pid

  async function findEnd(offset: number, endOffset: number): Promise<number> {
    let [time, end, step] = [0, -Infinity, 0]
    const stride = layout.strideBytes
    const most = Math.max(stride, Math.floor(windowBytes / stride) * stride)
    for (let at = offset; at + stride <= endOffset; at += most) {
      const bytes = await index.read(at, Math.min(most, endOffset - at))
      for (let i = 0; i + stride <= bytes.length; i += stride) {
        const packet = readPacket(bytes, i, layout)
        const pts = packet.pid === pid && packet.isStart && readPesHeader(packet.payload)?.pts
        if (typeof pts !== 'number') continue
        time = end === -Infinity ? pts : time + unwrap(pts - time)
        if (end > -Infinity && time > end) step = time - end
        end = Math.max(end, time)
      }
    }
    return (end + (step || 1)) / ticksPerSecond
  }

  const last = draft.places.at(-1)?.seconds ?? 0
  if (last > lastSeconds) throw new MediaError('too_costly', 'The clock begins anew on the way')
  return openSlicedPieces(index, draft, {
    ...{ startOffset: start, findEnd },
    write: (offset, endOffset) => ({
      sizeBytes: draft.head.length + endOffset - offset,
      async *bytes() {
        yield draft.head
        yield* readRange(media, offset, endOffset)
      },
    }),
  })
}

const windowBytes = 4 * 1024 * 1024

function chooseFrom(program: Program, { trackId }: Choice) {
  if (trackId === undefined) return chooseStreams(program)
  const isOther = (stream: Program['streams'][number]) =>
    stream.pid !== trackId && carriedBy(stream).kind === 'video'
  const streams = program.streams.filter((stream) => !isOther(stream))
  const chosen = chooseStreams({ ...program, streams })
  if (!chosen.video) throw new MediaError('too_costly', 'No such picture stream')
  return chosen
}
