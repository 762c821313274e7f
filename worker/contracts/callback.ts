import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { TaskId } from './id.ts'
import { Heartbeat, TaskFailure, TaskPublication, TaskReport, TaskSplit, lease } from './task.ts'

/** What the transcoder calls while it works on a task; each call carries the token of its attempt. */

const params = z.object({ taskId: TaskId })
const ok = z.object({ ok: z.literal(true) })

export const heartbeat = endpoint({
  id: 'taskHeartbeat',
  method: 'post',
  path: '/internal/v1/tasks/{taskId}/heartbeat',
  tag: 'Transcoder',
  summary: 'Extend the lease and report progress',
  auth: 'task',
  params,
  body: Heartbeat,
  response: z.object({ leaseUntil: z.int(), isCancelled: z.boolean() }),
  errors: ['fenced'],
})
export const completeTask = endpoint({
  id: 'taskComplete',
  method: 'post',
  path: '/internal/v1/tasks/{taskId}/complete',
  tag: 'Transcoder',
  summary: 'Publish what this attempt made',
  auth: 'task',
  params,
  body: TaskReport,
  response: ok,
  errors: ['fenced', 'invalid_fields'],
})
export const publishTask = endpoint({
  id: 'taskPublish',
  method: 'post',
  path: '/internal/v1/tasks/{taskId}/publish',
  tag: 'Transcoder',
  summary: 'Offer to viewers what is there already, before the attempt is done',
  auth: 'task',
  params,
  body: TaskPublication,
  response: ok,
  errors: ['fenced', 'invalid_fields'],
})
export const splitTask = endpoint({
  id: 'taskSplit',
  method: 'post',
  path: '/internal/v1/tasks/{taskId}/split',
  tag: 'Transcoder',
  summary: 'Have the pictures of a long film made by chunk tasks; a repeat changes nothing',
  auth: 'task',
  params,
  body: TaskSplit,
  response: ok,
  errors: ['fenced', 'invalid_fields'],
})
export const failTask = endpoint({
  id: 'taskFail',
  method: 'post',
  path: '/internal/v1/tasks/{taskId}/fail',
  tag: 'Transcoder',
  summary: 'Give the attempt up, for good or for a retry',
  auth: 'task',
  params,
  body: TaskFailure,
  response: ok,
  errors: ['fenced'],
})
export const releaseTask = endpoint({
  id: 'taskRelease',
  method: 'post',
  path: '/internal/v1/tasks/{taskId}/release',
  tag: 'Transcoder',
  summary:
    'Hand the task back at once: this machine is leaving, or the film is longer than it said',
  auth: 'task',
  params,
  body: z.object({
    ...lease,
    lane: z.literal('long').optional().meta({ description: 'Where the film belongs after a look' }),
  }),
  response: ok,
  errors: ['fenced'],
})
