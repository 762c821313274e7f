/**
 * What the pictures of ten minutes of 1080p cost, each part alone, in CPU seconds of ffmpeg:
 * `node bench/pictures.ts [clip]`. Exits with 1 where a part costs more than we hold. The film is
 * 24 s of `clip`, or of a made one, over and over, as an encode leaves it.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import path from 'node:path'
import { createLog } from '../transcoder/log.ts'
import { findBox, listBoxes } from '../transcoder/plan/box.ts'
import { readInit, readSegment } from '../transcoder/plan/fragment.ts'
import { readPlaylist } from '../transcoder/plan/playlist.ts'
import { makePictures } from '../transcoder/run/pictures.ts'
import { toReel } from '../transcoder/run/reel.ts'
import type { Reel } from '../transcoder/run/reel.ts'
import { makeFilm, makeWorkFolder } from './lib/film.ts'

const heldSeconds = 2
const loopSeconds = 24
const wantedSeconds = 600

const dir = makeWorkFolder()

const x264 = (maxKbps: number) => [
  ...['-an', '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23', '-maxrate', `${maxKbps}k`],
  ...['-bufsize', `${maxKbps * 2}k`, '-pix_fmt', 'yuv420p', '-g', '60', '-keyint_min', '60'],
  ...['-sc_threshold', '0', '-hls_segment_options', 'movflags=+cmaf+frag_discont'],
]
const codecs = {
  top: ['-vf', 'scale=1920:1080,setsar=1,fps=30', ...x264(5000)],
  lowest: ['-vf', 'scale=640:360,setsar=1,fps=30', ...x264(800)],
  audio: [
    ...['-vn', '-c:a', 'aac', '-b:a', '128k', '-ac', '2', '-ar', '48000'],
    ...['-hls_segment_options', 'movflags=+cmaf'],
  ],
}

/** A later fragment is the same one with another decode time. ISO/IEC 14496-12, 8.8.12 */
function shift(segment: Uint8Array, ticks: number): Uint8Array {
  const bytes = Uint8Array.from(segment)
  const data = new DataView(bytes.buffer)
  for (const moof of listBoxes(bytes).filter(({ type }) => type === 'moof')) {
    const tfdt = findBox(bytes, ['traf', 'tfdt'], moof)!
    const at = tfdt.start + 4
    if (bytes[tfdt.start] === 1) data.setBigUint64(at, data.getBigUint64(at) + BigInt(ticks))
    else data.setUint32(at, data.getUint32(at) + ticks)
  }
  return bytes
}

/** Encode the loop once, and lay its segments down again and again. */
function makeReel(name: keyof typeof codecs, clip: string): Reel {
  const folder = path.join(dir, name)
  mkdirSync(folder)
  const list = path.join(folder, 'index.m3u8')
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-nostdin', '-stream_loop', '-1', '-i', clip, '-t', `${loopSeconds}`],
    ...[...codecs[name], '-f', 'hls', '-hls_segment_type', 'fmp4', '-hls_time', '6'],
    ...['-avoid_negative_ts', 'disabled', '-hls_playlist_type', 'vod'],
    ...['-hls_segment_filename', path.join(folder, 'loop_%05d.m4s'), list],
  ])
  const { initKey, segments } = readPlaylist(readFileSync(list, 'utf8'), list)
  const init = readInit(readFileSync(initKey))
  const loop = segments.map(({ key }) => readFileSync(key))
  const ticks = loop.map((bytes) => readSegment(bytes, init).durationTicks)
  const loopTicks = ticks.reduce((sum, each) => sum + each, 0)
  const loops = Math.round((wantedSeconds * init.timescale) / loopTicks)
  const laid = Array.from({ length: loops * loop.length }, (_, i) => {
    const file = path.join(folder, `seg_${String(i).padStart(5, '0')}.m4s`)
    const number = i % loop.length
    writeFileSync(file, shift(loop[number]!, Math.floor(i / loop.length) * loopTicks))
    return { path: file, durationSeconds: ticks[number]! / init.timescale }
  })
  return toReel(initKey, laid)
}

console.log(`${cpus().length} × ${cpus()[0]?.model.trim()}`)
const clip = process.argv[2] ?? path.join(dir, 'film.mp4')
if (!process.argv[2]) makeFilm(clip, loopSeconds)
const [top, lowest, audio] = (['top', 'lowest', 'audio'] as const).map((name) =>
  makeReel(name, clip),
)
const outDir = path.join(dir, 'out')
mkdirSync(outDir)
console.log(`made ${lowest!.durationSeconds.toFixed(1)} s`)

const parts: Record<string, number> = {}
const log = createLog({}, (line) => {
  const { msg, name, cpuSeconds } = JSON.parse(line) as Record<string, unknown>
  if (msg === 'picture') parts[String(name)] = Number(cpuSeconds)
  else console.log(line)
})
const place = { outDir, workDir: dir, gopSeconds: 2 }
const run = {
  ...{ signal: new AbortController().signal, log },
  limits: { folder: dir, addressSpaceBytes: 16e9, cpuSeconds: 600, fileBytes: 64e9 },
}
const before = process.cpuUsage()
const startedAt = performance.now()
const film = await makePictures({ top: top!, lowest: lowest!, audio: audio! }, place, run)
const { user, system } = process.cpuUsage(before)
const tookMs = performance.now() - startedAt
const ownSeconds = (user + system) / 1e6
await makePictures({ top: null, lowest: null, audio: audio! }, place, run)

for (const [name, seconds] of Object.entries(parts)) {
  console.log(`${name.padEnd(12)} ${seconds.toFixed(2).padStart(6)} CPU s (held: ≤ ${heldSeconds})`)
}
console.log(`this program ${ownSeconds.toFixed(2).padStart(6)} CPU s beside ffmpeg`)
console.log(`in all       ${(film.cpuSeconds + ownSeconds).toFixed(2).padStart(6)} CPU s`)
console.log(`took ${(tookMs / 1000).toFixed(1)} s for ${film.pictures.posters.length} posters`)
for (const key of film.keys) console.log(`  ${key} ${statSync(path.join(outDir, key)).size} bytes`)
process.exitCode = Object.values(parts).every((seconds) => seconds <= heldSeconds) ? 0 : 1
