/**
 * Does every real film end as it should, in the whole product?
 *
 *   node bench/corpus.ts [beginnings of names…] [--from=name] [--play=command …]
 *
 * Starts a Lantern of its own, uploads the files beside the repository one after another and waits
 * for the end of each; without names all of them, the heaviest last. Of a film that is ready, the
 * master playlist is read by hls-parser, each stream is decoded by ffmpeg to its end, captions are
 * fetched. Each `--play` runs one more program on each master playlist, whose address is its last
 * argument; it must end with 0. Prints one row a file, and fails if one differs from the table in
 * transcoder/test/corpus.ts. `--from` goes on where a run was ended.
 */
import path from 'node:path'
import HLS from 'hls-parser'
import { playInFfmpeg } from '../e2e/lib/hls.ts'
import { expectStatus } from '../scripts/lib/client.ts'
import { run } from '../scripts/lib/run.ts'
import { uploadFile } from '../scripts/lib/upload.ts'
import {
  type ReadyFile,
  bomb,
  corpusFolder,
  failedFiles,
  hasCorpus,
  isLength,
  readyFiles,
} from '../transcoder/test/corpus.ts'
import type { Playback, Video } from '../worker/contracts/video.ts'
import { startLantern } from './lib/lantern.ts'

if (!hasCorpus) {
  console.log(`there are no films in ${corpusFolder}`)
  process.exit(1)
}

type Expected = { file: string; code: string } | ReadyFile

const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const options = (name: string) =>
  process.argv.flatMap((argument) => argument.split(`--${name}=`, 2)[1] ?? [])
const [from] = options('from')
const players = options('play').map((command) => command.split(' '))
const all: Expected[] = [
  ...[...readyFiles, ...failedFiles].toSorted((a, b) => (a.file < b.file ? -1 : 1)),
  bomb,
]
const start = from ? all.findIndex(({ file }) => file.startsWith(from)) : 0
const wanted = all
  .slice(Math.max(0, start))
  .filter(({ file }) => !names.length || names.some((name) => file.startsWith(name)))

/** Cameras understate how far their pictures are out of order; all players find out by themselves. */
const harmless = /^.*Increasing reorder buffer.*\n?/gm
const pollMs = 500
const patienceMs = (expected: Expected) => (expected === bomb ? 3_600_000 : 300_000)

const lantern = await startLantern({ hasTranscoder: true })
let wrongCount = 0
try {
  print(['file', 'expected', 'got', 'length', 'size', 'rungs', 'sounds', 'captions', 's', 'wrong'])
  print(Array.from({ length: 10 }, () => '---'))
  for (const expected of wanted) {
    const startedAt = performance.now()
    const video = await convert(expected).catch((error: unknown) => String(error))
    const seconds = (performance.now() - startedAt) / 1000
    const row = typeof video === 'string' ? unknownRow(video) : await judge(video, expected)
    if (row.wrong.length) wrongCount++
    print([
      ...[expected.file, toText(expected), row.got, row.length, row.size, row.rungs],
      ...[row.sounds, row.captions, seconds.toFixed(1), row.wrong.join('; ')],
    ])
  }
} finally {
  await lantern.stop()
}
console.log(`${wanted.length} files, ${wrongCount || 'none'} wrong`)
process.exitCode = wrongCount ? 1 : 0

function print(cells: string[]): void {
  console.log(`| ${cells.map((cell) => cell.replaceAll('|', '/')).join(' | ')} |`)
}

function toText(expected: Expected): string {
  return 'code' in expected ? expected.code : 'ready'
}

/** Uploads, and waits until the film is ready or failed. */
async function convert(expected: Expected): Promise<Video> {
  const { client, user } = lantern
  const file = path.join(corpusFolder, expected.file)
  const { videoId } = await uploadFile(client, user.workspaceId, file)
  const endsAt = performance.now() + patienceMs(expected)
  for (;;) {
    const asked = await client.get<Video>(`/api/v1/videos/${videoId}`)
    const video = expectStatus(asked, 200, 'video')
    if (video.status === 'ready' || video.status === 'failed') return video
    if (performance.now() > endsAt) throw new Error(`still ${video.status}`)
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}

interface Row {
  got: string
  length: string
  size: string
  rungs: string
  sounds: string
  captions: string
  /** What differs from the table, or does not play. */
  wrong: string[]
}

function unknownRow(got: string): Row {
  return { got, length: '', size: '', rungs: '', sounds: '', captions: '', wrong: [got] }
}

/** A size that is as wide for its height as another, as even pixels allow. */
function hasShape({ widthPx, heightPx }: Video, size: string | null): boolean {
  if (!size || !widthPx || !heightPx) return !size && !widthPx
  const [width, height] = size.split('x').map(Number) as [number, number]
  const step = 2 / Math.min(width, height, widthPx, heightPx)
  return Math.abs((widthPx * height) / (heightPx * width) - 1) <= step + 0.01
}

async function judge(video: Video, expected: Expected): Promise<Row> {
  const { status, failure, durationMs, widthPx, heightPx } = video
  const row: Row = {
    got: failure?.code ?? status,
    length: durationMs === null ? '' : `${durationMs / 1000}`,
    size: widthPx ? `${widthPx}x${heightPx}` : '',
    ...{ rungs: '', sounds: '', captions: '', wrong: [] },
  }
  if (row.got !== toText(expected)) row.wrong.push(`expected ${toText(expected)}`)
  if (status !== 'ready') return row
  if (!('code' in expected)) {
    if (!isLength((durationMs ?? 0) / 1000, expected.seconds)) row.wrong.push('length')
    if (!hasShape(video, expected.size)) row.wrong.push(`shape, not as ${expected.size}`)
    if (video.hasAudio !== expected.hasSound) row.wrong.push('sound')
  }
  await watch(video, row).catch((error: unknown) => row.wrong.push(String(error)))
  return row
}

/** Reads and decodes all that a player may ask for. */
async function watch(video: Video, row: Row): Promise<void> {
  const asked = await lantern.client.get<Playback>(`/api/v1/videos/${video.id}/playback`)
  const { hlsUrl, captions } = expectStatus(asked, 200, 'playback')
  const masterUrl = new URL(hlsUrl, lantern.url).href
  const master = HLS.parse(await fetchText(masterUrl))
  if (!master.isMasterPlaylist) throw new Error('no master playlist')

  const variants = master.variants.filter(({ isIFrameOnly }) => !isIFrameOnly)
  const renditions = variants.flatMap(({ audio, subtitles }) => [...audio, ...subtitles])
  const listed = (type: string) => [
    ...new Map(
      renditions.filter((each) => each.type === type).map((each) => [each.uri, each]),
    ).values(),
  ]
  const sounds = listed('AUDIO')
  const heights = variants.flatMap(({ resolution }) => resolution?.height ?? [])
  row.rungs = [...new Set(heights)].map((height) => `${height}p`).join(' ')
  row.sounds = sounds
    .map(({ language, channels }) => `${language ?? '?'}/${channels ?? '?'}`)
    .join(' ')
  row.captions = captions.map(({ language }) => language).join(' ')

  const uris = [...variants, ...sounds].flatMap(({ uri }) => uri ?? [])
  for (const uri of new Set(uris)) {
    const said = (await playInFfmpeg(new URL(uri, masterUrl).href)).replaceAll(harmless, '')
    if (said) row.wrong.push(`${uri}: ${said.trim().slice(0, 200)}`)
  }
  for (const { uri } of listed('SUBTITLES'))
    HLS.parse(await fetchText(new URL(uri!, masterUrl).href))
  for (const { url } of captions) {
    const text = await fetchText(new URL(url, lantern.url).href)
    if (!text.startsWith('WEBVTT\n')) row.wrong.push('captions are no WebVTT')
  }
  for (const [program = '', ...args] of players) {
    const { code, output } = await run(program, [...args, masterUrl])
    if (code !== 0) row.wrong.push(`${program}: ${code} ${output.trim().slice(-200)}`)
  }
}

async function fetchText(url: string): Promise<string> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url}: ${response.status}`)
  return response.text()
}
