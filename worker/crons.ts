import type { Ctx } from './core/context.ts'
import { forgetOldKeys } from './core/idempotency.ts'
import { forgetOldLimits } from './core/rate-limit.ts'
import { forgetOldChallenges } from './features/auth/challenge.ts'
import { forgetOldLinks } from './features/auth/email-link.ts'
import { forgetEndedSessions } from './features/auth/session.ts'
import { forgetOldPlays } from './features/beacon/service.ts'
import { purgeStragglers, purgeLostAttempts } from './features/cleanup/service.ts'
import { forgetEndedKeys } from './features/key/service.ts'
import { forgetEndedLinks } from './features/link/service.ts'
import { forgetOldMails } from './features/mail/service.ts'
import { forgetRevokedSigningKeys } from './features/signing-key/service.ts'
import { composeForgotten } from './features/transcode/compose.ts'
import { sweepQueue } from './features/transcode/queue.ts'
import { forgetOldTasks } from './features/transcode/keep.ts'
import { reclaimLost } from './features/transcode/service.ts'
import { expireUploads } from './features/upload/finish.ts'
import { readEvents } from './queues.ts'

type Job = (ctx: Ctx) => Promise<unknown>

/** Cron line of wrangler.toml → what runs then. Each job takes a repeat. */
export const crons: Record<string, Job[]> = {
  '* * * * *': [reclaimLost, sweepQueue, (ctx) => readEvents(ctx, undefined), composeForgotten],
  '*/15 * * * *': [
    expireUploads,
    purgeStragglers,
    purgeLostAttempts,
    forgetOldKeys,
    forgetOldLimits,
    forgetOldTasks,
    forgetEndedSessions,
    forgetOldLinks,
    forgetOldMails,
    forgetOldChallenges,
    forgetEndedKeys,
    forgetOldPlays,
    forgetRevokedSigningKeys,
    forgetEndedLinks,
  ],
}
