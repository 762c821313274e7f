import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { build } from 'vite'
import { ffmpeg } from '../../scripts/lib/clip.ts'
import { inRoot } from '../../scripts/lib/paths.ts'
import { hlsBuild } from '../../web/hls-build.ts'

export const filmSeconds = 36

interface Cut {
  /** Folder below the film's address. */
  at: string
  /** As shown. */
  size: string
  videoKbps: number
  /** Of the key frames; a camera sets them where it likes. */
  keySeconds: number
  segmentSeconds: number
  /** Stored lying, with the turn that its shows it upright, as phones do. */
  isTurned?: boolean
  /** What the master says, where the file is not asked. */
  codecs?: string
}

const rung = { keySeconds: 2, segmentSeconds: 4 }
const camera = { videoKbps: 1500, keySeconds: 2.7, segmentSeconds: 4, size: '854x480' }

/** An upload is cut at moments of its own, and so is what opens it. */
export const cuts: Record<CutName, Cut> = {
  original: { ...camera, at: 's/upl_1/video' },
  foreign: { ...camera, at: 's/upl_2/video', codecs: 'dvh1.05.06' },
  turned: { ...camera, at: 's/upl_3/video', size: '480x854', isTurned: true },
  upright: { ...rung, at: 'e/enc_3/a1/180p', size: '180x320', videoKbps: 150 },
  opening: { ...rung, at: 'e/enc_1/a1/180p', size: '320x180', videoKbps: 150, segmentSeconds: 2 },
  rung180: { ...rung, at: 'e/enc_2/a1/180p', size: '320x180', videoKbps: 160 },
  rung360: { ...rung, at: 'e/enc_2/a1/360p', size: '640x360', videoKbps: 600 },
  rung480: { ...rung, at: 'e/enc_2/a1/480p', size: '854x480', videoKbps: 1200 },
}
type Lying = 'original' | 'foreign' | 'opening' | 'rung180' | 'rung360' | 'rung480'
export type CutName = Lying | 'turned' | 'upright'

const sounds = { original: 's/upl_1/audio', encoded: 'e/enc_2/a1/audio' }

/** All renditions of one film as HLS with CMAF segments, below `dir`. */
export async function makeFilm(dir: string): Promise<void> {
  const film = path.join(dir, 'film.mp4')
  await mkdir(dir, { recursive: true })
  await ffmpeg([
    ...['-f', 'lavfi', '-i', `testsrc2=s=854x480:r=30:d=${filmSeconds},${redAbove}`],
    ...['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${filmSeconds}`],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac', film],
  ])
  for (const { at, size, isTurned, ...cut } of Object.values(cuts)) {
    const [width, height] = size.split('x')
    const picture = `scale=${width}:${height},setsar=1${isTurned ? ',transpose=cclock' : ''}`
    await ffmpeg([
      ...['-i', film, '-map', '0:v', '-vf', picture, '-c:v', 'libx264'],
      ...['-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-b:v', `${cut.videoKbps}k`],
      ...['-force_key_frames', `expr:gte(t,n_forced*${cut.keySeconds})`, '-sc_threshold', '0'],
      ...(await hls(path.join(dir, at), cut.segmentSeconds)),
    ])
    if (isTurned) await turn(path.join(dir, at, 'init.mp4'), Number(width))
  }
  for (const at of Object.values(sounds)) {
    await ffmpeg(['-i', film, '-map', '0:a', '-c', 'copy', ...(await hls(path.join(dir, at), 4))])
  }
}

/** The upper third red and the lower one blue: what is up can be told. */
const redAbove =
  'drawbox=h=ih/3:color=red:t=fill,drawbox=y=2*ih/3:h=ih/3:color=blue:t=fill,format=yuv420p'

/**
 * Writes a quarter turn to the right into a track header, which ffmpeg's HLS leaves out. The matrix
 * lies 44 bytes behind the box's name (ISO/IEC 14496-12, 8.3.2); what it throws out to the left
 * moves back by the height as stored.
 */
async function turn(file: string, storedHeightPx: number): Promise<void> {
  const init = await readFile(file)
  const at = init.indexOf('tkhd') + 44
  const one = 1 << 16
  const matrix = [0, one, 0, -one, 0, 0, storedHeightPx * one, 0, 1 << 30]
  for (const [index, value] of matrix.entries()) init.writeInt32BE(value, at + 4 * index)
  await writeFile(file, init)
}

async function hls(dir: string, seconds: number): Promise<string[]> {
  await mkdir(dir, { recursive: true })
  return [
    ...['-f', 'hls', '-hls_time', `${seconds}`, '-hls_playlist_type', 'vod'],
    ...['-hls_segment_type', 'fmp4', '-hls_fmp4_init_filename', 'init.mp4'],
    ...['-hls_segment_filename', path.join(dir, 'seg_%05d.m4s'), path.join(dir, 'index.m3u8')],
  ]
}

export interface Stand {
  /** What the master lists, in this order. */
  listed: CutName[]
  isFinal: boolean
  /** What of the opening and of the encoded sound is there, if these grow; in the end all. */
  grownSeconds: number | undefined
  sound: keyof typeof sounds
}

const page = `<!doctype html><meta charset=utf-8><title>Film</title>
<link rel=stylesheet href=/player.css>
<link rel=icon href=data:,>
<div id=root style="width:1280px;height:720px"></div>
<script type=module>
  import { createPlayer } from '/player.js'
  const player = createPlayer({ root: document.querySelector('#root') })
  Object.assign(globalThis, { player })
</script>`

/** A film whose master changes with `stand`, and a page that has the player and nothing else. */
export async function serveFilm(dir: string, stand: Stand) {
  const files = await bundlePlayer()
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://host')
    const send = (body: string | Buffer, type: string) => {
      response.setHeader('content-type', type)
      response.end(body)
    }
    const inFilm = /^\/p\/[^/]+\/v\/vid_1\/(.*)$/.exec(pathname)?.[1]
    if (pathname === '/') return send(page, 'text/html')
    const script = files.get(pathname)
    if (script) return send(script, pathname.endsWith('.css') ? 'text/css' : 'text/javascript')
    if (inFilm === 'master.m3u8') return send(toMaster(stand), 'application/vnd.apple.mpegurl')
    const file = path.join(dir, inFilm ?? 'none')
    const seconds = (!inFilm?.startsWith('s/') && stand.grownSeconds) || filmSeconds + 1
    const reading = file.endsWith('/live.m3u8') ? readGrowing(file, seconds) : readFile(file)
    reading.then(
      (body) => send(body, 'application/octet-stream'),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return { url, stop: () => void server.close() }
}

/** As https://datatracker.ietf.org/doc/html/rfc8216#section-4.3.3.5 has a playlist that grows. */
async function readGrowing(file: string, seconds: number): Promise<string> {
  const text = String(await readFile(path.join(path.dirname(file), 'index.m3u8')))
  const event = text.replace('TYPE:VOD', 'TYPE:EVENT\n#EXT-X-START:TIME-OFFSET=0,PRECISE=NO')
  const [head = '', ...segments] = event.split('#EXTINF:')
  let end = 0
  const there = segments.filter((segment) => (end += Number.parseFloat(segment)) <= seconds + 0.1)
  return [head, ...there].join('#EXTINF:')
}

function toMaster({ listed, isFinal, grownSeconds, sound }: Stand): string {
  // The address of an upload's playlist is for good; that of an opening changes when it is whole.
  const fileOf = (at: string, isOpening: boolean) =>
    at.startsWith('s/') || (isOpening && grownSeconds) ? `${at}/live.m3u8` : `${at}/index.m3u8`
  const about = 'TYPE=AUDIO,GROUP-ID="audio",NAME="Sound",DEFAULT=YES,AUTOSELECT=YES'
  const variants = listed.map((name) => {
    const { at, size, videoKbps, codecs = 'avc1.42c01f' } = cuts[name]
    const bits = `BANDWIDTH=${videoKbps * 1500},AVERAGE-BANDWIDTH=${videoKbps * 1000}`
    const picture = `RESOLUTION=${size},FRAME-RATE=30.000,CODECS="${codecs},mp4a.40.2"`
    return `#EXT-X-STREAM-INF:${bits},${picture},AUDIO="audio"\n${fileOf(at, name === 'opening')}`
  })
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    ...(isFinal ? ['#EXT-X-LANTERN-FINAL:YES'] : []),
    `#EXT-X-MEDIA:${about},URI="${fileOf(sounds[sound], true)}"`,
    ...variants,
    '',
  ].join('\n')
}

async function bundlePlayer(): Promise<Map<string, string>> {
  const entry = inRoot('web', 'player', 'player.ts')
  const made = await build({
    configFile: false,
    root: inRoot('.'),
    logLevel: 'error',
    plugins: [hlsBuild()],
    define: { __LANTERN_VERSION__: '"0"' },
    build: {
      write: false,
      minify: false,
      lib: { entry, formats: ['es'], fileName: 'player', cssFileName: 'player' },
    },
  })
  const outputs = Array.isArray(made) ? made : [made]
  const files = outputs.flatMap((one) => ('output' in one ? one.output : []))
  const toText = (file: (typeof files)[number]) =>
    file.type === 'chunk' ? file.code : String(file.source)
  return new Map(files.map((file) => [`/${file.fileName}`, toText(file)]))
}
