import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { PublishedRendition } from '#contracts/task.ts'
import { TaskError } from '../failure.ts'
import { measureBits } from '#media/bit-rate.ts'
import { initName } from '../plan/segment.ts'
import type { EncodePlan, Output } from '../plan/encode.ts'
import { readInit, readSegment } from '../plan/fragment.ts'
import { toNumber } from '../plan/rate.ts'

/** A rendition together with what was measured on its files. */
export interface Made {
  rendition: PublishedRendition
  durationSeconds: number
  frameCount: number
  /** Where it begins, on the film's clock. */
  startSeconds: number
}

/** Measures the segments of one rendition as they come, in order and each once. */
export interface Meter {
  /**
   * Take the next segment, a file's name. Throws `damaged` where it leaves a gap or does not start
   * with a key frame.
   */
  take: (file: string) => Promise<void>
  /** What was taken so far: at least one segment. */
  made: () => Made
}

export const bad = (message: string) => new TaskError('damaged', message)

/** What cannot be read came out of a file that could not be read. */
function asDamaged<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw bad(cause instanceof Error ? cause.message : String(cause))
  }
}

/** Neighbours may miss each other by a rounding of the container, never by a tenth of a second. */
const gapSeconds = 0.1

/** Throws `damaged` where there is no init segment, or one of another size than planned. */
export async function openMeter(plan: EncodePlan, output: Output, outDir: string): Promise<Meter> {
  const { name } = output
  const bytes = await readFile(path.join(outDir, name, initName)).catch(() => null)
  if (!bytes?.length) throw bad(`Nothing came out for ${name}`)
  const init = asDamaged(() => readInit(bytes))
  if (output.kind === 'video') {
    const isRight = init.widthPx === output.widthPx && init.heightPx === output.heightPx
    if (!isRight) throw bad(`${name} came out as ${init.widthPx} × ${init.heightPx}`)
  }
  const segments: PublishedRendition['segments'] = []
  let durationSeconds = 0
  let frameCount = 0
  let startTicks = 0
  let endTicks: number | null = null

  async function take(file: string) {
    const body = await readFile(path.join(outDir, name, file))
    const facts = asDamaged(() => readSegment(body, init))
    if (!facts.startsWithKey) throw bad(`${name}/${file} does not start with a key frame`)
    if (!segments.length) startTicks = facts.startTicks
    const gap = facts.startTicks - (endTicks ?? facts.startTicks)
    if (Math.abs(gap) > init.timescale * gapSeconds) throw bad(`${name}/${file} leaves a gap`)
    endTicks = facts.startTicks + facts.durationTicks
    durationSeconds += facts.durationTicks / init.timescale
    frameCount += facts.samples
    segments.push({
      key: `${name}/${file}`,
      durationSeconds: facts.durationTicks / init.timescale,
      sizeBytes: body.length,
      ...(output.kind === 'video' && { keyFrameBytes: facts.firstSampleEnd }),
    })
  }

  function toRendition(): PublishedRendition {
    const bits = measureBits(segments)
    const files = { initKey: `${name}/${initName}`, segments: [...segments] }
    const measured = { name, codecs: init.codecs, ...bits, ...files }
    if (output.kind === 'audio') {
      const { language, label, track, channels } = output
      return {
        kind: 'audio',
        ...measured,
        channels: init.channels ?? channels,
        language,
        label,
        track,
      }
    }
    const { widthPx, heightPx } = output
    const framesPerSecond = plan.rate ? toNumber(plan.rate) : 0
    return { kind: 'video', ...measured, widthPx, heightPx, framesPerSecond }
  }

  return {
    take,
    made: () => ({
      rendition: toRendition(),
      ...{ durationSeconds, frameCount, startSeconds: startTicks / init.timescale },
    }),
  }
}
