import { MediaError } from '../film.ts'
import type { ByteSource } from '../film.ts'
import { Window } from '../slice/window.ts'
import {
  elementsOf,
  findElement,
  ids,
  maxHeaderBytes,
  readElementHeader,
  readUint,
} from './ebml.ts'

/** What lies where, all offsets from the start of the file. */
export interface Layout {
  /** Header and body of the EBML element. */
  ebml: Uint8Array
  /** Nanoseconds a tick. */
  timestampScaleNs: number
  /** Body of the Tracks element. */
  tracks: Uint8Array
  /** Where the segment's body begins: positions in it are counted from there. */
  segmentBody: number
  firstCluster: number
  /** Null where the file has none, or none that can be found. */
  cues: number | null
  /** Where the segment ends, at most where the file does. */
  end: number
  /** Elements of the segment that are no clusters, as far as the file lists them. */
  others: number[]
}

const frontBytes = 64 * 1024
const maxElements = 256
const maxBodyBytes = 1024 * 1024
const usualScaleNs = 1_000_000

/** Reads up to the first cluster. Throws `unknown_container`, `damaged` and `too_costly`. */
export async function readLayout(source: ByteSource): Promise<Layout> {
  const window = new Window(source, frontBytes)
  const ebml = await elementAt(window, 0)
  if (ebml?.id !== ids.ebml) throw new MediaError('unknown_container', 'No EBML header')
  const segment = await elementAt(window, ebml.end)
  if (segment?.id !== ids.segment) throw new MediaError('damaged', 'No Matroska segment')

  const walk = await walkSegment(window, segment.body)
  const info = walk.bodies.get(ids.info)
  const scale = info && findElement(info, ids.timestampScale)
  const tracks = walk.bodies.get(ids.tracks)
  if (!tracks) throw new MediaError('no_tracks', 'The segment describes no tracks')
  return {
    ebml: (await readWhole(window, 0, ebml.end)).slice(),
    timestampScaleNs: (scale && readUint(scale)) || usualScaleNs,
    tracks,
    segmentBody: segment.body,
    firstCluster: walk.firstCluster,
    cues: walk.places.get(ids.cues) ?? null,
    end: segment.isSized ? Math.min(segment.end, source.sizeBytes) : source.sizeBytes,
    others: [...walk.places.values()],
  }
}

/** The body of the Cues element at `offset`; null where there is none. */
export async function readCuesBody(source: ByteSource, offset: number): Promise<Uint8Array | null> {
  const window = new Window(source, frontBytes)
  const element = await elementAt(window, offset)
  if (element?.id !== ids.cues || !element.isSized) return null
  return element.end <= source.sizeBytes ? bodyOf(window, element, 4 * maxBodyBytes) : null
}

interface Placed {
  id: number
  body: number
  end: number
  isSized: boolean
}

async function elementAt(window: Window, offset: number): Promise<Placed | null> {
  const header = readElementHeader(await window.at(offset, maxHeaderBytes))
  if (!header) return null
  const body = offset + header.headerBytes
  const isSized = header.sizeBytes !== null
  return { id: header.id, body, end: body + (header.sizeBytes ?? 0), isSized }
}

async function bodyOf(window: Window, { body, end }: Placed, maxBytes = maxBodyBytes) {
  if (end - body > maxBytes) throw new MediaError('too_costly', 'A list of the file is too long')
  return (await readWhole(window, body, end)).slice()
}

async function readWhole(window: Window, start: number, end: number): Promise<Uint8Array> {
  const bytes = end - start > maxBodyBytes * 4 ? null : await window.at(start, end - start)
  if (bytes?.length !== end - start) throw new MediaError('damaged', 'An element is cut off')
  return bytes
}

interface Walk {
  bodies: Map<number, Uint8Array>
  /** Offsets by id, of what was met and of what seek heads name. */
  places: Map<number, number>
  firstCluster: number
}

async function walkSegment(window: Window, segmentBody: number): Promise<Walk> {
  const bodies = new Map<number, Uint8Array>()
  const places = new Map<number, number>()
  let at = segmentBody
  for (let count = 0; count < maxElements; count++) {
    const element = await elementAt(window, at)
    if (!element) break
    if (element.id === ids.cluster) return { bodies, places, firstCluster: at }
    if (!element.isSized) break
    if (element.id === ids.info || element.id === ids.tracks) {
      bodies.set(element.id, await bodyOf(window, element))
    }
    if (element.id === ids.seekHead) {
      await followSeekHead(window, segmentBody, element, places)
    }
    places.set(element.id, at)
    at = element.end
  }
  throw new MediaError('damaged', 'The segment has no cluster where one should be')
}

/** A seek head may name another one, further back; one step is followed. */
async function followSeekHead(
  window: Window,
  segmentBody: number,
  head: Placed,
  places: Map<number, number>,
): Promise<void> {
  const found = readSeekHead(await bodyOf(window, head), segmentBody)
  const further = found.find(({ id }) => id === ids.seekHead)
  const second = further && (await elementAt(new Window(window.source, frontBytes), further.offset))
  if (second?.id === ids.seekHead && second.isSized) {
    found.push(
      ...readSeekHead(await bodyOf(new Window(window.source, frontBytes), second), segmentBody),
    )
  }
  for (const { id, offset } of found) {
    const isUseful = id !== ids.cluster && id !== ids.seekHead && offset < window.sizeBytes
    if (isUseful) places.set(id, offset)
  }
}

function readSeekHead(body: Uint8Array, segmentBody: number): { id: number; offset: number }[] {
  return Array.from(elementsOf(body), ({ id, body: seek }) => {
    const name = findElement(seek, ids.seekId)
    const position = findElement(seek, ids.seekPosition)
    return id === ids.seek && name && position
      ? [{ id: readUint(name), offset: segmentBody + readUint(position) }]
      : []
  }).flat()
}
