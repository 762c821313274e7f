import type { Ctx } from './core/context.ts'
import { keepDeadLetter } from './core/dead-letter.ts'
import { type Listener, dispatchEvents } from './core/record.ts'
import { removePictures } from './features/avatar/listen.ts'
import { cleanUp } from './features/cleanup/listen.ts'
import { dropHidden } from './features/delivery/drop.ts'
import { sendQueued } from './features/mail/listen.ts'
import { consumeTranscode } from './features/transcode/consume.ts'
import { removeVideos } from './features/video/listen.ts'

/** Everything that reacts to the event log. */
const listeners: Listener[] = [removeVideos, dropHidden, cleanUp, sendQueued, removePictures]

type Consumer = (ctx: Ctx, body: unknown) => Promise<void>

const readEvents: Consumer = async (ctx) => {
  while ((await dispatchEvents(ctx, listeners)) > 0);
}

/** Queue → what handles one of its messages. A throw means: deliver it again. */
export const consumers: Record<string, Consumer> = {
  'lantern-transcode': consumeTranscode,
  'lantern-transcode-dead': (ctx, body) => keepDeadLetter(ctx, 'lantern-transcode', body),
  'lantern-events': readEvents,
  'lantern-events-dead': (ctx, body) => keepDeadLetter(ctx, 'lantern-events', body),
}

export { readEvents }
