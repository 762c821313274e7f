import { createHash } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import type { ChunkRange, SplitPlan } from '#contracts/split.ts'
import { TaskError } from '../failure.ts'
import {
  countSegmentFrames,
  planCheapChunks,
  planChunks,
  toChunkCommand,
  toBounds,
} from '../plan/chunk.ts'
import type { ChunkRecipe } from '../plan/chunk.ts'
import { essenceOf } from '../plan/essence.ts'
import { explainRun } from '../plan/explain.ts'
import { initName } from '../plan/segment.ts'
import type { PictureSource } from '../plan/source.ts'
import { countFrames } from '../plan/timing.ts'
import { runFfmpeg } from '../run/ffmpeg.ts'
import { limitsOf } from './attempt.ts'
import type { Attempt, Planned } from './attempt.ts'
import { openCuttable } from './cuttable.ts'
import type { Cuttable } from './cuttable.ts'
import { findDifference } from './spot.ts'
import { toSplitMedia } from './beside.ts'

/** Of what one init segment must share with the others of its rendition. */
export const hashInit = (init: Uint8Array): string =>
  createHash('sha256').update(essenceOf(init)).digest('hex')

/** The init segments of all renditions, made from one frame; they know nothing of the others. */
async function makeInits(
  attempt: Attempt,
  { sourcePath, source, plan }: Planned,
  recipe: ChunkRecipe,
): Promise<Record<string, string>> {
  const { scratch, signal } = attempt
  const outDir = scratch.path('inits')
  for (const { name } of plan.videos) await mkdir(path.join(outDir, name), { recursive: true })
  const command = toChunkCommand(
    recipe,
    { firstFrame: 0, endFrame: 1 },
    { path: sourcePath, outDir, offsetSeconds: 0, stream: `0:${source.picture!.index}` },
  )
  const result = await runFfmpeg(command, { signal, limits: limitsOf(attempt) })
  const trouble = explainRun(result)
  if (trouble) throw trouble
  const hashes = await Promise.all(
    plan.videos.map(async ({ name }) => {
      const bytes = await readFile(path.join(outDir, name, initName)).catch((cause: unknown) => {
        throw new TaskError('damaged', `No frame came out for ${name}`, { cause })
      })
      return [name, hashInit(bytes)] as const
    }),
  )
  await rm(outDir, { recursive: true, force: true })
  return Object.fromEntries(hashes)
}

function toSplitPlan({ plan, source }: Planned, recipe: ChunkRecipe): SplitPlan {
  const { rate } = recipe.picture
  return {
    rate,
    segmentFrames: countSegmentFrames(plan),
    frameCount: countFrames(source.picture!, plan.durationSeconds),
    durationSeconds: plan.durationSeconds,
    videos: plan.videos.map(({ name, codec, widthPx, heightPx }) => ({
      ...{ name, codec, widthPx, heightPx },
    })),
    recipe,
  }
}

/**
 * A long film's pictures become tasks of their own. Null where the film is short, or where chunks
 * would not surely be the same as one pass: then all is made here.
 */
export async function splitFilm(attempt: Attempt, planned: Planned): Promise<SplitPlan | null> {
  const { spec } = attempt
  const { plan, source } = planned
  const { picture } = source
  if (!picture || !plan.videos.length || spec.isWhole) return null
  const frameCount = countFrames(picture, plan.durationSeconds)
  const isShort = !planChunks(plan, frameCount, spec.fleetSlots, toBounds(spec.longSeconds)).length
  if (isShort) return null

  const cuttable = await openCuttable(attempt, planned)
  if (!cuttable) return null
  try {
    const recipe = toRecipe(planned, cuttable, picture)
    const { film, pictureSeconds } = cuttable
    const keySeconds = film.keySeconds().map((key) => key + recipe.shiftSeconds)
    const chunks = planCheapChunks(plan, frameCount, spec, { keySeconds, pictureSeconds })
    const doubt = chunks.length
      ? await findDifference(attempt, film, recipe, chunks)
      : 'it has too few key pictures'
    if (doubt) {
      attempt.log.info('film is not split', { doubt })
      return null
    }
    recipe.inits = await makeInits(attempt, planned, recipe)
    const split = toSplitPlan(planned, recipe)
    await reportSplit(attempt, split, chunks, cuttable.copyPath)
    return split
  } finally {
    await cuttable.close()
    if (cuttable.copyPath !== null) await rm(cuttable.copyPath, { force: true })
  }
}

const toRecipe = (
  { plan, choices }: Planned,
  { track, shiftSeconds }: Cuttable,
  picture: PictureSource,
): ChunkRecipe => ({
  v: 1,
  picture: { ...picture },
  durationSeconds: plan.durationSeconds,
  gopFrames: plan.gopFrames,
  segmentSeconds: plan.segmentSeconds,
  videos: plan.videos,
  ...{ track, shiftSeconds, choices, inits: {} },
})

async function reportSplit(
  { spec, storage, reporter, log, signal }: Attempt,
  plan: SplitPlan,
  chunks: ChunkRange[],
  copyPath: string | null,
): Promise<void> {
  const upload = copyPath === null ? null : { key: 'source', path: copyPath }
  const input = upload && (await storage.storeParts(upload))
  const { attempt, leaseId } = spec
  const media = toSplitMedia(plan)
  await reporter.split({ attempt, leaseId, media, plan, chunks, input }, signal)
  log.info('film split', { chunks: chunks.length, isCopied: copyPath !== null })
}
