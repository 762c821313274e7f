import { inRoot } from './paths.ts'
import { run } from './run.ts'

/** Throws with what ffmpeg said; a signal ends it. */
export async function ffmpeg(args: string[], signal?: AbortSignal): Promise<void> {
  const all = ['-v', 'error', '-nostdin', '-y', ...args]
  const { code, output } = await run('ffmpeg', all, { signal })
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}: ${output.slice(-1000)}`)
}

const h264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p']
const faststart = ['-movflags', '+faststart']

interface TestClip {
  seconds: number
  size?: string
  /** Frames a second, as ffmpeg reads it: `30000/1001`. */
  rate?: string
}

/** Moving test pictures with a tone, quickly made: 640x360 at 30 frames a second unless said. */
export const makeTestClip = (file: string, clip: TestClip): Promise<void> => {
  const { seconds, size = '640x360', rate = '30' } = clip
  return ffmpeg([
    ...['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`],
    ...['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${seconds}`],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'],
    ...['-c:a', 'aac', '-b:a', '96k', ...faststart, file],
  ])
}

const pictures = ['lighthouse', 'dunes', 'reef', 'aurora']
const shotSeconds = 6
const fadeSeconds = 1
const framesPerSecond = 30

/** 21 s of slow zooms over four drawn pictures, with a soft chord that swells. 1280x720. */
export const makeDemoClip = (file: string, signal: AbortSignal): Promise<void> =>
  ffmpeg(
    [
      ...pictures.flatMap((name) => ['-i', inRoot('scripts', 'demo', `${name}.jpg`)]),
      ...['-filter_complex', `${shots()};${crossFades()};${chord()}`],
      ...['-map', '[film]', '-map', '[sound]', '-crf', '20', ...h264],
      ...['-c:a', 'aac', '-b:a', '128k', ...faststart, file],
    ],
    signal,
  )

const filmSeconds = pictures.length * (shotSeconds - fadeSeconds) + fadeSeconds

/** Every second picture zooms out. zoompan rounds to whole pixels, so it works on a larger one. */
function shots(): string {
  const frames = shotSeconds * framesPerSecond
  return pictures
    .map((_, index) => {
      const zoom = index % 2 === 0 ? `1+0.12*on/${frames}` : `1.12-0.12*on/${frames}`
      const centre = `x='iw/2-iw/zoom/2':y='ih/2-ih/zoom/2'`
      const pan = `zoompan=z='${zoom}':${centre}:d=${frames}:s=1280x720:fps=${framesPerSecond}`
      return `[${index}:v]scale=2560:1440,${pan},setsar=1[shot${index}]`
    })
    .join(';')
}

function crossFades(): string {
  const joins = pictures.slice(1).map((_, index) => {
    const from = index === 0 ? '[shot0]' : `[join${index}]`
    const to = index === pictures.length - 2 ? '[film]' : `[join${index + 1}]`
    const offset = (index + 1) * (shotSeconds - fadeSeconds)
    return `${from}[shot${index + 1}]xfade=fade:duration=${fadeSeconds}:offset=${offset}${to}`
  })
  return joins.join(';')
}

/** An open A chord; each voice swells at a pace of its own. */
function chord(): string {
  const voices = [110, 220, 277.2, 329.6, 440].map(
    (hertz, i) => `sin(2*PI*${hertz}*t)*(0.6+0.4*sin(2*PI*t/${5 + 1.7 * i}))/${3 + i}`,
  )
  const source = `aevalsrc='0.5*(${voices.join('+')})':s=48000:d=${filmSeconds}`
  const fades = `afade=t=in:d=2,afade=t=out:st=${filmSeconds - 3}:d=3`
  return `${source},aecho=0.8:0.7:240|410:0.3|0.2,atrim=end=${filmSeconds},${fades},aformat=channel_layouts=stereo[sound]`
}
