import { stat } from 'node:fs/promises'
import { readLook, toFacts } from '../plan/survey-log.ts'
import type { Look } from '../plan/survey-log.ts'
import { toNumber } from '../plan/rate.ts'
import type { Source } from '../plan/source.ts'
import { planPlaces, planSurvey, toSurveyCommand } from '../plan/survey.ts'
import type { ContentFacts } from '../plan/title.ts'
import { runFfmpeg } from './ffmpeg.ts'
import type { Limits } from './sandbox.ts'

/** No more places are looked at after so much work: 1080p takes about one second each. */
const maxCpuSeconds = 10
/** A place that takes longer is broken, or a trap. */
const maxPlaceCpuSeconds = 30
const maxWallMs = 120_000

interface SurveyRun {
  signal: AbortSignal
  limits: Limits
}

/**
 * Look at a few places of a film: how many bits it takes, how they grow with size, what is seen of
 * them. The source lies in the folder of `limits`. Null where it is too short to be worth it, and
 * where anything goes wrong: then the ladder is the one of every film. Rejects only when `signal`
 * ends it.
 */
export async function surveyContent(
  sourcePath: string,
  source: Source,
  { signal, limits }: SurveyRun,
): Promise<ContentFacts | null> {
  const { picture } = source
  if (!picture) return null
  try {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(maxWallMs)])
    const sizes = planSurvey(picture)
    const looks: Look[] = []
    let cpuSeconds = 0
    for (const place of planPlaces(picture.endSeconds - picture.startSeconds)) {
      if (cpuSeconds > maxCpuSeconds) break
      const lines: string[] = []
      const result = await runFfmpeg(
        toSurveyCommand({ ...source, picture }, sizes, {
          sourcePath,
          atSeconds: picture.startSeconds + place,
        }),
        {
          signal: patience,
          limits: { ...limits, cpuSeconds: Math.min(limits.cpuSeconds, maxPlaceCpuSeconds) },
          onLine: (line) => lines.push(line),
        },
      )
      cpuSeconds += result.cpuSeconds ?? maxPlaceCpuSeconds
      const look = result.isOk ? readLook(lines) : null
      if (look) looks.push(look)
    }
    const { size: sizeBytes } = await stat(sourcePath)
    const sourceKbps = (sizeBytes * 8) / 1000 / source.durationSeconds
    const framesPerSecond = toNumber(picture.rate)
    return toFacts(looks, sizes, { framesPerSecond, sourceKbps, cpuSeconds })
  } catch {
    signal.throwIfAborted()
    return null
  }
}
