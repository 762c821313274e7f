import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { defaultLadder } from '#contracts/ladder.ts'
import { openScratchRoot } from './run/scratch.ts'
import { publish, refuse } from './test/attempt.ts'
import { ffmpeg, ffprobe, makeClip, makeFolder } from './test/clip.ts'

/** Films as no camera makes them, and files that pretend. */

const folder = makeFolder()
afterAll(folder.remove)
const scratch = await openScratchRoot(folder.path('scratch'))
const slow = { timeout: 60_000 }
const cheap = { kind: 'opening', ladder: defaultLadder.slice(-1) } as const
const corpus = path.join(import.meta.dirname, '..', '..', 'shared', 'media')

const write = (name: string, content: string | Buffer) => {
  writeFileSync(folder.path(name), content)
  return folder.path(name)
}
const make = (name: string, ...options: string[]) => {
  ffmpeg(...options, folder.path(name))
  return folder.path(name)
}
const base = makeClip(folder.path('base.mp4'), { seconds: 2, size: '160x90' })

function makeChapters(count: number): string {
  const title = 'CHAPTER'.repeat(30)
  const chapters = Array.from(
    { length: count },
    (_, n) => `[CHAPTER]\nTIMEBASE=1/100000\nSTART=${n}\nEND=${n + 1}\ntitle=${n} ${title}\n`,
  )
  const list = write(`chapters${count}.txt`, `;FFMETADATA1\n${chapters.join('')}`)
  return make(
    `chapters${count}.mkv`,
    '-i',
    base,
    '-i',
    list,
    '-map_metadata',
    '1',
    '-map',
    '0',
    '-c',
    'copy',
  )
}

function makeSizeChange(): string {
  const parts = ['160x120', '320x180'].map((size, i) =>
    readFileSync(makeClip(folder.path(`part${i}.ts`), { seconds: 1, size, rate: '25' })),
  )
  return write('change.ts', Buffer.concat(parts))
}

/** CRC-32 of ISO/IEC 13818-1, annex A. */
function crcOf(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte << 24
    for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1
  }
  return crc >>> 0
}

/** A broadcast whose program table calls its last track teletext. ETSI EN 300 468, 6.2.43 */
function makeTeletext(): string {
  const two = ['-map', '0:v', '-map', '0:a', '-map', '0:a', '-c:v', 'copy', '-c:a', 'mp2']
  const bytes = readFileSync(make('sound.ts', '-i', base, ...two))
  const rowBytes = 5 + 6 // with the language of a sound
  const teletext = [0x56, 5, ...Buffer.from('eng'), 0x10, 0x88]
  for (let at = 0; at < bytes.length; at += 188) {
    if ((bytes.readUInt16BE(at + 1) & 0x1fff) !== 0x1000) continue
    const start = at + 5 + bytes[at + 4]!
    const length = bytes.readUInt16BE(start + 1) & 0xfff
    const rows = bytes.subarray(start, start + 3 + length - 4 - rowBytes)
    const last = bytes.subarray(start + rows.length)
    const row = [6, last[1]!, last[2]!, 0xf0, teletext.length, ...teletext]
    const table = Buffer.from([...rows, ...row, 0, 0, 0, 0])
    table.writeUInt16BE(0xb000 | (table.length - 3), 1)
    table.writeUInt32BE(crcOf(table.subarray(0, -4)), table.length - 4)
    table.copy(bytes, start)
  }
  const file = write('teletext.ts', bytes)
  expect(ffprobe('-show_entries', 'stream=codec_name', file)).toContain('dvb_teletext')
  return file
}

const zeroed = 'setts=ts=if(eq(mod(N\\,10)\\,9)\\,0\\,TS)'
const odd: [what: string, make: () => string, seconds: number][] = [
  ['times that jump back to 0', () => make('times.mkv', '-i', base, '-c', 'copy', '-bsf:v', zeroed), 2],
  ['a size that changes on the way', makeSizeChange, 2.1],
  ['a broadcast with teletext', makeTeletext, 2],
  ['one key frame', () => makeClip(folder.path('key.mp4'), { seconds: 14, size: '64x36', options: ['-g', '999'] }), 14],
  ['nine thousand chapters', () => makeChapters(9000), 2],
  ['pictures of 8192 × 8192', () => make('vast.mp4', '-f', 'lavfi', '-i', 'color=s=8192x8192:r=2', '-t', '0.5', '-preset', 'ultrafast'), 0.5],
] // prettier-ignore

test.each(odd)('becomes a film: %s', slow, async (_what, makeFile, seconds) => {
  const { report } = await publish(scratch, makeFile(), cheap)
  expect(Math.abs(report.media.durationMs / 1000 - seconds)).toBeLessThan(0.2)
})

/** As Chromium writes it, in its first 58 bytes: a canvas, an animation and a frame of nothing. */
function makeWebp(): Buffer {
  const chunk = (type: string, body: Buffer) => {
    const size = Buffer.alloc(4)
    size.writeUInt32LE(body.length)
    return Buffer.concat([Buffer.from(type), size, body])
  }
  const canvas = chunk('VP8X', Buffer.from([2, 0, 0, 0, 15, 0, 0, 15, 0, 0]))
  const rest = [chunk('ANIM', Buffer.alloc(6)), chunk('ANMF', Buffer.alloc(24))]
  return chunk('RIFF', Buffer.concat([Buffer.from('WEBP'), canvas, ...rest]))
}

/** The head of a square picture, and no more of it. */
function makePng(sidePx: number): Buffer {
  const head = Buffer.alloc(29)
  head.writeUInt32BE(13)
  head.write('IHDR', 4)
  head.writeUInt32BE(sidePx, 8)
  head.writeUInt32BE(sidePx, 12)
  head.writeUInt8(8, 16)
  return Buffer.concat([Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1'), head])
}

const pretend: [what: string, make: () => string, code: string][] = [
  ['a moving picture that cannot be decoded', () => write('webp.mp4', makeWebp()), 'not_a_video'],
  ['zeros, packed', () => write('gz.mp4', gzipSync(Buffer.alloc(1e7))), 'not_a_video'],
  ['one byte', () => write('byte.mp4', 'a'), 'not_a_video'],
  ['a picture of 256 million points', () => write('bomb.png', makePng(16_000)), 'not_a_video'],
  ['a hundred sounds', () => make('hundred.mp4', '-i', base, '-map', '0:v', ...Array.from({ length: 100 }, () => ['-map', '0:a']).flat(), '-c', 'copy'), 'too_large'],
] // prettier-ignore

test.each(pretend)('is refused: %s', slow, async (_what, makeFile, code) => {
  const { failure, stored } = await refuse(scratch, makeFile(), cheap)
  expect(failure).toMatchObject({ code, isRetryable: false })
  expect(stored).toEqual([])
})

test(
  'Dolby Vision that no player here shows right is refused, not shown in purple',
  slow,
  async () => {
    const phone = path.join(corpus, '01-iphone-hlg-dovi-rot90.mov')
    if (!existsSync(phone)) return console.warn('skipped: a phone film is not in ../shared/media')
    const bytes = readFileSync(phone)
    const at = bytes.indexOf('dvvC') + 6
    bytes.writeUInt16BE((bytes.readUInt16BE(at) & 0x01ff) | (5 << 9), at) // the profile's 7 bits
    const { failure } = await refuse(scratch, write('profile5.mov', bytes), cheap)
    expect(failure).toMatchObject({ code: 'unsupported_codec', isRetryable: false })
  },
)

/** Words that ffmpeg writes by itself, and shapes of files that say nothing of their owner. */
const common =
  /^(\d{1,4}|[a-z]{3}|und|isom.*|qt\s*|mp4\d|avc1.*|.{0,4}|VideoHandler|SoundHandler|H\.264|Lav[cf].*)$/

/** Every word about itself that a file has, and the names of its hidden tracks. */
function listSecrets(file: string): string[] {
  const json = ffprobe('-show_format', '-show_streams', '-show_chapters', '-of', 'json', file)
  const { streams, format, chapters } = JSON.parse(json) as {
    streams: { tags?: Record<string, string>; codec_tag_string?: string; codec_type: string }[]
    format: { tags?: Record<string, string> }
    chapters: { tags?: Record<string, string> }[]
  }
  const words = [format, ...streams, ...chapters].flatMap(({ tags }) => Object.values(tags ?? {}))
  const hidden = streams.filter((s) => s.codec_type === 'data').map((s) => s.codec_tag_string ?? '')
  const ours = words.filter((word) => !common.test(word) && !word.startsWith('['))
  return [...new Set([...ours, ...hidden])].filter((word) => word.length > 3)
}

function makeAttack(): string {
  const said = ['title=<script>alert(1)</script>', 'comment="><img src=x onerror=alert(1)>']
  const metadata = [...said, 'location=+48.8577+002.295/', 'make=CAMERA', 'artist=SOMEBODY']
  return make(
    'attack.mp4',
    ...['-i', makeChapters(3), '-t', '1', '-c', 'copy', '-movflags', 'use_metadata_tags'],
    ...metadata.flatMap((word) => ['-metadata', word]),
    ...['-metadata:s:v', 'handler_name=SECRETHANDLER'],
  )
}

const told: [name: string, make: () => string][] = [
  ['attack.mp4', makeAttack],
  ...['01-iphone-hlg-dovi-rot90.mov', '02-iphone-gps-rot90.mov', '21-gopro-karma.mp4'].map(
    (name): [string, () => string] => [name, () => path.join(corpus, name)],
  ),
]

test.each(told)('nothing that %s says of its owner gets out', slow, async (name, makeFile) => {
  const file = makeFile()
  if (!existsSync(file)) return console.warn(`skipped: ${name} is not in ../shared/media`)
  const secrets = listSecrets(file)
  expect(secrets.length).toBeGreaterThan(2)
  const { server, report } = await publish(scratch, file, { ladder: defaultLadder.slice(-1) })
  const stored = [...server.objects].filter(([key]) => key !== 'source')
  expect(stored.length).toBeGreaterThan(3)
  for (const secret of [...secrets, 'GPS', 'gpmd', 'mebx', 'CHAPTER']) {
    const found = stored.filter(([, { body }]) => body.includes(secret)).map(([key]) => key)
    expect(found, secret).toEqual([])
    if (secret.length > 4) expect(JSON.stringify(report)).not.toContain(secret)
  }
})
