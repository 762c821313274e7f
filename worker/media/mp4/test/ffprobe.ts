import { execFileSync } from 'node:child_process'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { ByteSource, Sample, SampledTrack, VideoTrack } from '../../film.ts'

/** A file on disk; counts its reads. */
export function fileSource(file: string): ByteSource & { reads: [number, number][] } {
  const handle = openSync(file, 'r')
  const sizeBytes = fstatSync(handle).size
  closeSync(handle)
  const reads: [number, number][] = []
  return {
    sizeBytes,
    reads,
    async read(offset, lengthBytes) {
      if (offset < 0 || offset + lengthBytes > sizeBytes)
        throw new RangeError('Outside of the file')
      reads.push([offset, lengthBytes])
      const bytes = new Uint8Array(lengthBytes)
      const handle = openSync(file, 'r')
      readSync(handle, bytes, 0, lengthBytes, offset)
      closeSync(handle)
      return bytes
    },
  }
}

/** Bytes in memory. */
export const memorySource = (bytes: Uint8Array): ByteSource => ({
  sizeBytes: bytes.length,
  async read(offset, lengthBytes) {
    if (offset < 0 || offset + lengthBytes > bytes.length) throw new RangeError('Outside')
    return bytes.slice(offset, offset + lengthBytes)
  },
})

export interface ProbedPacket {
  pos: number
  size: number
  pts: number
  isKey: boolean
  /** Decoded but not shown. */
  isHidden: boolean
}

export interface ProbedStream {
  index: number
  codec_type: string
  codec_name: string
  width: number
  height: number
  pix_fmt: string
  sample_aspect_ratio: string
  color_range: string
  color_space: string
  channels: number
  sample_rate: string
  profile: string
  level: number
  field_order: string
  /** Ticks a second. */
  timescale: number
  start_time: string
  rotation: number
  packets: ProbedPacket[]
}

const run = (file: string, ...args: string[]) =>
  execFileSync('ffprobe', ['-v', 'error', ...args, '-of', 'json', `file:${file}`], {
    maxBuffer: 1e9,
  }).toString()

/** What ffprobe makes of a file, with all of its packets. */
export function probe(file: string): ProbedStream[] {
  const { streams, packets } = JSON.parse(run(file, '-show_streams', '-show_packets')) as {
    streams: Record<string, unknown>[]
    packets: Record<string, unknown>[]
  }
  return streams.map((stream) => {
    const sides = (stream['side_data_list'] ?? []) as { rotation?: number }[]
    return {
      ...(stream as unknown as ProbedStream),
      timescale: Number(String(stream['time_base']).split('/')[1]),
      rotation: sides.find((side) => side.rotation !== undefined)?.rotation ?? 0,
      packets: packets
        .filter((packet) => packet['stream_index'] === stream['index'])
        .map((packet) => ({
          pos: Number(packet['pos']),
          size: Number(packet['size']),
          pts: Number(packet['pts']),
          isKey: String(packet['flags']).includes('K'),
          isHidden: String(packet['flags']).includes('D'),
        })),
    }
  })
}

/** All samples, copied. */
export const listSamples = (track: Pick<SampledTrack<VideoTrack>, 'samples'>): Sample[] =>
  Array.from(track.samples(), (sample) => ({ ...sample }))
