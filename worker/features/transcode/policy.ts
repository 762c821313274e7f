import { type Lane, type TaskKind, maxAttempts, maxShortSeconds } from '#contracts/task.ts'
import type { TaskRow } from './table.ts'

type Leased = Pick<TaskRow, 'state' | 'attempt' | 'leaseId' | 'leaseUntil'>

/** Does this attempt still hold the task? Zombies do not. */
export const holdsLease = (
  task: Leased | undefined,
  claim: { attempt: number; leaseId: string },
): boolean =>
  task !== undefined &&
  (task.state === 'starting' || task.state === 'running') &&
  task.attempt === claim.attempt &&
  task.leaseId === claim.leaseId

export const isLeaseOver = (task: Leased, now: number): boolean =>
  (task.state === 'starting' || task.state === 'running') && (task.leaseUntil ?? 0) <= now

/** Is there no other after `lost` attempts? */
export const isGivenUp = (lost: number): boolean => lost >= maxAttempts

/** Whole films of one workspace never hold all places for long work, where there are several. */
export const maxWholeFilms = (fleetSlots: number): number =>
  Math.max(1, fleetSlots - Math.ceil(fleetSlots / 4))

interface Work {
  kind: TaskKind
  sizeBytes: number
  /** Seconds of 1080p30 that the film stands for. */
  workSeconds?: number | undefined
  /** Of the chunk, or of the film that it belongs to. */
  number?: number
}

const maxShortBytes = 200 * 2 ** 20

/** Where a task waits and runs. What ends a long film is short work, and somebody waits for it. */
export function laneOf({ kind, sizeBytes, workSeconds = 0 }: Work): Lane {
  if (kind === 'opening') return 'opening'
  if (kind === 'chunk') return 'long'
  if (kind === 'pictures') return 'short'
  return workSeconds > maxShortSeconds || sizeBytes > maxShortBytes ? 'long' : 'short'
}

/** Work of films that play sharper as soon as it is done, before work that is still at its start. */
const endingPriority = 200
/** The first seconds of a film before the rest of any other. */
const firstPriority = 100

/**
 * Within its workspace and lane: small files before large ones, so that a short clip never waits
 * for a long film.
 */
export function priorityOf({ kind, sizeBytes, number }: Work): number {
  const small = -Math.floor(Math.log2(Math.max(1, sizeBytes / 2 ** 20)))
  if (kind === 'pictures') return endingPriority + small
  return number === 0 ? firstPriority + small : small
}

/** A film's pixels in seconds of 1080p30: what its conversion takes, before it is planned. */
export function workOf(film: {
  durationMs: number | null
  widthPx: number | null
  heightPx: number | null
  framesPerSecond?: number
}): number {
  const pixels = (film.widthPx ?? 0) * (film.heightPx ?? 0) * (film.framesPerSecond ?? 30)
  return ((film.durationMs ?? 0) / 1000) * (pixels / (1920 * 1080 * 30))
}
