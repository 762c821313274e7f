const two = (part: number) => String(part).padStart(2, '0')

/** Milliseconds as a film clock: `0:07`, `12:24`, `1:02:09`. Not a number or below zero: `0:00`. */
export function toClock(ms: number): string {
  const total = Number.isFinite(ms) ? Math.max(0, Math.floor(ms / 1000)) : 0
  const hours = Math.floor(total / 3600)
  const minutes = Math.floor(total / 60) % 60
  const seconds = two(total % 60)
  return hours > 0 ? `${hours}:${two(minutes)}:${seconds}` : `${minutes}:${seconds}`
}

/**
 * A clock (`12:24`), plain seconds (`90`, `90s`) or units (`1h2m3s`) as milliseconds; undefined
 * when the text is none of these.
 */
export function parseClock(text: string): number | undefined {
  const clock = /^(?:(\d{1,3}):)?(\d{1,3}):(\d{2})$/.exec(text)
  const units = /^(?=\d)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?$/.exec(text)
  const [, hours = 0, minutes = 0, seconds = 0] = clock ?? units ?? []
  if (!clock && !units) return undefined
  return Math.round((Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000)
}
