import type { SlicedFilm } from '../film.ts'
import { readFragments } from '../fragmented/packets.ts'
import { readClusters } from '../matroska/packets.ts'
import { readTransport } from '../mpegts/packets.ts'
import { unwrap } from '../mpegts/pes.ts'
import { toSamples } from './sample.ts'
import type { SlicePackets, SliceSample } from './sample.ts'

type Clocked = Pick<SlicedFilm, 'container' | 'video' | 'audio' | 'clockOffsetSeconds'>

/** One or more slices of a film that lie side by side, as their samples. */
export interface SliceSamples {
  video: SliceSample[]
  audio: SliceSample[]
}

const asIs = (ticks: number) => ticks
const readers = { mp4: readFragments, matroska: readClusters, mpegts: readTransport }

/**
 * The samples of the chosen tracks in `bytes`, which are one slice or several that lie side by
 * side; `head` is the film's. In decoding order, in ticks of each track on the film's own clock.
 * Sound belongs to the slice in whose bytes it lies. Throws `damaged` and `too_costly`.
 */
export async function parseSlice(
  film: Clocked,
  head: Uint8Array,
  bytes: Uint8Array,
): Promise<SliceSamples> {
  return toSliceSamples(film, await readPackets(film, head, bytes))
}

/** The packets of a slice on the container's own clock. */
export const readPackets = async (
  { container, video }: Pick<SlicedFilm, 'container' | 'video'>,
  head: Uint8Array,
  bytes: Uint8Array,
): Promise<SlicePackets> => readers[container](head, bytes, video?.config ?? null)

/** Brings packets to the film's own clock. A track that the film does not have gives none. */
export function toSliceSamples(film: Clocked, packets: SlicePackets): SliceSamples {
  const samplesOf = (kind: 'video' | 'audio') => {
    const track = film[kind]
    if (!track) return []
    const offset = Math.round(film.clockOffsetSeconds * track.timescale)
    const toFilm = film.container === 'mpegts' ? unwrap : asIs
    return toSamples(
      packets[kind].map((packet) => ({ ...packet, pts: toFilm(packet.pts + offset) })),
    )
  }
  return { video: samplesOf('video'), audio: samplesOf('audio') }
}
