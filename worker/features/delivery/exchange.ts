import { drizzle } from 'drizzle-orm/d1'
import type { SigningKeyId } from '#contracts/id.ts'
import { AppError } from '../../core/error.ts'
import { findSigningKey } from '../signing-key/live.ts'
import type { SigningKeyRow } from '../signing-key/table.ts'
import { type Signed, readHeader, readJwt } from './claims.ts'
import { type MediaCtx, findState, remembered } from './state.ts'
import { signGrant } from './token.ts'

const denied = (sentence: string) => new AppError('playback_denied', sentence)

const findKey = remembered(async (ctx, id): Promise<SigningKeyRow | undefined> =>
  findSigningKey({ db: drizzle(ctx.env.DB) }, id as SigningKeyId),
)

interface Exchanged {
  key: SigningKeyRow
  signed: Signed
  /** Of the video, when `token` was made. */
  epoch: number
  token: string
}

/** A viewer sends one token with every segment; its signature is checked once an isolate. */
const exchanged = new Map<string, Exchanged>()
const maxExchanged = 2000

/**
 * Our own token for one that a workspace's signing key signed: it ends with that, with its key and
 * with the video. It follows the video's epoch, for links that were withdrawn are not its owner's
 * newer word. Throws `playback_denied`.
 */
export async function exchange(ctx: MediaCtx, jwt: string): Promise<string> {
  const known = exchanged.get(jwt)
  const { key, signed } = known ?? (await verify(ctx, jwt))
  const state = await findState(ctx, signed.videoId)
  if (state?.workspaceId !== key.workspaceId) {
    throw denied('The signing key of this token does not open the video.')
  }
  if (known?.epoch === state.epoch) return known.token
  const token = await signGrant(ctx.config, {
    videoId: signed.videoId,
    epoch: state.epoch,
    level: signed.level,
    holder: key.id,
    ...(isCounted(signed) && { countedBy: signed.countedBy }),
  })
  if (exchanged.size >= maxExchanged) exchanged.delete(exchanged.keys().next().value!)
  exchanged.set(jwt, { key, signed, epoch: state.epoch, token })
  return token
}

const isCounted = ({ level: { p, m } }: Signed) => p !== undefined || m !== undefined

async function verify(ctx: MediaCtx, jwt: string): Promise<Pick<Exchanged, 'key' | 'signed'>> {
  const key = await findKey(ctx, readHeader(jwt).kid)
  if (!key) throw denied('The signing key of this token has been revoked, or never was.')
  return { key, signed: await readJwt(jwt, key, ctx.now) }
}
