/** For tests: files as byte sources, what ffprobe says of them, and all slices of a film. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { MediaError } from '../../film.ts'
import type { ByteSource, SlicedFilm } from '../../film.ts'
import { parseSlice } from '../parse.ts'
import type { SliceSamples } from '../parse.ts'

const execute = promisify(execFile)

export interface CountedSource extends ByteSource {
  reads: number
  bytes: number
}

export function memorySource(file: Uint8Array): CountedSource {
  const source: CountedSource = {
    ...{ sizeBytes: file.length, reads: 0, bytes: 0 },
    async read(offset, lengthBytes) {
      if (offset < 0 || lengthBytes < 0 || offset + lengthBytes > file.length) {
        throw new RangeError(`${offset}+${lengthBytes} of ${file.length}`)
      }
      source.reads += 1
      source.bytes += lengthBytes
      return file.slice(offset, offset + lengthBytes)
    },
  }
  return source
}

export const fileSource = async (file: string) => memorySource(await readFile(file))

/** Deleted when the test file ends. */
export async function makeFolder(afterAll: (end: () => Promise<void>) => void): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), 'slices-'))
  afterAll(() => rm(dir, { recursive: true, force: true }))
  return dir
}

/** Pictures with a tone: `seconds` of 320x180 at 30 frames a second, a key frame every second. */
export const inputs = (seconds: number) => [
  ...['-f', 'lavfi', '-i', `testsrc2=size=320x180:rate=30:duration=${seconds}`],
  ...['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${seconds}`],
]
export const withAvc = [
  ...['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'],
  ...['-g', '30', '-bf', '2', '-c:a', 'aac', '-b:a', '64k'],
]

/** A file of the corpus that lies beside the project; null where it does not. */
export function findCorpus(name: string): string | null {
  const file = path.resolve(import.meta.dirname, '../../../../../shared/media', name)
  return existsSync(file) ? file : null
}

export interface ProbedPacket {
  ptsSeconds: number
  isSync: boolean
  hash: string
}

/** Packets of a stream as ffprobe sees them; `stream` as in `v:0`. */
export async function probePackets(file: string, stream: string): Promise<ProbedPacket[]> {
  const { stdout } = await execute(
    'ffprobe',
    [
      ...['-v', 'error', '-select_streams', stream, '-show_packets', '-show_data_hash', 'md5'],
      ...['-of', 'json', file],
    ],
    { maxBuffer: 256 * 1024 * 1024 },
  )
  const { packets } = JSON.parse(stdout) as { packets: Record<string, string>[] }
  return packets.map((packet) => ({
    ptsSeconds: Number(packet['pts_time']),
    isSync: packet['flags']!.startsWith('K'),
    hash: packet['data_hash']!,
  }))
}

/** All slices, cut one by one and put together. */
export async function readAll(source: ByteSource, film: SlicedFilm): Promise<SliceSamples> {
  const all: SliceSamples = { video: [], audio: [] }
  for (const slice of film.slices) {
    const bytes = await source.read(slice.offset, slice.lengthBytes)
    const { video, audio } = await parseSlice(film, film.head, bytes)
    all.video.push(...video)
    all.audio.push(...audio)
  }
  return all
}

/** Opens the file and cuts every slice of it; only the one error of this room may come of it. */
export async function survive(
  open: (source: ByteSource) => Promise<SlicedFilm>,
  file: Uint8Array,
): Promise<'film' | 'refused'> {
  try {
    const source = memorySource(file)
    await readAll(source, await open(source))
    return 'film'
  } catch (error) {
    if (error instanceof MediaError) return 'refused'
    throw error
  }
}
