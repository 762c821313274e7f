import { MediaError } from '../film.ts'
import type { Window } from '../slice/window.ts'
import { ids, maxHeaderBytes, readElementHeader, readUint, readVarInt } from './ebml.ts'
import type { ElementHeader } from './ebml.ts'

/** Where a block lies, and what its header says. Offsets are those of the window. */
export interface Block {
  clusterOffset: number
  track: number
  /** Ticks of the segment. */
  time: number
  isKey: boolean
  /** 0 for none, else Xiph, fixed size, EBML. */
  lacing: number
  dataOffset: number
  dataEnd: number
  /** Ticks of the whole block; null where it does not say. */
  duration: number | null
}

/** 96 MiB of sound in packets of 30 bytes would have as many. */
const maxElements = 3_000_000

interface Placed extends ElementHeader {
  body: number
  end: number
}

/**
 * The blocks between two offsets, headers only. `from` lies where an element of a segment or a
 * cluster begins. Clusters are entered and never left, so their sizes do not matter, and a size
 * that is unknown is as good. Ends quietly where the last element is cut off. Throws `damaged`
 * for what is no element, `too_costly` for millions of them.
 */
export async function* blocksOf(window: Window, from: number, to: number): AsyncGenerator<Block> {
  let clusterOffset = -1
  let clusterTime: number | null = null
  let at = from
  for (let count = 0; at < to; count++) {
    if (count > maxElements) throw new MediaError('too_costly', 'Too many elements to walk')
    const element = await elementAt(window, at, to)
    if (!element) return
    if (element.id === ids.cluster) {
      clusterOffset = at
      clusterTime = null
      at = element.body
      continue
    }
    if (element.end > to) return
    if (element.id === ids.timestamp) {
      clusterTime = readUint(await window.at(element.body, Math.min(element.sizeBytes!, 8)))
    } else if (clusterTime !== null) {
      const block = await blockIn(window, element)
      if (block) yield { ...block, clusterOffset, time: clusterTime + block.time }
    }
    at = element.end
  }
}

/** Null where a header is cut off by the end. Only clusters may have no size. */
async function elementAt(window: Window, at: number, to: number): Promise<Placed | null> {
  const bytes = await window.at(at, Math.min(maxHeaderBytes, to - at))
  const header = readElementHeader(bytes)
  if (!header && bytes.length < maxHeaderBytes) return null
  if (!header || (header.sizeBytes === null && header.id !== ids.cluster)) {
    throw new MediaError('damaged', 'No element where one should begin')
  }
  const body = at + header.headerBytes
  return { ...header, body, end: body + (header.sizeBytes ?? 0) }
}

type BlockOfCluster = Omit<Block, 'clusterOffset'>

async function blockIn(window: Window, element: Placed): Promise<BlockOfCluster | null> {
  if (element.id === ids.simpleBlock) {
    const block = await readBlockHeader(window, element)
    return block && { ...block, isKey: (block.flags & 0x80) !== 0, duration: null }
  }
  return element.id === ids.blockGroup ? readBlockGroup(window, element) : null
}

/** A picture that refers to no other is one where decoding can begin. */
async function readBlockGroup(window: Window, group: Placed): Promise<BlockOfCluster | null> {
  let block: Awaited<ReturnType<typeof readBlockHeader>> = null
  let duration: number | null = null
  let isKey = true
  for (let at = group.body; at < group.end;) {
    const child = await elementAt(window, at, group.end)
    if (!child || child.end > group.end) break
    if (child.id === ids.block) block = await readBlockHeader(window, child)
    if (child.id === ids.referenceBlock) isKey = false
    if (child.id === ids.blockDuration) {
      duration = readUint(await window.at(child.body, Math.min(child.sizeBytes!, 8)))
    }
    at = child.end
  }
  return block && { ...block, isKey, duration }
}

/** Track number, signed time within the cluster, flags. Null for a block shorter than that. */
async function readBlockHeader(window: Window, { body, end }: Placed) {
  const bytes = await window.at(body, Math.min(11, end - body))
  const track = readVarInt(bytes, 0)
  if (!track || bytes.length < track.lengthBytes + 3) return null
  const time = new DataView(bytes.buffer, bytes.byteOffset).getInt16(track.lengthBytes)
  const flags = bytes[track.lengthBytes + 2]!
  return {
    track: track.value,
    time,
    flags,
    lacing: (flags >> 1) & 3,
    dataOffset: body + track.lengthBytes + 3,
    dataEnd: end,
  }
}
