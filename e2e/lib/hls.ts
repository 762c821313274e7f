import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import HLS from 'hls-parser'
import { run } from '../../scripts/lib/run.ts'

type Parsed = ReturnType<typeof HLS.parse>
type Master = Extract<Parsed, { isMasterPlaylist: true }>
type Media = Extract<Parsed, { isMasterPlaylist: false }>

export interface Segment {
  /** Initialisation and segment in one, so that it can be read by itself. */
  file: string
  statedSeconds: number
}

export interface Stream {
  url: string
  kind: 'video' | 'audio'
  playlist: Media
  segments: Segment[]
}

async function fetchBytes(url: string, headers: Record<string, string> = {}): Promise<Buffer> {
  const response = await fetch(url, { headers })
  if (!response.ok) throw new Error(`${url}: ${response.status}`)
  return Buffer.from(await response.arrayBuffer())
}

const parse = async (url: string): Promise<Parsed> => HLS.parse(String(await fetchBytes(url)))

/** Fetches everything that a master playlist names; throws where an address does not answer. */
export async function fetchHls(masterUrl: string, dir: string) {
  const master = (await parse(masterUrl)) as Master
  const variants = master.variants.filter((variant) => !variant.isIFrameOnly)
  const scrubbing = master.variants.filter((variant) => variant.isIFrameOnly)
  const sounds = variants.flatMap((variant) => variant.audio)
  const uris = {
    video: [...new Set(variants.map(({ uri }) => uri))],
    audio: [...new Set(sounds.flatMap(({ uri }) => uri ?? []))],
  }
  const streams: Stream[] = []
  for (const kind of ['video', 'audio'] as const) {
    for (const uri of uris[kind]) {
      const streamDir = path.join(dir, `${kind}-${streams.length}`)
      streams.push({ kind, ...(await fetchStream(new URL(uri, masterUrl).href, streamDir)) })
    }
  }
  const pictures = await Promise.all(
    scrubbing.map(({ uri }, index) => fetchPictures(new URL(uri, masterUrl).href, dir, index)),
  )
  return { variants, streams, pictures: pictures.flat() }
}

/** The single pictures of an I-frame playlist, each with its initialisation. */
async function fetchPictures(url: string, dir: string, index: number): Promise<string[]> {
  const { segments, isIFrame } = (await parse(url)) as Media
  if (!isIFrame) throw new Error(`${url} is no I-frame playlist`)
  let init = Buffer.alloc(0)
  const files: string[] = []
  for (const [number, { uri, map, byterange }] of segments.entries()) {
    if (map?.uri) init = await fetchBytes(new URL(map.uri, url).href)
    const { offset, length } = byterange!
    const range = `bytes=${offset}-${offset + length - 1}`
    const bytes = await fetchBytes(new URL(uri, url).href, { range })
    if (bytes.byteLength !== length)
      throw new Error(`${uri}: ${bytes.byteLength} bytes of ${length}`)
    const file = path.join(dir, `picture-${index}-${number}.mp4`)
    await writeFile(file, Buffer.concat([init, bytes]))
    files.push(file)
  }
  return files
}

async function fetchStream(url: string, dir: string): Promise<Omit<Stream, 'kind'>> {
  await mkdir(dir, { recursive: true })
  const playlist = (await parse(url)) as Media
  const segments: Segment[] = []
  let init = Buffer.alloc(0)
  for (const [index, segment] of playlist.segments.entries()) {
    if (segment.map?.uri) init = await fetchBytes(new URL(segment.map.uri, url).href)
    const file = path.join(dir, `${index}.mp4`)
    await writeFile(file, Buffer.concat([init, await fetchBytes(new URL(segment.uri, url).href)]))
    segments.push({ file, statedSeconds: segment.duration })
  }
  return { url, playlist, segments }
}

export interface Packet {
  startSeconds: number
  seconds: number
  isKey: boolean
}

async function ffprobe<T>(file: string, show: string): Promise<T> {
  const { code, output } = await run('ffprobe', [
    ...['-v', 'error', '-of', 'json', '-show_entries', show, file],
  ])
  if (code !== 0) throw new Error(`ffprobe ${file}: ${output}`)
  return JSON.parse(output) as T
}

/** In the order of the file. A sound's first packet, of which a part is skipped, has no duration. */
export async function readPackets(file: string): Promise<Packet[]> {
  type Row = { pts_time: string; duration_time?: string; flags: string }
  const show = 'packet=pts_time,duration_time,flags'
  const { packets } = await ffprobe<{ packets: Row[] }>(file, show)
  return packets.map(({ pts_time, duration_time, flags }, index) => ({
    startSeconds: Number(pts_time),
    seconds: Number(duration_time ?? Number(packets[index + 1]!.pts_time) - Number(pts_time)),
    isKey: flags.startsWith('K'),
  }))
}

export interface Picture {
  width: number
  height: number
  sample_aspect_ratio?: string
}

export async function readPicture(file: string): Promise<Picture> {
  const show = 'stream=width,height,sample_aspect_ratio'
  const { streams } = await ffprobe<{ streams: Picture[] }>(file, show)
  return streams[0]!
}

/**
 * Pictures that ffmpeg decodes without a fault from the start of a file. It grumbles about the
 * samples that the file announces and lacks, so only what it decoded counts.
 */
export async function countFirstPicture(file: string): Promise<number> {
  const strict = ['-v', 'quiet', '-nostdin', '-err_detect', 'explode', '-i', file]
  const { output } = await run('ffmpeg', [...strict, '-frames:v', '1', '-f', 'framemd5', '-'])
  return output.split('\n').filter((line) => line.startsWith('0,')).length
}

/** Decodes to the end; answers what ffmpeg complains of. */
export async function playInFfmpeg(url: string, stream?: number): Promise<string> {
  const map = stream === undefined ? [] : ['-map', `0:p:${stream}`]
  const from = ['-v', 'warning', '-xerror', '-nostdin', '-i', url, ...map]
  const { code, output } = await run('ffmpeg', [...from, '-f', 'null', '-'])
  return code === 0 ? output : `${code}: ${output}`
}
