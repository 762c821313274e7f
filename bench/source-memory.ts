/**
 * What does a long film cost the Worker: memory while its index is read and its segments are cut,
 * and bytes read from storage for each byte served?
 *
 *   node bench/source-memory.ts [hours, 5]
 *
 * A film of 60 frames a second, with some two million samples, is uploaded to a running Lantern.
 * Then a viewer fetches every 20th segment, picture and sound at the same time, as players do.
 * Memory is the growth of workerd's resident set over its state before: that holds the isolate,
 * and the local D1 and R2 beside it. An isolate on Cloudflare may take 128 MB in all.
 */
import { readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expectStatus } from '../scripts/lib/client.ts'
import { ffmpeg } from '../scripts/lib/clip.ts'
import { findWorkerd } from '../worker/test/process.ts'
import { startLantern } from './lib/lantern.ts'
import { sendParts } from './lib/upload.ts'

const hours = Number(process.argv[2] ?? 5)
const megabyte = 2 ** 20
const lantern = await startLantern({ entry: 'bench/lib/counting-worker.ts' })
try {
  const pid = await findWorkerd(Number(new URL(lantern.edge.s3Endpoint).port))
  const warm = await sendParts(lantern, await makeFilm('warm', 120), 'file')
  requirePlayable(await warm.complete())
  const film = await makeFilm('long', hours * 3600)
  const { size } = await stat(film)
  console.log(`A film of ${hours} h, 60 frames a second, ${(size / 1e6).toFixed(0)} MB`)

  const { videoId, complete } = await sendParts(lantern, film, 'file')
  const before = await startPeak(pid)
  const startedAt = performance.now()
  requirePlayable(await complete())
  const ms = performance.now() - startedAt
  const peak = await readPeak(pid)
  console.log(`completed with its index read and stored: ${ms.toFixed(0)} ms`)
  console.log(`memory: ${show(before)} before, ${show(peak)} at the peak: +${show(peak - before)}`)
  await measureSegments(videoId, pid)
} finally {
  await lantern.stop()
}

/** Small pictures that move, copied one after another; the index lies at the end. */
async function makeFilm(name: string, seconds: number): Promise<string> {
  const minute = path.join(lantern.dir, 'minute.mp4')
  await ffmpeg([
    ...['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=60:duration=60'],
    ...['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000:duration=60'],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-g', '120'],
    ...['-c:a', 'aac', '-b:a', '96k', minute],
  ])
  const file = path.join(lantern.dir, `${name}.mp4`)
  const loops = `${Math.ceil(seconds / 60)}`
  await ffmpeg(['-stream_loop', loops, '-i', minute, '-t', `${seconds}`, '-c', 'copy', file])
  return file
}

function requirePlayable(video: Record<string, unknown>): void {
  if (!video['playable']) throw new Error(`not playable: ${JSON.stringify(video)}`)
}

async function measureSegments(videoId: string, pid: number): Promise<void> {
  const playback = await lantern.client.get(`/api/v1/videos/${videoId}/playback`)
  const master = expectStatus(playback, 200, 'playback')['hlsUrl'] as string
  const text = await (await fetch(master)).text()
  const [list = ''] = /^s\/.*\/video\/live\.m3u8$/m.exec(text) ?? []
  const count = (await (await fetch(new URL(list, master))).text()).match(/seg_/g)!.length
  const before = await startPeak(pid)
  const first = await readReads()
  let served = 0
  const times: number[] = []
  for (let n = 0; n < count; n += 20) {
    const name = `seg_${String(n).padStart(5, '0')}.m4s`
    const startedAt = performance.now()
    const both = ['video', 'audio'].map(async (track) => {
      const uri = list.replace('video/live.m3u8', `${track}/${name}`)
      const response = await fetch(new URL(uri, master))
      if (!response.ok) throw new Error(`${response.status} for ${track} ${n}`)
      return (await response.arrayBuffer()).byteLength
    })
    for (const bytes of await Promise.all(both)) served += bytes
    times.push(performance.now() - startedAt)
  }
  const last = await readReads()
  const read = last.bytes - first.bytes
  const sorted = times.toSorted((a, b) => a - b)
  const peak = await readPeak(pid)
  console.log(`${times.length} segments of ${count}, picture and sound together:`)
  console.log(`  ${(served / 1e6).toFixed(1)} MB served, ${(read / 1e6).toFixed(1)} MB read`)
  console.log(`  ratio read / served: ${(read / served).toFixed(2)}`)
  console.log(`  ${((last.count - first.count) / times.length).toFixed(1)} reads each`)
  console.log(`  median ${sorted[sorted.length >> 1]!.toFixed(0)} ms`)
  console.log(`  memory: +${show(peak - before)} at the peak`)
}

async function readReads(): Promise<{ count: number; bytes: number }> {
  return (await fetch(`${lantern.url}/api/v1/reads`)).json() as never
}

function show(bytes: number): string {
  return `${(bytes / megabyte).toFixed(0)} MiB`
}

/** Bytes in memory now; from here on the peak is counted anew. Linux: proc(5), clear_refs. */
async function startPeak(pid: number): Promise<number> {
  await writeFile(`/proc/${pid}/clear_refs`, '5')
  return readStatus(pid, 'VmRSS')
}
function readPeak(pid: number): Promise<number> {
  return readStatus(pid, 'VmHWM')
}

async function readStatus(pid: number, name: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)![1]) * 1024
}
