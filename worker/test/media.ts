import { execFile } from 'node:child_process'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import type { PublishedRendition, Storyboard, TaskReport } from '#contracts/task.ts'

const execute = promisify(execFile)
const frame = ['-frames:v', '1', '-update', '1']

/** CMAF, 320x180 with a tone, in segments of two seconds; with poster and storyboard. */
export async function makeMedia(dir: string, seconds = 4): Promise<void> {
  await Promise.all(
    ['180p', 'audio'].map((name) => mkdir(path.join(dir, name), { recursive: true })),
  )
  const cmaf = (name: string) => [
    ...['-f', 'hls', '-hls_time', '2', '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4'],
    ...['-hls_fmp4_init_filename', 'init.mp4'],
    ...['-hls_segment_filename', path.join(dir, name, 'seg_%05d.m4s')],
    path.join(dir, name, 'list.m3u8'),
  ]
  await execute('ffmpeg', [
    ...['-v', 'error', '-y', '-f', 'lavfi', '-i', `testsrc2=s=320x180:r=30:d=${seconds}`],
    ...['-f', 'lavfi', '-i', `sine=r=48000:d=${seconds}`],
    ...['-map', '0:v', '-c:v', 'libx264', '-preset', 'ultrafast', '-profile:v', 'main'],
    ...['-level', '3.0', '-pix_fmt', 'yuv420p', '-g', '60', ...cmaf('180p')],
    ...['-map', '1:a', '-c:a', 'aac', '-ac', '2', ...cmaf('audio')],
    ...['-map', '0:v', ...frame, path.join(dir, 'poster_0.jpg')],
    ...['-map', '0:v', '-vf', 'fps=1/2,scale=160:90,tile=2x1', ...frame],
    path.join(dir, 'storyboard_0.jpg'),
  ])
  await writeFile(path.join(dir, 'storyboard.vtt'), storyboardVtt)
}

const storyboard: Storyboard = {
  everySeconds: 2,
  columns: 2,
  rows: 1,
  tileWidthPx: 160,
  tileHeightPx: 90,
  count: 2,
  sheetKeys: ['storyboard_0.jpg'],
}

const storyboardVtt = `WEBVTT

00:00:00.000 --> 00:00:02.000
storyboard_0.jpg#xywh=0,0,160,90

00:00:02.000 --> 00:00:04.000
storyboard_0.jpg#xywh=160,0,160,90
`

/** What a transcoder would report of these files, and their bytes by key. */
export async function readMedia(
  dir: string,
): Promise<{ files: Map<string, Buffer>; report: Omit<TaskReport, 'attempt' | 'leaseId'> }> {
  const files = new Map<string, Buffer>()
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith('.m3u8')) continue
    const file = path.join(entry.parentPath, entry.name)
    files.set(path.relative(dir, file), await readFile(file))
  }
  const rendition = async (name: string) => {
    const segments = await readSegments(dir, name, files)
    const peak = Math.max(...segments.map((s) => (s.sizeBytes * 8) / s.durationSeconds))
    const bits = { peakBitsPerSecond: Math.ceil(peak), averageBitsPerSecond: Math.ceil(peak) }
    return { name, ...bits, initKey: `${name}/init.mp4`, segments }
  }
  const renditions: PublishedRendition[] = [
    {
      ...(await rendition('180p')),
      ...{ kind: 'video', codecs: 'avc1.4d401e', widthPx: 320, heightPx: 180, framesPerSecond: 30 },
    },
    {
      ...(await rendition('audio')),
      kind: 'audio',
      codecs: 'mp4a.40.2',
      channels: 2,
      language: null,
      label: null,
      track: 0,
    },
  ]
  const pictures = {
    posters: [{ key: 'poster_0.jpg', atSeconds: 0 }],
    storyboard,
    previewKey: null,
    peaks: null,
  }
  const seconds = renditions[0]!.segments.reduce((sum, one) => sum + one.durationSeconds, 0)
  const durationMs = Math.round(seconds * 1000)
  const media = { durationMs, widthPx: 320, heightPx: 180, framesPerSecond: 30 }
  return {
    files,
    report: { media, renditions, captions: [], pictures, choices: null, cpuSeconds: 1 },
  }
}

async function readSegments(dir: string, name: string, files: Map<string, Buffer>) {
  const playlist = await readFile(path.join(dir, name, 'list.m3u8'), 'utf8')
  return [...playlist.matchAll(/#EXTINF:([\d.]+),\n(\S+)/g)].map(([, seconds, file]) => {
    const key = `${name}/${file}`
    return { key, durationSeconds: Number(seconds), sizeBytes: files.get(key)!.byteLength }
  })
}
