import { rm } from 'node:fs/promises'
import type { PublishedRendition, TaskReport } from '#contracts/task.ts'
import type { EncodePlan } from '../plan/encode.ts'
import { makeImages } from '../run/images.ts'
import type { Images } from '../run/images.ts'
import type { Made } from '../run/measure.ts'
import { allEnded } from '../run/parallel.ts'
import { encode, fetchAndPlan, limitsOf, storeOutputs } from './attempt.ts'
import type { Attempt } from './attempt.ts'
import { createPublisher } from './publisher.ts'
import { listKeys, toReport } from './report.ts'

/**
 * The whole ladder: one process makes it, then it is stored lowest picture first, each offered as
 * soon as it is stored, while poster and storyboard are painted.
 */
export async function makeEncode(attempt: Attempt): Promise<TaskReport> {
  const planned = await fetchAndPlan(attempt)
  const { made, cpuSeconds } = await encode(attempt, planned)
  await rm(planned.sourcePath, { force: true })

  const [images] = await allEnded([
    paint(attempt, planned.plan, made),
    storeRenditions(attempt, planned.plan, made),
  ])
  await storeOutputs(attempt, images?.keys ?? [])
  attempt.pulse.move('store', 1)
  return toReport(attempt.spec, made, {
    pictures: images && {
      posters: [{ key: images.posterKey, atSeconds: 0 }],
      storyboard: images.storyboard,
      previewKey: null,
      peaks: null,
    },
    cpuSeconds: cpuSeconds + (images?.cpuSeconds ?? 0),
  })
}

async function paint(
  { spec, scratch, signal }: Attempt,
  plan: EncodePlan,
  made: Made[],
): Promise<Images | null> {
  const videos = made.map(({ rendition }) => rendition).filter((r) => r.kind === 'video')
  if (!videos.length) return null
  const place = {
    outDir: scratch.path('out'),
    workDir: scratch.dir,
    gopSeconds: plan.rate ? (plan.gopFrames * plan.rate.den) / plan.rate.num : spec.gopSeconds,
  }
  return makeImages(videos, place, { signal, limits: limitsOf(spec) })
}

const pixelsOf = (rendition: PublishedRendition): number =>
  rendition.kind === 'video' ? rendition.widthPx * rendition.heightPx : 0

/** Sound first, for every picture needs it; then the pictures from the lowest up. */
async function storeRenditions(attempt: Attempt, plan: EncodePlan, made: Made[]): Promise<void> {
  const { pulse } = attempt
  const renditions = made.map(({ rendition }) => rendition)
  const fileCount = renditions.flatMap(listKeys).length
  const publish = createPublisher(attempt, plan)
  const whole = new Set<PublishedRendition>()
  let fileNumber = 0
  pulse.move('store', 0)
  for (const rendition of renditions.toSorted((a, b) => pixelsOf(a) - pixelsOf(b))) {
    await storeOutputs(attempt, listKeys(rendition), () =>
      pulse.move('store', ++fileNumber / fileCount),
    )
    whole.add(rendition)
    if (rendition.kind === 'audio') continue
    const ready = renditions.filter((each) => whole.has(each))
    await publish(ready.map((each) => ({ isComplete: true, rendition: each })))
  }
}
