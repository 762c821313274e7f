import { rename, rm } from 'node:fs/promises'
import { explainRun } from '../plan/explain.ts'
import { findReadable, toListCommand, toReadableCommand } from '../plan/readable.ts'
import type { Source } from '../plan/source.ts'
import { runFfmpeg } from '../run/ffmpeg.ts'
import { ClosedTrack, probeSource } from '../run/probe.ts'
import { copyLimitsOf, limitsOf } from './attempt.ts'
import type { Attempt } from './attempt.ts'

/** ffprobe opens every track of a file, and stops at one that it may not open. */
export async function probeReadable(
  attempt: Attempt,
  sourcePath: string,
): Promise<{ source: Source; isNarrowed: boolean }> {
  const { niceness = 0 } = limitsOf(attempt)
  const probe = () => probeSource(sourcePath, attempt.signal, niceness)
  try {
    return { source: await probe(), isNarrowed: false }
  } catch (error) {
    if (!(error instanceof ClosedTrack) || !(await narrow(attempt, sourcePath))) throw error
    attempt.log.info('tracks left out', { why: error.message })
    return { source: await probe(), isNarrowed: true }
  }
}

/** Puts a copy of what can be read in the place of the source; false where that is no film. */
async function narrow(attempt: Attempt, sourcePath: string): Promise<boolean> {
  const { scratch, signal } = attempt
  const run = { signal, limits: copyLimitsOf(attempt) }
  const lines: string[] = []
  await runFfmpeg(toListCommand(sourcePath), { ...run, onLine: (line) => lines.push(line) })
  const readable = findReadable(lines)
  if (!readable) return false

  const copyPath = scratch.path('readable')
  const result = await runFfmpeg(toReadableCommand(readable, { sourcePath, copyPath }), run)
  const trouble = explainRun(result)
  if (trouble?.isRetryable) throw trouble
  if (result.isOk) await rename(copyPath, sourcePath)
  else await rm(copyPath, { force: true })
  return result.isOk
}
