const hourMs = 3600_000

/** A device watches while it asked for media so short a time ago. */
export const streamMs = 30_000
/** What is known of a device that watches is renewed so often, beside its requests. */
export const renewMs = 10_000

/** How long a device plays on what it began, reloads and pauses with it. A day where nobody knows. */
export const playMs = (durationMs: number | null): number =>
  durationMs === null ? 24 * hourMs : durationMs + 2 * hourMs

export interface Play {
  max: number
  /** How long a beginning lasts. */
  lastsMs: number
  /** Epoch ms; then the link is over, and its count with it. */
  endsAt: number
  now: number
}

/**
 * Until when a device may play that begins now, epoch ms, or undefined where the plays are used up.
 * `until`: of a play that it began before.
 */
export function beginPlay(
  { until = 0, total }: { until: number | undefined; total: number },
  { max, lastsMs, endsAt, now }: Play,
): { until: number; isNew: boolean } | undefined {
  if (until > now) return { until, isNew: false }
  return total < max ? { until: Math.min(now + lastsMs, endsAt), isNew: true } : undefined
}

/** Until when a device counts as watching, epoch ms, or undefined where `others` leave it no place. */
export function goOnStreaming(
  { until = 0, others }: { until: number | undefined; others: number },
  { max, now }: { max: number; now: number },
): number | undefined {
  const isWatching = until > now
  return isWatching || others < max ? Math.max(until, now + streamMs) : undefined
}
