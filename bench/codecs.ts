/**
 * What HEVC and AV1 save and cost against H.264, at equal SSIM on real pictures:
 * `node bench/codecs.ts [seconds]`. Prints the CRF at which each is as good as x264 at 23.
 */
import { execFile } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import type { PictureCodec } from '#contracts/ladder.ts'
import type { VideoPlan } from '../transcoder/plan/ladder.ts'
import { codecOptions } from '../transcoder/plan/video-output.ts'
import { makeWorkFolder } from './lib/film.ts'

const seconds = Number(process.argv[2] ?? 4)
const media = path.resolve(import.meta.dirname, '..', '..', 'shared', 'media')
const films = [
  { name: 'motion graphics', file: '13-hevc-1080p-fullrange.mp4', widthPx: 1280, heightPx: 720 },
  { name: 'coast from the air', file: '21-gopro-karma.mp4', widthPx: 854, heightPx: 480 },
]
const crfs: Record<PictureCodec, number[]> = {
  h264: [20, 23, 26],
  hevc: [22, 25, 28],
  av1: [30, 37, 44],
}
const dir = makeWorkFolder()

async function ffmpeg(...args: string[]): Promise<string> {
  const line = ['-hide_banner', '-nostdin', '-y', '-benchmark', ...args]
  return (await promisify(execFile)('ffmpeg', line, { maxBuffer: 1e8 })).stderr
}

interface Point {
  crf: number
  kbps: number
  /** Of the light, in dB: even steps look alike. */
  ssimDb: number
  cpuSeconds: number
}

async function encode(raw: string[], video: VideoPlan): Promise<Point> {
  const file = path.join(dir, `${video.codec}.mp4`)
  const print = await ffmpeg(...raw, ...codecOptions[video.codec](video, 60), file)
  const times = /bench: utime=([\d.]+)s stime=([\d.]+)s/.exec(print)
  const compare = await ffmpeg('-i', file, ...raw, '-lavfi', 'ssim', '-f', 'null', '-')
  const ssim = /SSIM Y:([\d.]+)/.exec(compare)
  return {
    crf: video.crf,
    kbps: (statSync(file).size * 8) / seconds / 1000,
    ssimDb: -10 * Math.log10(1 - Number(ssim?.[1])),
    cpuSeconds: Number(times?.[1]) + Number(times?.[2]),
  }
}

/** Along the line through the two points around it, or the two nearest. */
function at(points: Point[], ssimDb: number, read: (point: Point) => number): number {
  const near = points.toSorted((a, b) => Math.abs(a.ssimDb - ssimDb) - Math.abs(b.ssimDb - ssimDb))
  const [a, b] = [near[0]!, near[1]!]
  const share = (ssimDb - a.ssimDb) / (b.ssimDb - a.ssimDb)
  return read(a) + (read(b) - read(a)) * share
}

async function measure({ file, widthPx, heightPx }: (typeof films)[number], codec: PictureCodec) {
  const rawPath = path.join(dir, 'raw.yuv')
  const size = `${widthPx}:${heightPx}`
  const filters = `fps=30,scale=${size}:flags=bicubic:out_range=tv,format=yuv420p`
  await ffmpeg(
    ...['-i', path.join(media, file), '-an', '-t', `${seconds}`],
    ...['-vf', filters, '-f', 'rawvideo', rawPath],
  )
  const raw = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${widthPx}x${heightPx}`]
  const points: Point[] = []
  for (const crf of crfs[codec]) {
    const rung = { name: 'one', codec, widthPx, heightPx, preset: 'veryfast' } as const
    points.push(
      await encode([...raw, '-r', '30', '-i', rawPath], { ...rung, crf, maxKbps: 50_000 }),
    )
  }
  return points
}

for (const film of films) {
  if (!existsSync(path.join(media, film.file))) {
    console.log(`${film.name}: ${film.file} is not in ../shared/media`)
    continue
  }
  console.log(`\n${film.name}, ${film.widthPx}x${film.heightPx}, ${seconds} s`)
  console.log('codec   CRF equal to 23   kbit/s   bits   CPU   (SSIM dB at each CRF)')
  const base = await measure(film, 'h264')
  const { ssimDb, kbps, cpuSeconds } = base[1]!
  for (const codec of ['h264', 'hevc', 'av1'] as const) {
    const points = codec === 'h264' ? base : await measure(film, codec)
    const equalKbps = Math.exp(at(points, ssimDb, (point) => Math.log(point.kbps)))
    const cells = [
      codec.padEnd(6),
      at(points, ssimDb, ({ crf }) => crf)
        .toFixed(1)
        .padStart(12),
      equalKbps.toFixed(0).padStart(14),
      (equalKbps / kbps).toFixed(2).padStart(6),
      (at(points, ssimDb, (point) => point.cpuSeconds) / cpuSeconds).toFixed(1).padStart(5),
      `  (${points.map((point) => `${point.crf}: ${point.ssimDb.toFixed(2)}`).join(', ')})`,
    ]
    console.log(cells.join(' '))
  }
}
