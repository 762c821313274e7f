import { maxAttempts } from '#contracts/task.ts'
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

export const isLastAttempt = (attempt: number): boolean => attempt >= maxAttempts
