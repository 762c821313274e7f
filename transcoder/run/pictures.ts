import { access } from 'node:fs/promises'
import type { Pictures, PublishedRendition } from '#contracts/task.ts'
import { TaskError, isPassing } from '../failure.ts'
import type { Log } from '../log.ts'
import { explainRun, lacksPart } from '../plan/explain.ts'
import { runFfmpeg } from './ffmpeg.ts'
import type { FfmpegRun } from './ffmpeg.ts'
import { paintPeaks, paintPosters, paintPreview, paintStoryboard, paintWaveform } from './paint.ts'
import type { Easel } from './paint.ts'
import { openReel } from './reel.ts'
import type { Reel } from './reel.ts'

/** What pictures are made from: `top` and `lowest` are both there, or neither. */
export interface PictureSources {
  top: Reel | null
  lowest: Reel | null
  audio: Reel | null
}

export type PicturePlace = Pick<Easel, 'outDir' | 'workDir' | 'gopSeconds'>

export interface PictureRun extends FfmpegRun {
  log: Log
  /** Passing trouble costs pictures then, instead of the attempt; false unless said. */
  isLast?: boolean
  /** After each part: how many of all are over, 0 to 1. */
  onPart?: (done: number) => void
}

const partCount = 4

export interface MadePictures {
  pictures: Pictures
  /** Relative to the output prefix. */
  keys: string[]
  cpuSeconds: number
}

const pixelsOf = (rendition: PublishedRendition) =>
  rendition.kind === 'video' ? rendition.widthPx * rendition.heightPx : 0

/** Of renditions whose files lie below `outDir`. H.264 is decoded for the least work. */
export function choosePictureSources(
  renditions: PublishedRendition[],
  outDir: string,
): PictureSources {
  const videos = renditions.filter(({ kind }) => kind === 'video')
  const plain = videos.filter(({ codecs }) => codecs.startsWith('avc1'))
  const falling = (plain.length ? plain : videos).toSorted((a, b) => pixelsOf(b) - pixelsOf(a))
  const sounds = renditions.filter((rendition) => rendition.kind === 'audio')
  const sound = sounds.find(({ channels }) => channels <= 2) ?? sounds[0]
  const open = (rendition?: PublishedRendition) => (rendition ? openReel(rendition, outDir) : null)
  return { top: open(falling[0]), lowest: open(falling.at(-1)), audio: open(sound) }
}

/**
 * Posters, storyboard, preview and peaks from what was encoded, as small clean files cost little to
 * read. A part that fails is logged and left out. Throws where none can be made, and trouble that
 * may pass.
 */
export async function makePictures(
  { top, lowest, audio }: PictureSources,
  place: PicturePlace,
  run: PictureRun,
): Promise<MadePictures> {
  let cpuSeconds = 0
  const act: Easel['act'] = async (command, files, onLine) => {
    const result = await runFfmpeg(command, { ...run, ...(onLine && { onLine }) })
    cpuSeconds += result.cpuSeconds ?? 0
    const trouble = explainRun(result)
    if (trouble?.isRetryable && !lacksPart(result)) throw trouble
    for (const file of files) {
      await access(file).catch((cause: unknown) => {
        const line = result.errorLines.at(-1) ?? result.exitMessage
        throw new TaskError('internal', `No ${file} came out: ${line}`, { cause })
      })
    }
  }
  const easel = { ...place, act, signal: run.signal }

  const troubles: unknown[] = []
  let ended = 0
  async function part<T>(name: string, paint: () => Promise<T>): Promise<T | null> {
    const before = cpuSeconds
    try {
      const painted = await paint()
      run.log.info('picture', { name, cpuSeconds: cpuSeconds - before })
      return painted
    } catch (error) {
      run.signal.throwIfAborted()
      run.log.warn('picture failed', { name, error: String(error) })
      if (isPassing(error) && !run.isLast) throw error
      troubles.push(error)
      return null
    } finally {
      run.onPart?.(Math.min(1, ++ended / partCount))
    }
  }

  const survey = lowest && (await part('storyboard', () => paintStoryboard(lowest, easel)))
  const looks = survey?.looks ?? []
  const framed = (top && (await part('posters', () => paintPosters(top, looks, easel)))) ?? []
  const moments = framed.map(({ atSeconds }) => atSeconds)
  const preview = lowest && (await part('preview', () => paintPreview(lowest, moments, easel)))
  const sound = audio && (await part('peaks', () => paintPeaks(audio, easel)))
  const values = !top && sound?.values
  const drawn = values && (await part('waveform', () => paintWaveform(values, easel)))

  const posters = drawn ? [drawn] : framed
  const storyboard = survey?.storyboard ?? null
  const peaks = sound?.peaks ?? null
  const keys = [
    ...posters.map(({ key }) => key),
    ...(storyboard ? ['storyboard.vtt', ...storyboard.sheetKeys] : []),
    ...(preview ? [preview] : []),
    ...(peaks ? [peaks.key] : []),
  ]
  if (!keys.length && troubles.length) {
    const message = `No pictures came out: ${String(troubles[0])}`
    throw new TaskError('internal', message, { isRetryable: true, cause: troubles[0] })
  }
  return { pictures: { posters, storyboard, previewKey: preview, peaks }, keys, cpuSeconds }
}
