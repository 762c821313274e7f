import { isId } from '#contracts/id.ts'
import { AppError } from '../../core/error.ts'
import type { Opened } from '../delivery/access.ts'
import type { MediaPath } from '../delivery/path.ts'
import { type MediaCtx, findHolder } from '../delivery/state.ts'
import { deviceOf } from './device.ts'
import { type Limit, playLimits, streamLimits } from './limit.ts'
import { playMs, renewMs, streamMs } from './policy.ts'

const usedUp = () =>
  new AppError('playback_denied', 'The link has been used as often as it may be.')
const tooMany = () =>
  new AppError(
    'streams_limit',
    'This is playing on as many devices as it may. Stop one of them, and try again.',
  )

type Path = Pick<MediaPath, 'kind'> & { file?: MediaPath['file'] }

/** The film itself, as a stream or a file; pictures and captions are free. */
const isWatching = ({ kind, file }: Path) => file && (kind === 'watch' || kind === 'download')
const isBeginning = ({ kind, file }: Path) => file?.from === 'master' || kind === 'download'

/**
 * Counts the device where the token or its workspace limits plays or streams, and costs nothing
 * where neither does. Throws `streams_limit`, and `playback_denied` for a play too many.
 */
export async function requirePlace(
  ctx: MediaCtx,
  opened: Opened,
  path: Path,
  request: Request,
): Promise<void> {
  if (!isWatching(path)) return
  const plays = playLimits(opened)
  const streams = streamLimits(opened, await findUser(ctx, opened))
  if (plays.length === 0 && streams.length === 0) return
  const device = await deviceOf(ctx.config.REFRESH_SECRET, opened.grant, request)
  const taken: Limit[] = []
  try {
    for (const limit of streams) {
      if (!(await hasPlace(ctx, limit, device))) throw tooMany()
      taken.push(limit)
    }
    const lastsMs = playMs(opened.state.durationMs)
    for (const limit of plays) {
      const begin = isBeginning(path) ? { ...limit, lastsMs } : undefined
      if (!(await isPlaying(ctx, limit.key, device, begin))) throw usedUp()
    }
  } catch (error) {
    for (const { key } of taken) ctx.defer(giveBack(ctx, key, device))
    throw error
  }
}

async function findUser(ctx: MediaCtx, { grant, state }: Opened) {
  if (state.maxStreamsPerViewer === null || !grant.holder) return undefined
  const holder = await findHolder(ctx, grant.holder, state.workspaceId)
  return holder && isId('user', holder) ? holder : undefined
}

const counterOf = ({ env }: MediaCtx, key: string) => env.VIEWING.getByName(key)

const maxKnown = 20_000

function keep<T>(known: Map<string, T>, id: string, value: T): void {
  if (known.size >= maxKnown) known.delete(known.keys().next().value!)
  known.set(id, value)
}

/** Devices that watch, as this isolate knows it: their segments do not wait for the counter. */
const watching = new Map<string, { seenAt: number; isRenewing: boolean }>()

async function hasPlace(ctx: MediaCtx, limit: Limit, device: string): Promise<boolean> {
  const known = watching.get(`${limit.key} ${device}`)
  const ageMs = known ? ctx.now - known.seenAt : streamMs
  if (!known || ageMs < 0 || ageMs >= streamMs) return takePlace(ctx, limit, device)
  if (ageMs >= renewMs && !known.isRenewing) {
    known.isRenewing = true
    ctx.defer(takePlace(ctx, limit, device).finally(() => (known.isRenewing = false)))
  }
  return true
}

async function takePlace(ctx: MediaCtx, { key, max }: Limit, device: string): Promise<boolean> {
  const { now } = ctx
  const until = await counterOf(ctx, key).stream({ device, max, now })
  const id = `${key} ${device}`
  if (until === undefined) watching.delete(id)
  else keep(watching, id, { seenAt: now, isRenewing: false })
  return until !== undefined
}

async function giveBack(ctx: MediaCtx, key: string, device: string): Promise<void> {
  watching.delete(`${key} ${device}`)
  await counterOf(ctx, key).leave(device)
}

/** Until when a device plays what it began: nothing takes that back. */
const playing = new Map<string, number>()

type Begin = Omit<Parameters<ReturnType<typeof counterOf>['begin']>[0], 'device' | 'now'>

async function isPlaying(
  ctx: MediaCtx,
  key: string,
  device: string,
  begin: Begin | undefined,
): Promise<boolean> {
  const { now } = ctx
  const id = `${key} ${device}`
  if ((playing.get(id) ?? 0) > now) return true
  const counter = counterOf(ctx, key)
  const until = await (begin
    ? counter.begin({ device, now, max: begin.max, lastsMs: begin.lastsMs, endsAt: begin.endsAt })
    : counter.find({ device, now }))
  if (until === undefined) return false
  keep(playing, id, until)
  return true
}
