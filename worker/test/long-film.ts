import type { TaskReport, TaskSpec, TaskSplit, VideoRendition } from '#contracts/task.ts'
import type { World } from './world.ts'

/** A long film as played by a test: two renditions, or those that are made again, and its sound. */

const sizeBytes = 1000
const bytes = new Uint8Array(sizeBytes)
const segmentFrames = 180
const sizes = {
  '720p': { widthPx: 1280, heightPx: 720 },
  '360p': { widthPx: 640, heightPx: 360 },
}
type Name = keyof typeof sizes

const namesOf = ({ only }: Pick<TaskSpec, 'only'>) => (only ?? Object.keys(sizes)) as Name[]
const mediaOf = (seconds: number) => ({
  ...{ durationMs: seconds * 1000, ...sizes['720p'], framesPerSecond: 30 },
})

/** What a lead says of its film: chunks of one segment each. */
export function splitOf(spec: TaskSpec, count: number): Omit<TaskSplit, 'attempt' | 'leaseId'> {
  const durationSeconds = count * 6
  return {
    media: mediaOf(durationSeconds),
    plan: {
      ...{ rate: { num: 30, den: 1 }, segmentFrames, durationSeconds },
      frameCount: count * segmentFrames,
      videos: namesOf(spec).map((name) => ({ name, codec: 'h264', ...sizes[name] })),
      recipe: {},
    },
    chunks: Array.from({ length: count }, (_, number) => ({
      ...{ number, firstFrame: number * segmentFrames, endFrame: (number + 1) * segmentFrames },
    })),
    input: null,
  }
}

type Outcome = Pick<TaskReport, 'renditions' | 'pictures'> & { keys: string[] }

function chunkOutcome({ chunk, split }: TaskSpec): Outcome {
  const { number } = chunk!
  const renditions = split!.videos.map(({ name, widthPx, heightPx }): VideoRendition => {
    const key = `${name}/seg_0000${number}.m4s`
    return {
      ...{ name, kind: 'video', codecs: 'avc1.64001e', initKey: `${name}/init.mp4` },
      ...{ widthPx, heightPx, framesPerSecond: 30 },
      ...{ peakBitsPerSecond: 1, averageBitsPerSecond: 1 },
      segments: [{ key, durationSeconds: 6, sizeBytes, keyFrameBytes: 100 }],
    }
  })
  const keys = renditions.flatMap(({ initKey, segments }) => [
    ...(number === 0 ? [initKey] : []), // it serves the others
    segments[0]!.key,
  ])
  return { renditions, pictures: null, keys }
}

const soundOutcome: Outcome = {
  renditions: [
    {
      ...{ name: 'audio', kind: 'audio', codecs: 'mp4a.40.2', initKey: 'audio/init.mp4' },
      ...{ channels: 2, language: null, label: null, track: 0 },
      ...{ peakBitsPerSecond: 128_000, averageBitsPerSecond: 128_000 },
      segments: [{ key: 'audio/seg_00000.m4s', durationSeconds: 6, sizeBytes }],
    },
  ],
  pictures: null,
  keys: ['audio/init.mp4', 'audio/seg_00000.m4s'],
}

const picturesOutcome: Outcome = {
  renditions: [],
  pictures: {
    posters: [{ key: 'poster_0.jpg', atSeconds: 3 }],
    ...{ storyboard: null, previewKey: null, peaks: null },
  },
  keys: ['poster_0.jpg'],
}

function outcomeOf(spec: TaskSpec): Outcome {
  if (spec.kind === 'chunk') return chunkOutcome(spec)
  if (spec.kind === 'pictures') return picturesOutcome
  return spec.only ? { renditions: [], pictures: null, keys: [] } : soundOutcome
}

/** Stores what a task of a split film makes and answers the report that goes with it. */
export async function storePart(world: World, spec: TaskSpec): Promise<TaskReport> {
  const { renditions, pictures, keys } = outcomeOf(spec)
  await Promise.all(keys.map((key) => world.bucket.put(spec.output.prefix + key, bytes)))
  const { attempt, leaseId } = spec
  return {
    ...{ attempt, leaseId, media: mediaOf(6), renditions, pictures },
    ...{ captions: [], choices: null, cpuSeconds: 1 },
  }
}
