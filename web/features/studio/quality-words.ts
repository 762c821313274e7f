import type { VideoQuality } from '#contracts/beacon.ts'
import { plural } from '../../ui/format.ts'

/** How well a video has played, in sentences; undefined while there is nothing to tell. */
export function qualityWords(quality: VideoQuality): string | undefined {
  const { plays, days, medianStartupMs, stalledShare, leftBeforeStart, failed } = quality
  if (plays === 0) return undefined
  const counted = `${plural(plays, 'play')} in the last ${days} days.`
  const faults = [
    leftBeforeStart > 0 && `${leftBeforeStart} left before the start`,
    failed > 0 && `${failed} ended in an error`,
  ].filter((words) => words !== false)
  const ended = faults.length > 0 ? `${faults.join(', ')}.` : undefined
  return [counted, smoothness(medianStartupMs, stalledShare), ended].filter(Boolean).join(' ')
}

function smoothness(medianStartupMs: number | null, stalledShare: number | null) {
  if (medianStartupMs === null || stalledShare === null) return undefined
  const start = `Half start within ${(medianStartupMs / 1000).toFixed(1)} s`
  if (stalledShare === 0) return `${start}, and none had to wait later on.`
  const percent = Math.max(1, Math.round(stalledShare * 100))
  return `${start}; ${percent} % had to wait later on.`
}
