import { open, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { CaptionTrack } from '#contracts/task.ts'
import { isPassing } from '../failure.ts'
import type { Log } from '../log.ts'
import {
  maxRawBytes,
  planCues,
  readCues,
  toCaptionCommand,
  toCaptionTrack,
  toVtt,
} from '../plan/caption.ts'
import { explainRun, lacksPart } from '../plan/explain.ts'
import type { Source, SubtitleSource } from '../plan/source.ts'
import { runFfmpeg } from './ffmpeg.ts'
import type { FfmpegRun } from './ffmpeg.ts'

export interface Captions {
  captions: CaptionTrack[]
  /** Relative to the output prefix. */
  keys: string[]
  cpuSeconds: number
}

export interface CaptionRun extends FfmpegRun {
  log: Log
  /** Passing trouble costs captions then, instead of the attempt. */
  isLast: boolean
}

interface Place {
  sourcePath: string
  /** Where the captions go. */
  outDir: string
  /** Where ffmpeg may write. */
  workDir: string
}

async function readText(file: string): Promise<string> {
  const handle = await open(file).catch(() => null)
  if (!handle) return ''
  try {
    const { size } = await handle.stat()
    const bytes = Buffer.alloc(Math.min(size, maxRawBytes))
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0)
    return bytes.toString('utf8', 0, bytesRead)
  } finally {
    await handle.close()
  }
}

interface Extraction {
  source: Source
  place: Place
  run: CaptionRun
  cpuSeconds: number
}

const rawPath = ({ workDir }: Place, { index }: SubtitleSource) =>
  path.join(workDir, `subtitles_${index}.vtt`)

/** False where ffmpeg stumbles over one of them, which is the end of all. */
async function extract(work: Extraction, subtitles: SubtitleSource[]): Promise<boolean> {
  const { source, place, run } = work
  const paths = subtitles.map((subtitle) => rawPath(place, subtitle))
  const { sourcePath } = place
  const result = await runFfmpeg(toCaptionCommand(source, subtitles, { sourcePath, paths }), run)
  work.cpuSeconds += result.cpuSeconds ?? 0
  const trouble = explainRun(result)
  if (trouble?.isRetryable && !lacksPart(result)) throw trouble
  const { isOk, exitMessage, errorLines } = result
  const tracks = subtitles.map(({ index }) => index)
  if (!isOk) run.log.warn('captions not read', { tracks, exitMessage, why: errorLines.at(-1) })
  return isOk
}

/** Those that were read whole, at once or each by itself. */
async function extractAll(work: Extraction): Promise<SubtitleSource[]> {
  const { subtitles } = work.source
  if (!subtitles.length || (await extract(work, subtitles))) return subtitles
  const whole: SubtitleSource[] = []
  for (const subtitle of subtitles) {
    if (await extract(work, [subtitle])) whole.push(subtitle)
    else await rm(rawPath(work.place, subtitle), { force: true })
  }
  return whole
}

/**
 * Captions of every text track that says something. A track that cannot be read is left out, as no
 * film is lost for its subtitles. Throws the signal's reason, and trouble that may pass.
 */
export async function makeCaptions(
  source: Source,
  place: Place,
  run: CaptionRun,
): Promise<Captions> {
  const captions: CaptionTrack[] = []
  const work = { source, place, run, cpuSeconds: 0 }

  async function keep(subtitle: SubtitleSource): Promise<void> {
    const raw = await readText(rawPath(place, subtitle))
    const vtt = toVtt(planCues(readCues(raw), source.durationSeconds))
    await rm(rawPath(place, subtitle), { force: true })
    if (!vtt) return
    const track = toCaptionTrack(subtitle, captions.length)
    await writeFile(path.join(place.outDir, track.key), vtt)
    captions.push(track)
  }

  try {
    for (const subtitle of await extractAll(work)) await keep(subtitle)
  } catch (error) {
    run.signal.throwIfAborted()
    if (isPassing(error) && !run.isLast) throw error
    run.log.warn('captions left out', { error: String(error) })
  }
  const { cpuSeconds } = work
  return { captions, keys: captions.map(({ key }) => key), cpuSeconds }
}
