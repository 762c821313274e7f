import { type SQL, and, eq, inArray, sql } from 'drizzle-orm'
import type { Id } from '#contracts/id.ts'
import { type TaskRow, tasks } from './table.ts'

/** Guards of the statements of one batch: the first moves the task, the others ask whether it did. */

export const movedBy = (task: Pick<TaskRow, 'id'>, moveId: Id<'event'>): SQL =>
  sql`exists (select 1 from tasks where id = ${task.id} and move_id = ${moveId})`

/** Does this very attempt hold the task now? */
export const isHeldBy = (
  task: Pick<TaskRow, 'id'>,
  claim: { attempt: number; leaseId: string | null },
) =>
  and(
    eq(tasks.id, task.id),
    eq(tasks.attempt, claim.attempt),
    eq(tasks.leaseId, claim.leaseId as TaskRow['leaseId'] & {}),
    inArray(tasks.state, ['starting', 'running']),
  )
