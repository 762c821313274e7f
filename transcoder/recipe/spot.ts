import { readFile } from 'node:fs/promises'
import type { ChunkRange } from '#contracts/split.ts'
import type { PieceSource } from '#media/piece/index.ts'
import { toChunkCommand } from '../plan/chunk.ts'
import type { ChunkRecipe } from '../plan/chunk.ts'
import { explainRun } from '../plan/explain.ts'
import { listReaches } from '../plan/reach.ts'
import { runFfmpeg } from '../run/ffmpeg.ts'
import { limitsOf } from './attempt.ts'
import type { Attempt } from './attempt.ts'
import { writePiece } from './piece.ts'

/** Enough to see what a picture takes from those before its key picture. */
const spotFrames = 12

/**
 * Frames behind borders of chunks, decoded from the key picture before them and from the one
 * before that. Where they differ, pictures remember more than the container says, and no chunk
 * would be what a single pass makes; then this says where.
 */
export async function findDifference(
  attempt: Attempt,
  film: PieceSource,
  recipe: ChunkRecipe,
  chunks: ChunkRange[],
): Promise<string | null> {
  const lowest = { ...recipe, videos: recipe.videos.slice(-1) }
  const borders = new Set([chunks[1], chunks[chunks.length >> 1]])
  for (const chunk of borders) {
    if (!chunk) continue
    const endFrame = Math.min(chunk.endFrame, chunk.firstFrame + spotFrames)
    const range = { firstFrame: chunk.firstFrame, endFrame }
    const reach = listReaches(recipe, range)[0]!
    const from = reach.fromSeconds - recipe.shiftSeconds
    const key = film.keySeconds().findLast((seconds) => seconds <= from)
    if (key === undefined) continue
    const frames: string[] = []
    for (const preRollSeconds of [0, from - key + 0.001]) {
      const { scratch, signal } = attempt
      const [path, list] = [scratch.path('spot'), scratch.path('spot.txt')]
      const wider = { ...reach, preRollSeconds }
      const offsetSeconds = await writePiece(film, recipe, wider, { path, signal })
      const place = { path, outDir: scratch.dir, offsetSeconds, stream: '0:v:0' }
      const output = {
        options: ['-map', '[v0]', '-fps_mode', 'passthrough', '-f', 'framemd5'],
        path: list,
      }
      const command = { ...toChunkCommand(lowest, range, place), outputs: [output] }
      const result = await runFfmpeg(command, { signal, limits: limitsOf(attempt) })
      const trouble = explainRun(result)
      if (trouble?.isRetryable) throw trouble
      frames.push(await readFile(list, 'utf8').catch(() => ''))
    }
    if (frames[0] !== frames[1])
      return `frame ${chunk.firstFrame} depends on what is before its key`
  }
  return null
}
