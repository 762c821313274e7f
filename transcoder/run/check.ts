import { readFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import type { PublishedRendition } from '#contracts/task.ts'
import { TaskError } from '../failure.ts'
import type { EncodePlan } from '../plan/encode.ts'
import { initName } from '../plan/encode.ts'
import { readInit, readSegment } from '../plan/fragment.ts'
import type { InitFacts } from '../plan/fragment.ts'
import { toNumber } from '../plan/rate.ts'
import { measureBits } from '../plan/bits.ts'

/** A published rendition together with what was measured on its files. */
export interface Made {
  rendition: PublishedRendition
  durationSeconds: number
}

type Segments = PublishedRendition['segments']

const bad = (message: string) => new TaskError('damaged', message)

/** Read every segment once: sizes, exact durations, no gap between neighbours, key frames first. */
async function readSegments(outDir: string, name: string, init: InitFacts): Promise<Segments> {
  const files = (await readdir(path.join(outDir, name))).filter((file) => file.endsWith('.m4s'))
  const segments: Segments = []
  let expectedTicks: number | null = null
  for (const file of files.toSorted()) {
    const bytes = await readFile(path.join(outDir, name, file))
    const facts = readSegment(bytes, init)
    if (!facts.startsWithKey) throw bad(`${name}/${file} does not start with a key frame`)
    const gap = facts.startTicks - (expectedTicks ?? facts.startTicks)
    if (Math.abs(gap) > init.timescale / 10) throw bad(`${name}/${file} leaves a gap`)
    expectedTicks = facts.startTicks + facts.durationTicks
    segments.push({
      key: `${name}/${file}`,
      durationSeconds: facts.durationTicks / init.timescale,
      sizeBytes: bytes.length,
      ...(init.widthPx !== null && { keyFrameBytes: facts.firstSampleEnd }),
    })
  }
  return segments
}

async function measure(outDir: string, name: string) {
  const bytes = await readFile(path.join(outDir, name, initName)).catch(() => null)
  if (!bytes?.length) throw bad(`Nothing came out for ${name}`)
  const init = readInit(bytes)
  const segments = await readSegments(outDir, name, init)
  if (!segments.length) throw bad(`No segment came out for ${name}`)
  const durationSeconds = segments.reduce((sum, segment) => sum + segment.durationSeconds, 0)
  const published = {
    name,
    codecs: init.codecs,
    ...measureBits(segments),
    initKey: `${name}/${initName}`,
    segments,
  }
  return { init, published, durationSeconds }
}

/** 2 %, 0.2 s of a short film, or a frame of a slow one: what containers and frames round. */
const toleranceSeconds = ({ durationSeconds, rate }: EncodePlan) =>
  Math.max(0.2, durationSeconds * 0.02, rate ? 1.1 / toNumber(rate) : 0)

/**
 * Judge what came out, never the exit code. Throws `damaged` when a rendition is missing, has a
 * hole, does not start its segments with key frames, or is shorter than the source was measured.
 */
export async function checkOutputs(plan: EncodePlan, outDir: string): Promise<Made[]> {
  const made: Made[] = []
  for (const video of plan.videos) {
    const { init, published, durationSeconds } = await measure(outDir, video.name)
    if (init.widthPx !== video.widthPx || init.heightPx !== video.heightPx) {
      throw bad(`${video.name} came out as ${init.widthPx} × ${init.heightPx}`)
    }
    const size = { widthPx: video.widthPx, heightPx: video.heightPx }
    const framesPerSecond = plan.rate ? toNumber(plan.rate) : 0
    made.push({
      durationSeconds,
      rendition: { kind: 'video', ...published, ...size, framesPerSecond },
    })
  }
  if (plan.audio) {
    const { init, published, durationSeconds } = await measure(outDir, plan.audio.name)
    const { language, channels } = plan.audio
    made.push({
      durationSeconds,
      rendition: { kind: 'audio', ...published, channels: init.channels ?? channels, language },
    })
  }
  const allowed = toleranceSeconds(plan)
  for (const { rendition, durationSeconds } of made) {
    if (Math.abs(durationSeconds - plan.durationSeconds) <= allowed) continue
    const lengths = `${durationSeconds.toFixed(3)} s of ${plan.durationSeconds.toFixed(3)} s`
    throw bad(`${rendition.name} came out with ${lengths}`)
  }
  return made
}
