import { rm } from 'node:fs/promises'
import { maxShortSeconds } from '#contracts/task.ts'
import type { PublishedRendition, TaskReport } from '#contracts/task.ts'
import { Stopped } from '../failure.ts'
import { countSourceWork } from '../plan/chunk.ts'
import type { EncodePlan } from '../plan/encode.ts'
import type { Made } from '../run/measure.ts'
import { allEnded } from '../run/parallel.ts'
import { choosePictureSources, makePictures } from '../run/pictures.ts'
import type { MadePictures } from '../run/pictures.ts'
import { encode, fetchAndPlan, isLastAttempt, limitsOf, storeOutputs } from './attempt.ts'
import type { Attempt, Planned } from './attempt.ts'
import { makeBeside, makeText } from './beside.ts'
import { createPublisher } from './publisher.ts'
import { listKeys, toReport } from './report.ts'
import { splitFilm } from './split.ts'

/** A short film is made here; of a long one the sound, while chunk tasks make its pictures. */
export async function makeEncode(attempt: Attempt): Promise<TaskReport> {
  const planned = await fetchAndPlan(attempt)
  const split = attempt.spec.split ?? (await splitFilm(attempt, planned))
  if (split) return makeBeside(attempt, planned, split)
  refuseMisplaced(attempt, planned)
  return makeWhole(attempt, planned)
}

/** A film that is longer than it said would delay the clips of others: it waits among long ones. */
function refuseMisplaced({ spec, log }: Attempt, { source, plan }: Planned): void {
  if (spec.lane !== 'short' || !plan.videos.length) return
  const workSeconds = countSourceWork(source)
  if (workSeconds <= maxShortSeconds) return
  log.info('film is too long for its lane', { workSeconds })
  throw new Stopped('misplaced')
}

/**
 * The whole ladder: one process makes it, then it is stored lowest picture first, each offered as
 * soon as it is stored, while its pictures are painted.
 */
async function makeWhole(attempt: Attempt, planned: Planned): Promise<TaskReport> {
  const { made, cpuSeconds } = await encode(attempt, planned)
  const text = await makeText(attempt, planned)
  await rm(planned.sourcePath, { force: true })

  const [painted] = await allEnded([
    paint(attempt, planned.plan, made),
    storeRenditions(attempt, planned.plan, made),
  ])
  await storeOutputs(attempt, [...painted.keys, ...text.keys])
  attempt.pulse.move('store', 1)
  return toReport(attempt.spec, made, {
    pictures: painted.pictures,
    captions: text.captions,
    choices: planned.choices,
    cpuSeconds: cpuSeconds + painted.cpuSeconds + text.cpuSeconds,
  })
}

type Painted = Omit<MadePictures, 'pictures'> & Pick<TaskReport, 'pictures'>

/** A film whose renditions are made again has its pictures. */
async function paint(attempt: Attempt, plan: EncodePlan, made: Made[]): Promise<Painted> {
  const { spec, scratch, signal, log } = attempt
  if (spec.only) return { pictures: null, keys: [], cpuSeconds: 0 }
  const place = {
    outDir: scratch.path('out'),
    workDir: scratch.dir,
    gopSeconds: plan.rate ? (plan.gopFrames * plan.rate.den) / plan.rate.num : spec.gopSeconds,
  }
  const renditions = made.map(({ rendition }) => rendition)
  const sources = choosePictureSources(renditions, place.outDir)
  const run = { signal, log, limits: limitsOf(attempt), isLast: isLastAttempt(attempt) }
  return makePictures(sources, place, run)
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
