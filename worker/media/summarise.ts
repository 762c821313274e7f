import type { Examined } from './examine.ts'
import type { Film } from './film.ts'
import type { CutTrack } from './gather.ts'
import { segmentSeconds } from './plan.ts'
import { durationsOf } from './store.ts'
import type { FilmSummary, Verdict } from './summary.ts'

interface Rates {
  averageBitsPerSecond: number
  /** Of the segment with the highest rate; short ends count only where there is nothing else. */
  peakBitsPerSecond: number
}

/** How much a track is, in whole bits a second of its segments. */
export function measureRates(cut: CutTrack): Rates {
  const durations = durationsOf(cut)
  const rates = cut.segments.map(({ sizeBytes }, at) => (sizeBytes * 8) / durations[at]!)
  const isLong = (_: number, at: number) => durations[at]! >= segmentSeconds / 2
  const lasting = rates.filter(isLong)
  const counted = (lasting.length ? lasting : rates).filter(Number.isFinite)
  const bytes = cut.segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const seconds = durations.reduce((sum, duration) => sum + duration, 0)
  const averageBitsPerSecond = seconds > 0 ? Math.round((bytes * 8) / seconds) : 0
  const peakBitsPerSecond = Math.round(
    counted.reduce((a, b) => Math.max(a, b), averageBitsPerSecond),
  )
  return { averageBitsPerSecond, peakBitsPerSecond }
}

interface Measured extends Pick<Examined, 'video' | 'audio'> {
  container: Film['container']
  verdict: Verdict
}

export function summarise({ container, video, audio, verdict }: Measured): FilmSummary {
  const ends = [video, audio].map((track) => (track ? endSecondsOf(track.cut) : 0))
  return {
    container,
    durationMs: Math.round(Math.max(...ends) * 1000),
    video: video && summariseVideo(video),
    audio: audio && {
      codec: audio.track.codec,
      codecs: audio.track.codecs,
      channels: audio.track.channels,
      language: audio.track.language,
      ...measureRates(audio.cut),
    },
    verdict,
  }
}

const endSecondsOf = ({ end, primingTicks, timescale }: CutTrack) =>
  (end - primingTicks) / timescale

function summariseVideo({ track, cut, framesPerSecond }: Measured['video'] & {}) {
  const longest = durationsOf(cut).reduce((a, b) => Math.max(a, b), 0)
  return {
    codec: track.codec,
    codecs: track.codecs,
    widthPx: track.shownWidthPx,
    heightPx: track.shownHeightPx,
    rotation: track.rotation,
    isMirrored: track.isMirrored,
    framesPerSecond: Math.round(framesPerSecond * 1000) / 1000,
    longestSegmentMs: Math.round(longest * 1000),
    ...measureRates(cut),
  }
}
