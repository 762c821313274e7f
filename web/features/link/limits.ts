import { toDomain } from '#contracts/domain.ts'
import { parseClock } from '../../player/clock.ts'

/** What a form asks for, as it was typed. */
export interface Span {
  from: string
  to: string
}

export interface Clip {
  fromSeconds: number
  toSeconds: number
}

/** A sentence where the span is none; both ends empty are the whole film. */
export function readSpan({ from, to }: Span, lengthSeconds: number): Clip | string | undefined {
  if (!from.trim() && !to.trim()) return undefined
  const [fromMs, toMs] = [from.trim() || '0', to.trim() || String(lengthSeconds)].map(parseClock)
  if (fromMs === undefined || toMs === undefined) return 'Write times as 1:30.'
  const clip = { fromSeconds: fromMs / 1000, toSeconds: Math.min(toMs / 1000, lengthSeconds) }
  if (!Number.isFinite(clip.toSeconds)) return 'Say where it ends.'
  return clip.fromSeconds < clip.toSeconds ? clip : 'It must end after it begins.'
}

/** Names of sites, with commas or spaces between them; a sentence where one is none. */
export function readSites(text: string): string[] | string | undefined {
  const names = text.split(/[\s,;]+/).filter(Boolean)
  if (names.length === 0) return undefined
  const wrong = names.find((name) => toDomain(name) === undefined)
  if (wrong) return `“${wrong}” is not the name of a site.`
  return names.length > 20 ? 'At most 20 sites.' : names.map((name) => toDomain(name)!)
}

/** A whole number from 1 up; a sentence where it is none. */
export function readCount(text: string, most: number): number | string | undefined {
  if (!text.trim()) return undefined
  const count = Number(text)
  const isFit = Number.isInteger(count) && count >= 1 && count <= most
  return isFit ? count : `A number from 1 to ${most.toLocaleString('en')}.`
}

export const isWrong = (value: unknown): value is string => typeof value === 'string'
