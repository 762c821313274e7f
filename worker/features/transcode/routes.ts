import * as contract from '#contracts/callback.ts'
import { type Route, on } from '../../core/http.ts'
import { completeTask } from './complete.ts'
import { publishClaimed } from './publish.ts'
import { failClaimed, heartbeat, releaseClaimed } from './report.ts'
import { splitClaimed } from './split.ts'

export const taskRoutes: Route[] = [
  on(contract.heartbeat, (ctx, { params, body }) => heartbeat(ctx, params.taskId, body)),
  on(contract.completeTask, (ctx, { params, body }) => completeTask(ctx, params.taskId, body)),
  on(contract.publishTask, (ctx, { params, body }) => publishClaimed(ctx, params.taskId, body)),
  on(contract.splitTask, (ctx, { params, body }) => splitClaimed(ctx, params.taskId, body)),
  on(contract.failTask, (ctx, { params, body }) => failClaimed(ctx, params.taskId, body)),
  on(contract.releaseTask, (ctx, { params, body }) => releaseClaimed(ctx, params.taskId, body)),
]
