import { mkdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import type { ChunkRange } from '#contracts/split.ts'
import type { TaskReport } from '#contracts/task.ts'
import { openPieces } from '#media/piece/index.ts'
import type { PieceSource } from '#media/piece/index.ts'
import { TaskError } from '../failure.ts'
import { ChunkRecipe, toChunkCommand, toChunkPlan } from '../plan/chunk.ts'
import { explainRun } from '../plan/explain.ts'
import { listReaches } from '../plan/reach.ts'
import type { Reach } from '../plan/reach.ts'
import { toNumber } from '../plan/rate.ts'
import { initName } from '../plan/segment.ts'
import { measureOutputs } from '../run/check.ts'
import { runFfmpeg } from '../run/ffmpeg.ts'
import type { Made } from '../run/measure.ts'
import { limitsOf, stillMs, storeOutputs } from './attempt.ts'
import type { Attempt } from './attempt.ts'
import { toChoice, toDamage, writePiece } from './piece.ts'
import { listKeys, toReport } from './report.ts'
import { hashInit } from './split.ts'

interface Work {
  attempt: Attempt
  recipe: ChunkRecipe
  range: ChunkRange
  film: PieceSource
}

/**
 * Some frames of a long film in every rendition, exactly those of a single pass: a piece is cut out
 * of the source, with more of what lies around it until no frame is missing.
 */
export async function makeChunk(attempt: Attempt): Promise<TaskReport> {
  const { spec, pulse, log } = attempt
  const { split, chunk: range } = spec
  if (!split || !range) throw new TaskError('internal', 'A chunk needs its film and its frames')
  const recipe = ChunkRecipe.parse(split.recipe)
  pulse.plan(
    recipe.videos.map(({ name, kind, widthPx, heightPx }) => {
      return { name, kind, widthPx, heightPx }
    }),
  )
  const film = await openSource(attempt, recipe)
  const work = { attempt, recipe, range, film }

  let cpuSeconds = 0
  for (const reach of listReaches(recipe, range)) {
    const { made, seconds, trouble } = await makeFrames(work, reach)
    cpuSeconds += seconds
    if (!trouble) return store(work, made, cpuSeconds)
    log.warn('chunk is not exact', { reach, trouble })
  }
  const { firstFrame, endFrame } = range
  throw new TaskError('damaged', `Frames ${firstFrame} to ${endFrame} do not all come out`)
}

async function openSource({ storage, signal }: Attempt, { track }: ChunkRecipe) {
  try {
    return await openPieces(storage.openSource(), toChoice(track))
  } catch (error) {
    signal.throwIfAborted()
    throw toDamage(error)
  }
}

/** One try; `trouble` says which frames are not what they should be. */
async function makeFrames(work: Work, reach: Reach) {
  const { attempt, recipe, range, film } = work
  const { scratch, signal, pulse, log } = attempt
  const piecePath = scratch.path('piece')
  const offsetSeconds = await writePiece(film, recipe, reach, {
    ...{ path: piecePath, signal },
    onProgress: (done) => pulse.move('fetch', done),
  })
  const outDir = scratch.path('out')
  await rm(outDir, { recursive: true, force: true })
  for (const { name } of recipe.videos) await mkdir(path.join(outDir, name), { recursive: true })

  const { allowedFrames } = reach
  const piece = { path: piecePath, outDir, offsetSeconds, stream: '0:v:0' }
  const held = allowedFrames && { allowedFrames }
  const command = toChunkCommand(recipe, range, { ...piece, ...held })
  const rate = toNumber(recipe.picture.rate)
  const [first, count] = [range.firstFrame, range.endFrame - range.firstFrame]
  pulse.move('encode', 0)
  const result = await runFfmpeg(command, {
    signal,
    limits: limitsOf(attempt),
    // Whoever reads the whole film makes nothing until the chunk begins.
    ...(Number.isFinite(reach.toSeconds) && { stillMs }),
    onProgress: ({ outSeconds, speed }) =>
      pulse.move('encode', ((outSeconds * rate - first) / count) * 0.98, speed),
  })
  const { isOk, exitMessage, errorCount, cpuSeconds } = result
  log.info('ffmpeg ended', { isOk, exitMessage, errorCount, cpuSeconds })
  const failure = explainRun(result)
  if (failure) throw failure
  const seconds = cpuSeconds ?? 0
  try {
    const made = await measureOutputs(toChunkPlan(recipe), { outDir, signal })
    return { made, seconds, trouble: findTrouble(made, range, rate) }
  } catch (error) {
    if (!(error instanceof TaskError) || error.code !== 'damaged') throw error
    return { made: [], seconds, trouble: error.message }
  }
}

function findTrouble(made: Made[], { firstFrame, endFrame }: ChunkRange, rate: number) {
  for (const { rendition, frameCount, startSeconds } of made) {
    const frames = `${frameCount} of ${endFrame - firstFrame} frames`
    if (frameCount !== endFrame - firstFrame) return `${rendition.name} has ${frames}`
    const distance = Math.abs(startSeconds * rate - firstFrame)
    if (distance > 0.1) return `${rendition.name} begins ${distance} frames away`
  }
  return null
}

/** Another build of ffmpeg on this machine would make a film that breaks where chunks meet. */
async function checkInits({ attempt, recipe }: Work): Promise<void> {
  for (const { name } of recipe.videos) {
    const bytes = await readFile(attempt.scratch.path('out', name, initName))
    if (hashInit(bytes) === recipe.inits[name]) continue
    const message = `The init segment of ${name} is not the one of the whole film`
    throw new TaskError('internal', message, { isRetryable: true })
  }
}

async function store(work: Work, made: Made[], cpuSeconds: number): Promise<TaskReport> {
  const { attempt } = work
  const { pulse, spec } = attempt
  await checkInits(work)
  const isFirst = spec.chunk!.number === 0 // its init segments serve the others
  const keys = made.flatMap(({ rendition }) =>
    listKeys(rendition).filter((key) => isFirst || key !== rendition.initKey),
  )
  let stored = 0
  pulse.move('store', 0)
  await storeOutputs(attempt, keys, () => pulse.move('store', ++stored / keys.length))
  return toReport(spec, made, { cpuSeconds })
}
