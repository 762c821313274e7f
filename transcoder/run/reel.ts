import { createReadStream, createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { PublishedRendition } from '#contracts/task.ts'
import { readInit } from '../plan/fragment.ts'
import type { InitFacts } from '../plan/fragment.ts'

export interface ReelSegment {
  path: string
  startSeconds: number
  durationSeconds: number
}

/** The files of one rendition. */
export interface Reel {
  initPath: string
  segments: ReelSegment[]
  durationSeconds: number
  /** Fetch these files, where they do not lie here from the start. */
  bring?: (paths: string[]) => Promise<void>
}

export function toReel(
  initPath: string,
  segments: Pick<ReelSegment, 'path' | 'durationSeconds'>[],
  bring?: Reel['bring'],
): Reel {
  let durationSeconds = 0
  const placed = segments.map((segment) => {
    const startSeconds = durationSeconds
    durationSeconds += segment.durationSeconds
    return { path: segment.path, durationSeconds: segment.durationSeconds, startSeconds }
  })
  return { initPath, segments: placed, durationSeconds, ...(bring && { bring }) }
}

/** A rendition whose files lie below `outDir`. */
export const openReel = ({ initKey, segments }: PublishedRendition, outDir: string): Reel =>
  toReel(
    path.join(outDir, initKey),
    segments.map(({ key, durationSeconds }) => ({ path: path.join(outDir, key), durationSeconds })),
  )

/** Sums of durations that were written with six digits. */
const hairSeconds = 0.001

/** The segments that are shown between two moments; the last one for what lies behind the end. */
export function findSegments(reel: Reel, fromSeconds: number, toSeconds: number): ReelSegment[] {
  const first = fromSeconds + hairSeconds
  const last = Math.max(first, toSeconds - hairSeconds)
  const found = reel.segments.filter(
    ({ startSeconds, durationSeconds }) =>
      startSeconds <= last && startSeconds + durationSeconds > first,
  )
  return found.length ? found : reel.segments.slice(-1)
}

/** A longer film is not read whole. */
const wholeSeconds = 7200

/** What must be read for a picture each `everySeconds`: of a very long film not every segment. */
export function findShown(reel: Reel, everySeconds: number): ReelSegment[] {
  if (reel.durationSeconds <= wholeSeconds) return reel.segments
  return reel.segments.filter(({ startSeconds, durationSeconds }) => {
    const moment = Math.ceil(startSeconds / everySeconds - 0.001) * everySeconds
    return moment < startSeconds + durationSeconds
  })
}

export async function inspectReel(reel: Reel): Promise<InitFacts> {
  await reel.bring?.([reel.initPath])
  return readInit(await readFile(reel.initPath))
}

interface Joining {
  target: string
  signal: AbortSignal
}

/** Byte for byte one after the other: an init segment and its segments are a playable file. */
export async function joinReel(reel: Reel, segments: ReelSegment[], { target, signal }: Joining) {
  const files = [reel.initPath, ...segments.map((segment) => segment.path)]
  await reel.bring?.(files)
  for (const [i, file] of files.entries()) {
    const end = createWriteStream(target, { flags: i ? 'a' : 'w' })
    await pipeline(createReadStream(file), end, { signal })
  }
}

/** A file that holds the film between two moments, and where in it the first one is. */
export async function cutPiece(
  reel: Reel,
  { fromSeconds, seconds }: { fromSeconds: number; seconds: number },
  joining: Joining,
): Promise<{ path: string; atSeconds: number }> {
  const segments = findSegments(reel, fromSeconds, fromSeconds + seconds)
  await joinReel(reel, segments, joining)
  return { path: joining.target, atSeconds: Math.max(0, fromSeconds - segments[0]!.startSeconds) }
}
