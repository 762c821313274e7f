/** For tests: the pictures that ffmpeg makes of a file, and of a piece of it. */
import { execFile } from 'node:child_process'
import { open } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Piece } from '../index.ts'

const execute = promisify(execFile)

export interface Frame {
  seconds: number
  hash: string
}

export interface Decoded {
  /** Ticks a second. */
  timescale: number
  frames: Frame[]
  /** What ffmpeg had to say. */
  words: string
}

/** All pictures of a stream that ffmpeg shows, at the times that it reads. */
export async function decodeFrames(file: string, stream: string): Promise<Decoded> {
  const { stdout, stderr } = await execute(
    'ffmpeg',
    [
      ...[
        '-v',
        'warning',
        '-nostdin',
        '-threads',
        '1',
        '-copyts',
        '-i',
        `file:${file}`,
        '-map',
        `0:${stream}`,
      ],
      ...['-fps_mode', 'passthrough', '-enc_time_base', '-1', '-c:v', 'rawvideo'],
      ...['-f', 'framehash', '-hash', 'adler32', '-'],
    ],
    { maxBuffer: 2 ** 28 },
  )
  const [, num, den] = /^#tb 0: (\d+)\/(\d+)/m.exec(stdout) ?? []
  const timescale = Number(den) / Number(num)
  const rows = stdout.split('\n').filter((line) => /^\d/.test(line))
  const frames = rows.map((row) => {
    const fields = row.split(',').map((field) => field.trim())
    return { seconds: Number(fields[2]) / timescale, hash: fields.at(-1)! }
  })
  return { timescale, frames, words: stderr }
}

export interface Probed {
  index: number
  trackId: number | undefined
}

/** The picture streams of a file as ffprobe counts them. */
export async function probePictures(file: string): Promise<Probed[]> {
  const { stdout } = await execute('ffprobe', [
    ...['-v', 'quiet', '-select_streams', 'v', '-show_streams', '-of', 'json', `file:${file}`],
  ])
  const { streams } = JSON.parse(stdout) as {
    streams: { index: number; id?: string; disposition: { attached_pic: number } }[]
  }
  return streams
    .filter(({ disposition }) => !disposition.attached_pic)
    .map(({ index, id }) => ({ index, trackId: id === undefined ? undefined : Number(id) }))
}

/** The size must be as announced. */
export async function writePiece(piece: Piece, file: string): Promise<number> {
  const handle = await open(file, 'w')
  let sizeBytes = 0
  for await (const chunk of piece.bytes()) {
    await handle.write(chunk)
    sizeBytes += chunk.length
  }
  await handle.close()
  return sizeBytes
}
