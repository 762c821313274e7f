import type { FailureKind } from './failure.ts'

/** How a play has gone so far. Times are ms of any clock that only goes on. */
export interface Quality {
  phase: 'idle' | 'starting' | 'playing' | 'stalled' | 'seeking' | 'paused' | 'ended' | 'failed'
  /** When the phase was looked at last. */
  at: number
  wantedAt: number
  startupMs: number | null
  watchedMs: number
  stalls: number
  stalledMs: number
  kbps: number | null
  heightPx: number | null
  /** Kilobits of what was watched, and the time in which their number was known. */
  watchedKbit: number
  ratedMs: number
  droppedFrames: number
  hasEnded: boolean
  error: FailureKind | null
}

export type Happening =
  | { is: 'want' | 'play' | 'wait' | 'seek' | 'pause' | 'end' | 'look' }
  | { is: 'level'; kbps: number; heightPx: number }
  | { is: 'fail'; error: FailureKind }
export type Moment = Happening & { at: number }

export const fresh: Quality = {
  ...{ phase: 'idle', at: 0, wantedAt: 0, startupMs: null, watchedMs: 0, stalls: 0, stalledMs: 0 },
  ...{ kbps: null, heightPx: null, watchedKbit: 0, ratedMs: 0, droppedFrames: 0 },
  ...{ hasEnded: false, error: null },
}

export function reduce(before: Quality, moment: Moment): Quality {
  const now = pass(before, moment.at)
  const isMoving = now.phase === 'playing' || now.phase === 'stalled'
  switch (moment.is) {
    case 'want':
      return now.phase === 'idle' ? { ...now, phase: 'starting', wantedAt: moment.at } : now
    case 'play': {
      const startupMs = now.startupMs ?? (now.phase === 'idle' ? 0 : moment.at - now.wantedAt)
      return { ...now, phase: 'playing', startupMs }
    }
    case 'wait':
      // A seek waits by nature, and before the start all is one wait.
      return now.phase === 'playing' ? { ...now, phase: 'stalled', stalls: now.stalls + 1 } : now
    case 'seek':
      return isMoving ? { ...now, phase: 'seeking' } : now
    case 'pause':
      return isMoving || now.phase === 'seeking' ? { ...now, phase: 'paused' } : now
    case 'end':
      return { ...now, phase: 'ended', hasEnded: true }
    case 'level':
      return { ...now, kbps: moment.kbps, heightPx: moment.heightPx }
    case 'fail':
      return { ...now, phase: 'failed', error: moment.error }
    case 'look':
      return now
  }
}

function pass(before: Quality, at: number): Quality {
  const ms = Math.max(0, at - before.at)
  if (before.phase === 'stalled') return { ...before, at, stalledMs: before.stalledMs + ms }
  if (before.phase !== 'playing') return { ...before, at }
  const watchedMs = before.watchedMs + ms
  if (before.kbps === null) return { ...before, at, watchedMs }
  const watchedKbit = before.watchedKbit + (before.kbps * ms) / 1000
  return { ...before, at, watchedMs, watchedKbit, ratedMs: before.ratedMs + ms }
}

export const meanKbps = ({ watchedKbit, ratedMs }: Quality): number | null =>
  ratedMs > 0 ? Math.round((watchedKbit * 1000) / ratedMs) : null

/** How the play ends if nothing more comes. */
export function exitOf({ phase, startupMs, hasEnded }: Quality) {
  if (phase === 'failed') return 'error'
  if (startupMs === null) return 'before_start'
  return hasEnded ? 'ended' : 'left'
}
