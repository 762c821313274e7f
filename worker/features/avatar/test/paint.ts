import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What ffmpeg prints, fed by `input`. */
async function ffmpeg(args: string[], input?: Uint8Array): Promise<Buffer> {
  const options = { encoding: 'buffer' as const, maxBuffer: 2 ** 28 }
  const running = run('ffmpeg', ['-v', 'error', ...args, 'pipe:1'], options)
  running.child.stdin?.end(input)
  return (await running).stdout
}

/** A file with a test picture: `args` choose its codec and pixels. */
export const paint = (size: string, args: string[]): Promise<Buffer> =>
  ffmpeg(['-f', 'lavfi', '-i', `testsrc2=s=${size}:d=1`, '-frames:v', '1', ...args])

export const jpeg = ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-f', 'image2pipe']
export const png = ['-c:v', 'png', '-f', 'image2pipe']
export const webp = ['-c:v', 'libwebp', '-f', 'webp']

/** Its pixels as RGBA, by a decoder that is not ours. */
export const readPixels = (file: Uint8Array): Promise<Buffer> =>
  ffmpeg(['-i', 'pipe:0', '-f', 'rawvideo', '-pix_fmt', 'rgba'], file)

/** A flat colour, or halves: left one, right another. */
export const halves = (left: string, right: string, size: number, args: string[]) =>
  ffmpeg([
    ...['-f', 'lavfi', '-i', `color=${left}:s=${size}x${size}:d=1`],
    ...['-f', 'lavfi', '-i', `color=${right}:s=${size}x${size}:d=1`],
    ...['-filter_complex', 'hstack,crop=ih:ih,format=rgb24', '-frames:v', '1', ...args],
  ])

/** An APP1 segment that tells how to turn the picture, and where it was taken. */
export function exif(orientation: number): Buffer {
  const entry = (tag: number, type: number, count: number, value: number) => {
    const bytes = Buffer.alloc(12)
    bytes.writeUInt16BE(tag, 0)
    bytes.writeUInt16BE(type, 2)
    bytes.writeUInt32BE(count, 4)
    if (type === 3) bytes.writeUInt16BE(value, 8)
    else bytes.writeUInt32BE(value, 8)
    return bytes
  }
  const place = Buffer.from('59.9139N 10.7522E GPSSECRET\0')
  const list = [entry(0x010e, 2, place.length, 38), entry(0x0112, 3, 1, orientation)]
  const tiff = Buffer.concat([
    Buffer.from('MM\0\x2a\0\0\0\x08', 'latin1'),
    Buffer.from([0, list.length]),
    ...list,
    Buffer.alloc(4),
    place,
  ])
  const body = Buffer.concat([Buffer.from('Exif\0\0'), tiff])
  const head = Buffer.from([0xff, 0xe1, 0, 0])
  head.writeUInt16BE(body.length + 2, 2)
  return Buffer.concat([head, body])
}

/** A JPEG with a segment more, right behind its start. */
export const withSegment = (file: Buffer, segment: Buffer): Buffer =>
  Buffer.concat([file.subarray(0, 2), segment, file.subarray(2)])
