import { MediaError } from '../film.ts'
import type { ByteSource } from '../film.ts'
import { ifArrived } from '../slice/arrived.ts'
import type { Place } from '../slice/film.ts'
import { thinOut } from '../slice/thin.ts'
import { Window } from '../slice/window.ts'
import { blocksOf } from './block.ts'
import type { Block } from './block.ts'
import {
  elementsOf,
  findElement,
  ids,
  maxHeaderBytes,
  readElementHeader,
  readUint,
} from './ebml.ts'
import { toTicks } from './head.ts'
import type { Head } from './head.ts'
import { readCuesBody } from './layout.ts'
import type { Layout } from './layout.ts'

const maxScanBytes = 96 * 1024 * 1024
const scanWindowBytes = 4 * 1024 * 1024
const lookBytes = 16 * 1024
const cuesLookedAt = 6

/**
 * Clusters that begin with a key frame of the picture, or clusters some 6 s apart where there is
 * only sound. By the file's own cues, after a look at some of them; without cues, or with ones
 * that point into the midst of clusters, by a walk over all clusters of a file up to 96 MiB.
 * Throws `damaged` and `too_costly`.
 */
export async function findPlaces(source: ByteSource, layout: Layout, head: Head): Promise<Place[]> {
  const { video, audio, timing } = head
  const track = (video ?? audio)!
  const cues = await readCues(source, layout, track.number)
  const areUsable =
    cues.length > 0 && (!video || (await areCuesTrue(source, layout, cues, video.number)))
  const starts = areUsable ? cues : await scanClusters(source, layout, head)
  const delaySeconds = toTicks(track.codecDelayNs, timing) / timing.timescale
  const toSeconds = (time: number) => (time * timing.timestampScaleNs) / 1e9 - delaySeconds
  const places = starts.map(({ offset, time, keyTime }) => ({
    ...{ offset, seconds: toSeconds(time), keySeconds: toSeconds(keyTime) },
  }))
  return video ? places : thinOut(places)
}

/** A cluster and the time, in ticks of the segment, at which its slice begins to be shown. */
interface Start {
  offset: number
  time: number
  /** Of the picture at which decoding begins. */
  keyTime: number
}

/** The first cue of each cluster for the track, rising; none where there are no cues. */
async function readCues(source: ByteSource, layout: Layout, track: number): Promise<Start[]> {
  const body = layout.cues === null ? null : await readCuesBody(source, layout.cues)
  const starts = new Map<number, Start>()
  for (const { id, body: point } of elementsOf(body ?? new Uint8Array(0))) {
    const time = id === ids.cuePoint ? findElement(point, ids.cueTime) : undefined
    const position = time && findClusterOf(point, track)
    if (position === undefined) continue
    const offset = layout.segmentBody + position
    if (offset >= layout.end) throw new MediaError('damaged', 'A cue points outside of the file')
    const keyTime = readUint(time!)
    if (!starts.has(offset)) starts.set(offset, { offset, time: keyTime, keyTime })
  }
  return [...starts.values()].toSorted((a, b) => a.offset - b.offset)
}

function findClusterOf(point: Uint8Array, track: number): number | undefined {
  for (const { id, body } of elementsOf(point)) {
    if (id !== ids.cueTrackPositions) continue
    const number = findElement(body, ids.cueTrack)
    const position = findElement(body, ids.cueClusterPosition)
    if (number && position && readUint(number) === track) return readUint(position)
  }
  return undefined
}

/**
 * Do some of the cues, first and last among them, lead to clusters whose first picture is the key
 * frame they speak of? Clusters that have not arrived yet are believed. Throws `damaged` where one
 * leads to no cluster at all.
 */
async function areCuesTrue(
  source: ByteSource,
  layout: Layout,
  cues: Start[],
  track: number,
): Promise<boolean> {
  const count = Math.min(cues.length, cuesLookedAt)
  const step = (cues.length - 1) / Math.max(1, count - 1)
  const looks = Array.from({ length: count }, (_, i) =>
    ifArrived(isCueTrue(source, layout, cues[Math.round(i * step)]!, track)),
  )
  return (await Promise.all(looks)).every((isTrue) => isTrue !== false)
}

async function isCueTrue(source: ByteSource, layout: Layout, cue: Start, track: number) {
  const window = new Window(source, lookBytes)
  if (readElementHeader(await window.at(cue.offset, maxHeaderBytes))?.id !== ids.cluster) {
    throw new MediaError('damaged', 'A cue points to no cluster')
  }
  const picture = await firstPicture(window, cue.offset, layout.end, track)
  return !!picture && picture.isKey && picture.time === cue.time
}

const maxBlocksBeforePicture = 200

async function firstPicture(window: Window, from: number, to: number, track: number) {
  let count = 0
  for await (const block of blocksOf(window, from, to)) {
    if (block.track === track) return block
    if (++count > maxBlocksBeforePicture) break
  }
  return null
}

/** Every cluster where decoding can begin, with the earliest moment shown before the next one. */
async function scanClusters(source: ByteSource, layout: Layout, head: Head): Promise<Start[]> {
  if (layout.end - layout.firstCluster > maxScanBytes) {
    throw new MediaError('too_costly', 'Without usable cues the whole file would have to be read')
  }
  const track = (head.video ?? head.audio)!.number
  const starts: Start[] = []
  const window = new Window(source, scanWindowBytes)
  let cluster = -1
  for await (const block of blocksOf(window, layout.firstCluster, layout.end)) {
    if (block.track !== track) continue
    const isFirst = block.clusterOffset !== cluster
    cluster = block.clusterOffset
    if (isFirst && isStart(block, head)) {
      starts.push({ offset: cluster, time: block.time, keyTime: block.time })
    }
    const last = starts.at(-1)
    if (last) last.time = Math.min(last.time, block.time)
  }
  return starts
}

const isStart = (block: Block, { video }: Head) => !video || block.isKey
