import { access } from 'node:fs/promises'
import { listOutputs } from '../plan/encode.ts'
import type { EncodePlan, Output } from '../plan/encode.ts'
import { segmentName } from '../plan/segment.ts'
import { openMeter } from '../run/measure.ts'
import type { Meter } from '../run/measure.ts'
import { storeOutputs } from './attempt.ts'
import type { Attempt } from './attempt.ts'
import { createPublisher } from './publisher.ts'
import { listKeys } from './report.ts'

/** Stores and publishes an attempt's segments while ffmpeg still makes more of them. */
export interface Growth {
  /** Look for finished segments, unless it is looking already. Cheap; call it often. */
  look: () => void
  /** Aborts with what went wrong in storing or publishing: nothing more need be made. */
  signal: AbortSignal
  /** Look no more; settles when nothing runs any more, with the keys that are stored. */
  end: () => Promise<Set<string>>
}

interface Track {
  output: Output
  meter: Meter | null
  segmentCount: number
}

/**
 * Posts carry the whole list, so they get rarer once a viewer has something to watch. The Worker
 * writes a playlist for each, and R2 takes no more than one write a second of one key.
 * https://developers.cloudflare.com/r2/platform/limits/
 */
const livelyMs = 1500
const calmMs = 10_000
const calmAfterSeconds = 60

export function followGrowth(attempt: Attempt, plan: EncodePlan): Growth {
  const outDir = attempt.scratch.path('out')
  const publish = createPublisher(attempt, plan)
  const tracks = listOutputs(plan).map((output): Track => ({
    ...{ output, meter: null, segmentCount: 0 },
  }))
  const stored = new Set<string>()
  const failed = new AbortController()
  let turn: Promise<void> | null = null
  let hasEnded = false
  let hasNews = false
  let nextPostAt = 0

  const isThere = ({ output: { name }, segmentCount }: Track) =>
    access(attempt.scratch.path('out', name, segmentName(segmentCount))).then(
      () => true,
      () => false,
    )

  /** Only the next segment is looked for, so the list has no holes. */
  async function measureFinished(track: Track) {
    while (await isThere(track)) {
      track.meter ??= await openMeter(plan, track.output, outDir)
      await track.meter.take(segmentName(track.segmentCount++))
    }
  }

  async function takeTurn() {
    for (const track of tracks) await measureFinished(track)
    const made = tracks.flatMap(({ meter }) => meter?.made() ?? [])
    const fresh = made
      .flatMap(({ rendition }) => listKeys(rendition))
      .filter((key) => !stored.has(key))
    await storeOutputs(attempt, fresh)
    for (const key of fresh) stored.add(key)
    hasNews ||= fresh.length > 0

    const isPlayable = made.length === tracks.length
    if (!isPlayable || !hasNews || performance.now() < nextPostAt) return
    hasNews = false
    const outSeconds = Math.min(...made.map(({ durationSeconds }) => durationSeconds))
    nextPostAt = performance.now() + (outSeconds < calmAfterSeconds ? livelyMs : calmMs)
    await publish(made.map(({ rendition }) => ({ isComplete: false, rendition })))
  }

  return {
    look() {
      if (turn || hasEnded || failed.signal.aborted) return
      turn = takeTurn()
        .catch((error: unknown) => failed.abort(error))
        .finally(() => (turn = null))
    },
    signal: failed.signal,
    async end() {
      hasEnded = true
      await turn
      return stored
    },
  }
}
