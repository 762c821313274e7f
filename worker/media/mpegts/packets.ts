import { MediaError } from '../film.ts'
import { keep } from '../slice/sample.ts'
import type { Packet, SlicePackets } from '../slice/sample.ts'
import { toFrames } from './adts.ts'
import { checkIsOne, isKey, knownSets, nalsOf, setsOf, toSample } from './annexb.ts'
import { findLayout, packetsOf } from './packet.ts'
import { PesJoiner, join } from './pes.ts'
import type { Pes } from './pes.ts'
import { readProgram } from './program.ts'
import { chooseStreams } from './stream.ts'

/**
 * The packets of a slice behind a head of `writeProgram`. Samples of H.264 come as MP4 keeps them,
 * without the parameter sets of `config`, the body of avcC; AAC comes without its headers. Times
 * are modulo 2^33. Throws `damaged` and `too_costly`.
 */
export function readTransport(
  head: Uint8Array,
  bytes: Uint8Array,
  config: Uint8Array | null,
): SlicePackets {
  const found = findLayout(head)
  if (!found) throw new MediaError('damaged', 'This is no head of a transport stream')
  const { video, audio } = chooseStreams(readProgram(packetsOf(head, found.layout)))
  const pictures = new Gatherer()
  const sounds = new Gatherer()
  for (const packet of packetsOf(bytes, found.layout)) {
    if (packet.pid === video?.pid) pictures.add(pictures.joiner.add(packet))
    else if (packet.pid === audio?.pid) sounds.add(sounds.joiner.add(packet))
  }
  pictures.add(pictures.joiner.end())
  sounds.add(sounds.joiner.end())
  return {
    video: video?.codec === 'avc' ? toPictures(pictures.all, config) : toPackets(pictures.all),
    ...(audio?.codec === 'aac' ? toFrames(sounds.all) : { audio: toPackets(sounds.all) }),
  }
}

class Gatherer {
  readonly joiner = new PesJoiner()
  readonly all: Pes[] = []

  add(pes: Pes | null): void {
    if (pes) this.all.push(pes)
  }
}

/** What has no time of its own goes on with the packet before. */
function withTimes(all: Pes[]): (Pes & { pts: number })[] {
  const timed: { pes: Pes & { pts: number }; chunks: Uint8Array[] }[] = []
  for (const pes of all) {
    const { pts } = pes
    if (pts === null) timed.at(-1)?.chunks.push(pes.data)
    else timed.push({ pes: { ...pes, pts }, chunks: [pes.data] })
  }
  return timed.map(({ pes, chunks }) =>
    chunks.length === 1 ? pes : { ...pes, data: join(chunks) },
  )
}

function toPictures(all: Pes[], config: Uint8Array | null): Packet[] {
  const known = knownSets(config)
  const packets: Packet[] = []
  let sets = known
  for (const { data, pts, isRandomAccess } of withTimes(all)) {
    const nals = nalsOf(data)
    if (!sets.length) sets = setsOf(nals)
    checkIsOne(nals, sets)
    const isSync = isRandomAccess || isKey(nals)
    keep(packets, { data: toSample(nals, known), pts, duration: 0, isSync })
  }
  return packets
}

/** As they come: these are never played, only measured. */
function toPackets(all: Pes[]): Packet[] {
  const packets: Packet[] = []
  for (const { data, pts, isRandomAccess } of withTimes(all)) {
    keep(packets, { data, pts, duration: 0, isSync: isRandomAccess })
  }
  return packets
}
