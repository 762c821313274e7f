import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { listOutputs } from '../plan/encode.ts'
import type { EncodePlan, Output } from '../plan/encode.ts'
import { toNumber } from '../plan/rate.ts'
import { bad, openMeter } from './measure.ts'
import type { Made } from './measure.ts'

interface Place {
  outDir: string
  /** Ends the look at a film of many segments. */
  signal?: AbortSignal
}

async function measureWhole(
  plan: EncodePlan,
  output: Output,
  { outDir, signal }: Place,
): Promise<Made> {
  const meter = await openMeter(plan, output, outDir)
  const files = await readdir(path.join(outDir, output.name))
  const segments = files.filter((file) => file.endsWith('.m4s')).toSorted()
  if (!segments.length) throw bad(`No segment came out for ${output.name}`)
  for (const file of segments) {
    signal?.throwIfAborted()
    await meter.take(file)
  }
  return meter.made()
}

/** What came out, however long it is. Throws `damaged` for all else that is wrong below. */
export async function measureOutputs(plan: EncodePlan, place: Place): Promise<Made[]> {
  const made: Made[] = []
  for (const output of listOutputs(plan)) made.push(await measureWhole(plan, output, place))
  return made
}

/** 2 %, 0.2 s of a short film, or a frame of a slow one: what containers and frames round. */
const toleranceSeconds = ({ durationSeconds, rate }: EncodePlan) =>
  Math.max(0.2, durationSeconds * 0.02, rate ? 1.1 / toNumber(rate) : 0)

/**
 * Judge what came out, never the exit code. Throws `damaged` when a rendition is missing, has a
 * hole, does not start its segments with key frames, or is shorter than the source was measured.
 */
export async function checkOutputs(plan: EncodePlan, place: Place): Promise<Made[]> {
  const made = await measureOutputs(plan, place)
  const allowed = toleranceSeconds(plan)
  for (const { rendition, durationSeconds } of made) {
    if (Math.abs(durationSeconds - plan.durationSeconds) <= allowed) continue
    const lengths = `${durationSeconds.toFixed(3)} s of ${plan.durationSeconds.toFixed(3)} s`
    throw bad(`${rendition.name} came out with ${lengths}`)
  }
  return made
}
