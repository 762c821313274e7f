// The pages are in English, so times follow the reader's kind of English and no other language.
const preferred = typeof navigator === 'undefined' ? 'en-GB' : navigator.language
const locale = preferred.startsWith('en') ? preferred : 'en-GB'

/** 0:07, 12:24, 1:02:03. */
export function formatDuration(durationMs: number): string {
  const total = Math.max(0, Math.round(durationMs / 1000))
  const seconds = String(total % 60).padStart(2, '0')
  const minutes = Math.floor(total / 60) % 60
  const hours = Math.floor(total / 3600)
  return hours ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`
}

/** For screen readers: "1 hour 2 minutes", "7 seconds". */
export function spokenDuration(durationMs: number): string {
  const total = Math.max(0, Math.round(durationMs / 1000))
  const parts = [
    [Math.floor(total / 3600), 'hour'],
    [Math.floor(total / 60) % 60, 'minute'],
    [total % 60, 'second'],
  ] as const
  const named = parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`)
  return named.slice(0, 2).join(' ') || '0 seconds'
}

/** Decimal units, as file managers show them: 950 kB, 4.2 MB, 12 GB. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = Math.max(0, bytes)
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0
  return `${value.toFixed(digits)} ${units[unit]}`
}

export const formatSpeed = (bytesPerSecond: number): string => `${formatBytes(bytesPerSecond)}/s`

/** Rounded up and coarse on purpose, so that it does not flicker: "about 3 min left". */
export function formatTimeLeft(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  if (seconds < 10) return 'a few seconds left'
  if (seconds <= 50) return `about ${Math.ceil(seconds / 10) * 10} s left`
  const minutes = Math.ceil(seconds / 60)
  if (minutes < 60) return `about ${minutes} min left`
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  return rest ? `about ${hours} h ${rest} min left` : `about ${hours} h left`
}

/** Seconds of film a second: "1.8× speed". */
export const formatPace = (speed: number): string =>
  `${speed < 9.95 ? speed.toFixed(1) : Math.round(speed)}× speed`

const endings: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' }
const ordinals = new Intl.PluralRules('en', { type: 'ordinal' })

/** 1st, 2nd, 3rd, 11th. */
export const formatOrdinal = (count: number): string =>
  `${count}${endings[ordinals.select(count)] ?? 'th'}`

const relativeSteps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['week', 7 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** "5 hours ago", "yesterday". */
export function formatRelative(time: string, nowMs: number, language = locale): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  const differenceMs = Date.parse(time) - nowMs
  for (const [unit, stepMs] of relativeSteps) {
    if (Math.abs(differenceMs) >= stepMs)
      return format.format(Math.trunc(differenceMs / stepMs), unit)
  }
  return 'just now'
}

/** "14 Oct", with the year where it is another one. */
export function formatDate(time: string, nowMs: number, language = locale): string {
  const date = new Date(time)
  const isThisYear = date.getFullYear() === new Date(nowMs).getFullYear()
  const options: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' }
  if (!isThisYear) options.year = 'numeric'
  return new Intl.DateTimeFormat(language, options).format(date)
}

export const formatDateTime = (time: string, language = locale): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(time),
  )

/** "2 min", "40 seconds": how long to wait before another try. */
export function formatWait(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000))
  if (seconds < 90) return `${seconds} second${seconds === 1 ? '' : 's'}`
  return `${Math.ceil(seconds / 60)} minutes`
}

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`
