import { open, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { CaptionTrack } from '#contracts/task.ts'
import {
  maxRawBytes,
  planCues,
  readCues,
  toCaptionCommand,
  toCaptionTrack,
  toVtt,
} from '../plan/caption.ts'
import type { Source, SubtitleSource } from '../plan/source.ts'
import { runFfmpeg } from './ffmpeg.ts'
import type { FfmpegRun } from './ffmpeg.ts'

export interface Captions {
  captions: CaptionTrack[]
  /** Relative to the output prefix. */
  keys: string[]
  cpuSeconds: number
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
 * Captions of every text track that says something. A track that cannot be read is left out: only
 * the signal's reason is thrown, as no film is lost for its subtitles.
 */
export async function makeCaptions(
  source: Source,
  { sourcePath, outDir, workDir }: Place,
  run: FfmpegRun,
): Promise<Captions> {
  const captions: CaptionTrack[] = []
  let cpuSeconds = 0

  const rawPath = ({ index }: SubtitleSource) => path.join(workDir, `subtitles_${index}.vtt`)
  async function extract(subtitles: SubtitleSource[]): Promise<boolean> {
    const paths = subtitles.map(rawPath)
    const command = toCaptionCommand(source, subtitles, { sourcePath, paths })
    const result = await runFfmpeg(command, run)
    cpuSeconds += result.cpuSeconds ?? 0
    return result.isOk
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
    if (source.subtitles.length) {
      // A track that ffmpeg stumbles over ends the process, and with it all the others.
      const isWhole = await extract(source.subtitles)
      if (!isWhole) for (const subtitle of source.subtitles) await extract([subtitle])
      for (const subtitle of source.subtitles) await keep(subtitle)
    }
  } catch (error) {
    run.signal.throwIfAborted()
    run.onLine?.(`[error] captions: ${String(error)}`)
  }
  return { captions, keys: captions.map(({ key }) => key), cpuSeconds }
}
