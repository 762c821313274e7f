import { MediaError } from '../film.ts'
import { readBoxHeader } from '../mp4/box.ts'
import { keep } from '../slice/sample.ts'
import type { Packet, SlicePackets } from '../slice/sample.ts'
import { readHead } from './head.ts'
import type { HeadTrack } from './head.ts'
import { readMoof } from './moof.ts'
import type { TrackRun } from './moof.ts'

/** The samples of whole fragments, behind a head of `writeHead`. Throws `damaged`, `too_costly`. */
export async function readFragments(head: Uint8Array, bytes: Uint8Array): Promise<SlicePackets> {
  const { video, audio, defaults } = await readHead(head)
  const packets: SlicePackets = { video: [], audio: [] }
  const ends = new Map<number, number>()
  for (const { at, body, isLast } of moofsOf(bytes)) {
    for (const run of readMoof(body, defaults, ends)) {
      const add = (track: HeadTrack, to: Packet[]) =>
        addSamples(to, run, track.shift, bytes.subarray(at), isLast)
      if (run.trackId === video?.id) add(video, packets.video)
      else if (run.trackId === audio?.id) add(audio, packets.audio)
    }
  }
  for (const packet of packets.audio) packet.isSync = true
  return packets
}

interface PlacedMoof {
  at: number
  body: Uint8Array
  isLast: boolean
}

function moofsOf(bytes: Uint8Array): PlacedMoof[] {
  const moofs: PlacedMoof[] = []
  for (let at = 0; at < bytes.length;) {
    const header = readBoxHeader(bytes, at)
    if (!header || header.sizeBytes < header.headerBytes) break
    const body = bytes.subarray(at + header.headerBytes, at + header.sizeBytes)
    if (header.type === 'moof') moofs.push({ at, body, isLast: false })
    at += header.sizeBytes
  }
  const last = moofs.at(-1)
  if (!last) throw new MediaError('damaged', 'No fragment where one should begin')
  last.isLast = true
  return moofs
}

/** A file may be cut off in its last fragment; elsewhere all of a fragment's data are there. */
function addSamples(
  packets: Packet[],
  { samples }: TrackRun,
  shift: number,
  fromMoof: Uint8Array,
  isLast: boolean,
): void {
  for (const { offset, sizeBytes, pts, duration, isSync } of samples) {
    const end = offset + sizeBytes
    if (end > fromMoof.length && isLast) return
    if (offset < 0 || end > fromMoof.length) {
      throw new MediaError('damaged', 'A sample lies outside of its fragment')
    }
    keep(packets, { data: fromMoof.subarray(offset, end), pts: pts + shift, duration, isSync })
  }
}
