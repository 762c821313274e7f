import { open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Peaks, Poster, Storyboard } from '#contracts/task.ts'
import { isPassing } from '../failure.ts'
import type { Command } from '../plan/command.ts'
import { listSheetKeys, planStoryboard, toStoryboardVtt, toSurveyCommand } from '../plan/images.ts'
import { lookSize, readMoment } from '../plan/look.ts'
import type { Look } from '../plan/look.ts'
import { choosePeakRate, createPeakMeter, peaksKey, toSamplesCommand } from '../plan/peaks.ts'
import { choosePosters, posterKey, toPosterCommand } from '../plan/poster.ts'
import {
  countFrames,
  maxPreviewBytes,
  planCuts,
  previewKey,
  previewQualities,
  toPreviewCommand,
} from '../plan/preview.ts'
import { drawWaveform, toWaveformCommand } from '../plan/waveform.ts'
import { readLooks } from './looks.ts'
import { cutPiece, findShown, inspectReel, joinReel } from './reel.ts'
import type { Reel } from './reel.ts'

/** What a painter works with. */
export interface Easel {
  /** Where pictures go. */
  outDir: string
  /** For what is gone when they are made. */
  workDir: string
  gopSeconds: number
  signal: AbortSignal
  /** Run it; throws where `files` did not come out. */
  act: (command: Command, files: string[], onLine?: (line: string) => void) => Promise<void>
}

/** The storyboard, and with the same decode what there is to choose posters from. */
export async function paintStoryboard(
  lowest: Reel,
  easel: Easel,
): Promise<{ storyboard: Storyboard; looks: Look[] }> {
  const { outDir, workDir, gopSeconds, signal, act } = easel
  const { durationSeconds } = lowest
  const { widthPx, heightPx } = await inspectReel(lowest)
  const size = { widthPx: widthPx ?? 0, heightPx: heightPx ?? 0 }
  const plan = planStoryboard(durationSeconds, size)
  const sheetKeys = listSheetKeys(plan)
  const lowestPath = path.join(workDir, 'lowest.mp4')
  const looksPath = path.join(workDir, 'looks.grey')
  await joinReel(lowest, findShown(lowest, plan.everySeconds), { target: lowestPath, signal })

  const moments: Pick<Look, 'atSeconds' | 'isKey'>[] = []
  const film = { ...size, lowestPath, durationSeconds, gopSeconds }
  await act(
    toSurveyCommand(plan, film, { outDir, looksPath }),
    sheetKeys.map((key) => path.join(outDir, key)),
    (line) => {
      const moment = readMoment(line)
      if (moment) moments.push(moment)
    },
  )
  await writeFile(path.join(outDir, 'storyboard.vtt'), toStoryboardVtt(plan, durationSeconds))
  const looks = await readLooks(looksPath, lookSize(size), moments)
  await Promise.all([lowestPath, looksPath].map((file) => rm(file, { force: true })))
  return { storyboard: { ...plan, sheetKeys }, looks }
}

/** The best pictures, from the sharpest rendition. One that cannot be read is left out. */
export async function paintPosters(top: Reel, looks: Look[], easel: Easel): Promise<Poster[]> {
  const { signal } = easel
  const piecePath = path.join(easel.workDir, 'poster.mp4')
  const posters: Poster[] = []
  let trouble: unknown
  for (const { atSeconds, isKey } of choosePosters(looks, top.durationSeconds)) {
    const key = posterKey(posters.length)
    const target = path.join(easel.outDir, key)
    try {
      const moment = { fromSeconds: atSeconds, seconds: 0 }
      const piece = await cutPiece(top, moment, { target: piecePath, signal })
      await easel.act(toPosterCommand({ ...piece, isKey }, target), [target])
      posters.push({ key, atSeconds })
    } catch (error) {
      if (isPassing(error)) throw error
      trouble = error
    }
  }
  if (!posters.length && trouble) throw trouble
  return posters
}

/** The key of a short animation; null where nothing moves. */
export async function paintPreview(
  lowest: Reel,
  moments: number[],
  easel: Easel,
): Promise<string | null> {
  const target = path.join(easel.outDir, previewKey)
  const pieces: { path: string; atSeconds: number; seconds: number }[] = []
  for (const [i, cut] of planCuts(lowest.durationSeconds, moments).entries()) {
    const cutPath = path.join(easel.workDir, `cut_${i}.mp4`)
    const piece = await cutPiece(lowest, cut, { target: cutPath, signal: easel.signal })
    pieces.push({ ...piece, seconds: cut.seconds })
  }
  for (const quality of previewQualities) {
    await easel.act(toPreviewCommand(pieces, quality, target), [target])
    if ((await stat(target)).size > maxPreviewBytes) continue
    return countFrames(await readFile(target)) > 1 ? previewKey : null
  }
  return null
}

/** The loudness of the sound over time, also as a file. */
export async function paintPeaks(
  audio: Reel,
  easel: Easel,
): Promise<{ peaks: Peaks; values: number[] }> {
  const audioPath = path.join(easel.workDir, 'sound.mp4')
  const samplesPath = path.join(easel.workDir, 'sound.pcm')
  const { channels } = await inspectReel(audio)
  await joinReel(audio, audio.segments, { target: audioPath, signal: easel.signal })
  await easel.act(toSamplesCommand(audioPath, samplesPath), [samplesPath])

  const perSecond = choosePeakRate(audio.durationSeconds)
  const meter = createPeakMeter(perSecond, channels ?? 1)
  const buffer = new Int16Array(1 << 19)
  const samples = await open(samplesPath)
  try {
    for (;;) {
      easel.signal.throwIfAborted()
      const { bytesRead } = await samples.read(buffer)
      if (bytesRead < 2) break
      meter.take(buffer.subarray(0, bytesRead >> 1))
    }
  } finally {
    await samples.close()
  }
  await Promise.all([audioPath, samplesPath].map((file) => rm(file, { force: true })))
  const values = meter.peaks()
  const json = JSON.stringify({ perSecond, peaks: values })
  await writeFile(path.join(easel.outDir, peaksKey), json)
  return { peaks: { key: peaksKey, perSecond }, values }
}

/** The poster of a film that is heard only. */
export async function paintWaveform(values: number[], easel: Easel): Promise<Poster> {
  const pixelsPath = path.join(easel.workDir, 'waveform.rgb')
  const key = posterKey(0)
  const target = path.join(easel.outDir, key)
  await writeFile(pixelsPath, drawWaveform(values))
  await easel.act(toWaveformCommand(pixelsPath, target), [target])
  return { key, atSeconds: 0 }
}
