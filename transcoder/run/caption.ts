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

/**
 * Captions of every text track that says something. A track that cannot be read is left out, as no
 * film is lost for its subtitles. Throws the signal's reason, and trouble that may pass.
 */
export async function makeCaptions(
  source: Source,
  { sourcePath, outDir, workDir }: Place,
  run: CaptionRun,
): Promise<Captions> {
  const { log, isLast } = run
  const captions: CaptionTrack[] = []
  let cpuSeconds = 0

  const rawPath = ({ index }: SubtitleSource) => path.join(workDir, `subtitles_${index}.vtt`)
  async function extract(subtitles: SubtitleSource[]): Promise<boolean> {
    const paths = subtitles.map(rawPath)
    const command = toCaptionCommand(source, subtitles, { sourcePath, paths })
    const result = await runFfmpeg(command, run)
    cpuSeconds += result.cpuSeconds ?? 0
    const trouble = explainRun(result)
    if (trouble?.isRetryable && !lacksPart(result)) throw trouble
    const { isOk, exitMessage } = result
    const tracks = subtitles.map(({ index }) => index)
    if (!isOk) log.warn('captions not read', { tracks, exitMessage, why: result.errorLines.at(-1) })
    return isOk
  }

  /** One track that ffmpeg stumbles over ends the process, and with it all the others. */
  async function extractAll(): Promise<SubtitleSource[]> {
    const { subtitles } = source
    if (!subtitles.length || (await extract(subtitles))) return subtitles
    const whole: SubtitleSource[] = []
    for (const subtitle of subtitles) {
      if (await extract([subtitle])) whole.push(subtitle)
      else await rm(rawPath(subtitle), { force: true })
    }
    return whole
  }

  async function keep(subtitle: SubtitleSource): Promise<void> {
    const raw = await readText(rawPath(subtitle))
    const vtt = toVtt(planCues(readCues(raw), source.durationSeconds))
    await rm(rawPath(subtitle), { force: true })
    if (!vtt) return
    const track = toCaptionTrack(subtitle, captions.length)
    await writeFile(path.join(outDir, track.key), vtt)
    captions.push(track)
  }

  try {
    for (const subtitle of await extractAll()) await keep(subtitle)
  } catch (error) {
    run.signal.throwIfAborted()
    if (isPassing(error) && !isLast) throw error
    log.warn('captions left out', { error: String(error) })
  }
  return { captions, keys: captions.map(({ key }) => key), cpuSeconds }
}
