import { MediaError } from '../film.ts'

/** A packet as the container has it, in decoding order. Times are ticks of its track. */
export interface Packet {
  data: Uint8Array
  pts: number
  /** 0 where the container does not say. */
  duration: number
  isSync: boolean
}

/** A picture or packet of sound on the film's own clock, in ticks of its track. */
export interface SliceSample {
  data: Uint8Array
  dts: number
  pts: number
  duration: number
  isSync: boolean
}

/** What a slice holds of the chosen tracks. */
export interface SlicePackets {
  video: Packet[]
  audio: Packet[]
  /** AudioSpecificConfig, where the packets of sound brought it along. */
  audioConfig?: Uint8Array | null
}

export const maxSliceBytes = 24 * 1024 * 1024
/** A slice of 20 s has at most 1,200 pictures and 8,000 packets of Opus. */
export const maxSlicePackets = 20_000

/** Keeps a packet. Throws `too_costly` beyond what any sane slice holds. */
export function keep(packets: Packet[], packet: Packet): void {
  if (packets.length >= maxSlicePackets) {
    throw new MediaError('too_costly', 'A slice holds too many packets')
  }
  packets.push(packet)
}

/**
 * Decoding times for packets that only know when they are shown: the i-th to be decoded gets the
 * i-th presentation time, so decoding and presentation begin together and composition offsets may
 * be negative. Durations lead from one decoding time to the next.
 */
export function toSamples(packets: Packet[]): SliceSample[] {
  const times = Float64Array.from(packets, (packet) => packet.pts).toSorted()
  return packets.map(({ data, pts, isSync }, i) => ({
    data,
    dts: times[i]!,
    pts,
    duration: i + 1 < times.length ? times[i + 1]! - times[i]! : lastDuration(packets, times),
    isSync,
  }))
}

/** As the container says of the packet shown last, else as long as the one before. */
function lastDuration(packets: Packet[], times: Float64Array): number {
  const last = times.at(-1)!
  const said = packets.find((packet) => packet.pts === last)!.duration
  return said || (times.length > 1 ? last - times.at(-2)! : 1)
}
