import { rm } from 'node:fs/promises'
import type { SplitPlan } from '#contracts/split.ts'
import type { TaskReport } from '#contracts/task.ts'
import { ChunkRecipe } from '../plan/chunk.ts'
import { toNumber } from '../plan/rate.ts'
import { makeCaptions } from '../run/caption.ts'
import type { Captions } from '../run/caption.ts'
import type { Made } from '../run/measure.ts'
import { encode, isLastAttempt, limitsOf, storeOutputs } from './attempt.ts'
import type { Attempt, Planned } from './attempt.ts'
import { listKeys, toMs, toReport } from './report.ts'

/** Captions of a film, unless single renditions are made again. */
export async function makeText(
  attempt: Attempt,
  { source, sourcePath }: Planned,
): Promise<Captions> {
  const { spec, scratch, signal, log } = attempt
  if (spec.only) return { captions: [], keys: [], cpuSeconds: 0 }
  const place = { sourcePath, outDir: scratch.path('out'), workDir: scratch.dir }
  const run = { signal, log, limits: limitsOf(attempt), isLast: isLastAttempt(attempt) }
  return makeCaptions(source, place, run)
}

const nothing: { made: Made[]; cpuSeconds: number } = { made: [], cpuSeconds: 0 }

/** What a film has besides its pictures, which are made by others: its sound and its captions. */
export async function makeBeside(
  attempt: Attempt,
  planned: Planned,
  split: SplitPlan,
): Promise<TaskReport> {
  const { pulse, spec } = attempt
  const plan = { ...planned.plan, videos: [] }
  pulse.plan(
    plan.audios.map(({ name, kind, language, channels }) => ({
      ...{ name, kind, language, channels, widthPx: null, heightPx: null },
    })),
  )
  const sound = plan.audios.length ? await encode(attempt, { ...planned, plan }) : nothing
  const text = await makeText(attempt, planned)
  await rm(planned.sourcePath, { force: true })

  const keys = [...sound.made.flatMap(({ rendition }) => listKeys(rendition)), ...text.keys]
  let stored = 0
  pulse.move('store', 0)
  await storeOutputs(attempt, keys, () => pulse.move('store', ++stored / keys.length))
  const report = toReport(spec, sound.made, {
    captions: text.captions,
    choices: ChunkRecipe.parse(split.recipe).choices,
    cpuSeconds: sound.cpuSeconds + text.cpuSeconds,
  })
  return { ...report, media: toSplitMedia(split) }
}

export function toSplitMedia({ rate, frameCount, videos }: SplitPlan): TaskReport['media'] {
  const framesPerSecond = toNumber(rate)
  const { widthPx, heightPx } = videos[0]!
  return { durationMs: toMs(frameCount / framesPerSecond), widthPx, heightPx, framesPerSecond }
}
