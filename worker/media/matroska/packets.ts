import { MediaError } from '../film.ts'
import { keep } from '../slice/sample.ts'
import type { Packet, SlicePackets } from '../slice/sample.ts'
import { inMemory } from '../slice/memory.ts'
import { Window } from '../slice/window.ts'
import { blocksOf } from './block.ts'
import type { Block } from './block.ts'
import { ids, readElementHeader } from './ebml.ts'
import { readHead, toTicks } from './head.ts'
import type { Timing } from './head.ts'
import { framesOf } from './lace.ts'
import type { TrackEntry } from './track.ts'

/** The packets of whole clusters, behind a head of `writeHead`. Throws `damaged`, `too_costly`. */
export async function readClusters(head: Uint8Array, bytes: Uint8Array): Promise<SlicePackets> {
  if (readElementHeader(bytes)?.id !== ids.cluster) {
    throw new MediaError('damaged', 'No cluster where one should begin')
  }
  const { timing, video, audio } = readHead(head)
  const packets: SlicePackets = { video: [], audio: [] }
  const window = new Window(inMemory(bytes), bytes.length)
  for await (const block of blocksOf(window, 0, bytes.length)) {
    const data = bytes.subarray(block.dataOffset, block.dataEnd)
    if (block.track === video?.number) addFrames(packets.video, block, data, video, timing)
    else if (block.track === audio?.number) addFrames(packets.audio, block, data, audio, timing)
  }
  return packets
}

/** Frames of a lace follow each other without gaps; only the first has a time of its own. */
function addFrames(
  packets: Packet[],
  block: Block,
  data: Uint8Array,
  track: TrackEntry,
  timing: Timing,
): void {
  const frames = framesOf(data, block.lacing)
  const scale = timing.timestampScaleNs
  const start = block.time * scale
  const delay = toTicks(track.codecDelayNs, timing)
  const frameNs =
    block.duration === null ? frameNsOf(track) : (block.duration * scale) / frames.length
  if (frames.length > 1 && !frameNs) throw new MediaError('damaged', 'A lace without durations')
  frames.forEach((frame, i) =>
    keep(packets, {
      data: restore(frame, track.stripped),
      pts: toTicks(start + i * frameNs, timing) - delay,
      duration: toTicks(frameNs, timing),
      isSync: block.isKey || track.type === 2, // some browsers mark no sound
    }),
  )
}

/** As said, or as the codec has it; 0 where neither tells. */
function frameNsOf({ defaultDurationNs, codecId, audio }: TrackEntry): number {
  if (defaultDurationNs || !audio) return defaultDurationNs
  return codecId.startsWith('A_AAC') ? (1024 / audio.sampleRateHz) * 1e9 : 0
}

function restore(frame: Uint8Array, stripped: Uint8Array): Uint8Array {
  if (stripped.length === 0) return frame
  const whole = new Uint8Array(stripped.length + frame.length)
  whole.set(stripped)
  whole.set(frame, stripped.length)
  return whole
}
