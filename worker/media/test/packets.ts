/** For tests: what a file holds according to ffprobe, and what segments hold to a second reader. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from 'mediabunny'
import type { Kind } from '../store.ts'

const execute = promisify(execFile)

export interface Packet {
  hash: string
  seconds: number
  durationSeconds: number
  isSync: boolean
  /** An edit list takes it away after decoding. */
  isHidden: boolean
}

export interface Stream {
  index: number
  kind: Kind
  timescale: number
  packets: Packet[]
}

type Printed = Record<string, string>

/** Tracks of a file with all their packets, cover pictures left out. */
export async function probe(file: string): Promise<Stream[]> {
  const { stdout } = await execute(
    'ffprobe',
    [
      ...['-v', 'quiet', '-show_streams', '-show_packets', '-show_data_hash', 'md5'],
      ...['-of', 'json', `file:${file}`],
    ],
    { maxBuffer: 2 ** 28 },
  )
  const { streams, packets } = JSON.parse(stdout) as { streams: Printed[]; packets: Printed[] }
  return streams
    .filter((stream) => stream['codec_type'] === 'video' || stream['codec_type'] === 'audio')
    .map((stream) => ({
      index: Number(stream['index']),
      kind: stream['codec_type'] as Kind,
      timescale: Number(stream['time_base']!.split('/')[1]),
      packets: packets
        .filter((packet) => packet['stream_index'] === stream['index'] && packet['size'] !== '0')
        .map(toPacket),
    }))
}

const toPacket = (packet: Printed): Packet => ({
  hash: packet['data_hash']!.replace(/^MD5:/, ''),
  seconds: Number(packet['pts_time']),
  durationSeconds: Number(packet['duration_time'] ?? 0),
  isSync: packet['flags']!.includes('K'),
  isHidden: packet['flags']!.includes('D'),
})

/** Packets of one track in decoding order, as mediabunny reads an MP4. */
export async function readBack(bytes: Uint8Array): Promise<Packet[]> {
  using input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS })
  const [track] = await input.getTracks()
  const found: Packet[] = []
  for await (const packet of new EncodedPacketSink(track!).packets()) {
    found.push({
      hash: createHash('md5').update(packet.data).digest('hex'),
      seconds: packet.timestamp,
      durationSeconds: packet.duration,
      isSync: packet.type === 'key',
      isHidden: false,
    })
  }
  return found
}

/** What ffmpeg has to say when it decodes a track from end to end, and what comes out. */
export async function decode(
  file: string,
  stream: string,
): Promise<{ words: string; frames: string[] }> {
  const { stdout, stderr } = await execute(
    'ffmpeg',
    [
      ...['-v', 'warning', '-nostdin', '-xerror', '-i', `file:${file}`, '-map', `0:${stream}`],
      ...['-fps_mode', 'passthrough', '-f', 'framehash', '-hash', 'adler32', '-'],
    ],
    { maxBuffer: 2 ** 28 },
  )
  const lines = stdout.split('\n').filter((line) => /^\d/.test(line))
  return { words: stderr, frames: lines.map((line) => line.split(',').at(-1)!.trim()) }
}
