const STEPS = 160
/** Of the height: silence is still a line. */
const LEAST = 0.12

/** The shape of a sound for `clip-path`, mirrored at its middle; the loudest moment fills it. */
export function toOutline(peaks: number[], steps = STEPS): string {
  const heights = toHeights(peaks, Math.min(steps, peaks.length))
  const last = Math.max(1, heights.length - 1)
  const edge = (side: 1 | -1) =>
    heights.map((height, step) => `${percent(step / last)} ${percent(0.5 - (side * height) / 2)}`)
  return `polygon(${[...edge(1), ...edge(-1).toReversed()].join(', ')})`
}

function toHeights(peaks: number[], count: number): number[] {
  const loudest = peaks.reduce((most, peak) => Math.max(most, peak), 1)
  return Array.from({ length: count }, (_, step) => {
    const from = Math.floor((step * peaks.length) / count)
    const to = Math.floor(((step + 1) * peaks.length) / count)
    return Math.max(LEAST, Math.max(...peaks.slice(from, to)) / loudest)
  })
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10}%`

/** Throws where they are not there. `{perSecond, peaks}` over the whole length. */
export async function fetchOutline(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal })
  if (!response.ok) throw new Error(`Peaks: ${response.status}`)
  const { peaks } = (await response.json()) as { peaks: number[] }
  if (peaks.length < 2) throw new Error('Peaks: too few')
  return toOutline(peaks)
}
