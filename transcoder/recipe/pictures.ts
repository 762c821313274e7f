import { mkdir, readFile } from 'node:fs/promises'
import type { TaskReport } from '#contracts/task.ts'
import { TaskError, toTaskError } from '../failure.ts'
import { readSegment } from '../plan/fragment.ts'
import { readPlaylist } from '../plan/playlist.ts'
import { inParallel } from '../run/parallel.ts'
import { makePictures } from '../run/pictures.ts'
import type { PictureSources } from '../run/pictures.ts'
import { inspectReel, toReel } from '../run/reel.ts'
import type { Reel } from '../run/reel.ts'
import { isLastAttempt, limitsOf, storeOutputs } from './attempt.ts'
import type { Attempt } from './attempt.ts'

const parallel = 4

/** What a playlist in storage names; its files are fetched when they are needed, each once. */
async function openRemote(attempt: Attempt, key: string, folder: string): Promise<Reel> {
  const { storage, scratch } = attempt
  const listed = readPlaylist(new TextDecoder().decode(await storage.read(key)), key)
  await mkdir(scratch.path(folder), { recursive: true })
  const initPath = scratch.path(folder, 'init.mp4')
  const keys = new Map([[initPath, listed.initKey]])
  const segments = listed.segments.map((segment, i) => {
    const path = scratch.path(folder, `${i}.m4s`)
    keys.set(path, segment.key)
    return { path, durationSeconds: segment.durationSeconds }
  })
  const here = new Set<string>()
  return toReel(initPath, segments, (paths) =>
    inParallel(
      paths.filter((path) => !here.has(path)),
      parallel,
      async (path) => {
        await storage.fetch(keys.get(path)!, path).catch((error: unknown) => {
          throw toTaskError(error) // of storage, so it is not the film's own
        })
        here.add(path)
      },
    ),
  )
}

/** Measured on the first segment: all have one rate. */
async function measureRate(reel: Reel): Promise<number> {
  const init = await inspectReel(reel)
  const first = reel.segments[0]!.path
  await reel.bring?.([first])
  const { samples, durationTicks } = readSegment(await readFile(first), init)
  return (samples * init.timescale) / durationTicks
}

async function measure({ top, lowest, audio }: PictureSources): Promise<TaskReport['media']> {
  const longest = lowest ?? audio
  const shape = top && (await inspectReel(top))
  return {
    durationMs: Math.max(1, Math.round((longest?.durationSeconds ?? 0) * 1000)),
    widthPx: shape?.widthPx ?? null,
    heightPx: shape?.heightPx ?? null,
    framesPerSecond: lowest && (await measureRate(lowest)),
  }
}

/** Of a film whose renditions other tasks have made and the Worker has joined. */
export async function makePicturesTask(attempt: Attempt): Promise<TaskReport> {
  const { spec, pulse, scratch, signal, log } = attempt
  if (!spec.pictures) throw new TaskError('internal', 'The task names no playlists')
  pulse.move('fetch', 0)
  const { pictures: named } = spec
  const [top, lowest] = [
    await openRemote(attempt, named.top, 'top'),
    await openRemote(attempt, named.lowest, 'lowest'),
  ]
  const audio = named.audio === null ? null : await openRemote(attempt, named.audio, 'sound')
  const sources = { top, lowest, audio }
  const media = await measure(sources)
  await mkdir(scratch.path('out'), { recursive: true })

  pulse.move('encode', 0)
  const place = {
    outDir: scratch.path('out'),
    workDir: scratch.dir,
    gopSeconds: spec.gopSeconds,
  }
  const made = await makePictures(sources, place, {
    ...{ signal, log, limits: limitsOf(attempt), isLast: isLastAttempt(attempt) },
    onPart: (done) => pulse.move('encode', done),
  })
  pulse.move('store', 0)
  await storeOutputs(attempt, made.keys)
  pulse.move('store', 1)
  const { attempt: number, leaseId } = spec
  return {
    ...{ attempt: number, leaseId, media },
    ...{ renditions: [], captions: [], choices: null, pictures: made.pictures },
    cpuSeconds: Math.round(made.cpuSeconds * 100) / 100,
  }
}
