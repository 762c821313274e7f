import { createReadStream, createWriteStream } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Storyboard, VideoRendition } from '#contracts/task.ts'
import { TaskError } from '../failure.ts'
import type { Command } from '../plan/command.ts'
import {
  choosePosterSeconds,
  planStoryboard,
  readScore,
  sheetKey,
  toPosterCommand,
  toScoreCommand,
  toStoryboardCommand,
  toStoryboardVtt,
} from '../plan/images.ts'
import { runFfmpeg } from './ffmpeg.ts'
import type { FfmpegRun } from './ffmpeg.ts'

export interface Images {
  posterKey: string
  storyboard: Storyboard
  /** Relative to the output prefix. */
  keys: string[]
  cpuSeconds: number
}

interface Place {
  /** Where the renditions lie and the pictures go. */
  outDir: string
  workDir: string
  gopSeconds: number
}

/** Byte for byte one after the other: an init segment and its segments are a playable file. */
async function join(files: string[], target: string): Promise<void> {
  for (const [i, file] of files.entries()) {
    await pipeline(createReadStream(file), createWriteStream(target, { flags: i ? 'a' : 'w' }))
  }
}

/** Which segment holds the moment, and where in it. */
function locate(video: VideoRendition, seconds: number) {
  let start = 0
  for (const segment of video.segments) {
    if (seconds < start + segment.durationSeconds - 0.001) return { segment, at: seconds - start }
    start += segment.durationSeconds
  }
  return { segment: video.segments[0]!, at: 0 }
}

const pixels = (video: VideoRendition) => video.widthPx * video.heightPx

/** Poster and storyboard from what was encoded, as small clean files cost little to read. */
export async function makeImages(
  videos: VideoRendition[],
  place: Place,
  run: FfmpegRun,
): Promise<Images> {
  const sorted = videos.toSorted((a, b) => pixels(b) - pixels(a))
  const [top, lowest] = [sorted[0]!, sorted.at(-1)!]
  const durationSeconds = lowest.segments.reduce((sum, { durationSeconds: s }) => sum + s, 0)
  const at = (key: string) => path.join(place.outDir, key)
  let cpuSeconds = 0
  const act = async (command: Command, onLine?: (line: string) => void) => {
    const result = await runFfmpeg(command, { ...run, ...(onLine && { onLine }) })
    cpuSeconds += result.cpuSeconds ?? 0
    return result
  }

  const lowestPath = path.join(place.workDir, 'lowest.mp4')
  await join([at(lowest.initKey), ...lowest.segments.map(({ key }) => at(key))], lowestPath)

  const plan = planStoryboard(durationSeconds, lowest)
  const files = { lowestPath, outDir: place.outDir, gopSeconds: place.gopSeconds }
  const sheets = await act(toStoryboardCommand(plan, files))
  const sheetCount = Math.ceil(plan.count / (plan.columns * plan.rows))
  const sheetKeys = Array.from({ length: sheetCount }, (_, i) => sheetKey(i))
  const there = new Set(await readdir(place.outDir))
  if (!sheetKeys.every((key) => there.has(key))) throw missing('storyboard', sheets.errorLines)
  await writeFile(at('storyboard.vtt'), toStoryboardVtt(plan, durationSeconds))

  const scores: [number, number][] = []
  await act(toScoreCommand(lowestPath, durationSeconds), (line) => readScore(line, scores))
  const moment = locate(top, choosePosterSeconds(scores, durationSeconds))
  const piecePath = path.join(place.workDir, 'poster.mp4')
  await join([at(top.initKey), at(moment.segment.key)], piecePath)
  const poster = await act(toPosterCommand(piecePath, moment.at, at('poster.jpg')))
  if (!(await readdir(place.outDir)).includes('poster.jpg')) {
    throw missing('poster', poster.errorLines)
  }

  return {
    posterKey: 'poster.jpg',
    storyboard: { ...plan, sheetKeys },
    keys: ['poster.jpg', 'storyboard.vtt', ...sheetKeys],
    cpuSeconds,
  }
}

const missing = (what: string, lines: string[]) =>
  new TaskError('internal', `No ${what} came out: ${lines.at(-1) ?? ''}`, { isRetryable: true })
