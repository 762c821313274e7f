import type { User } from '#contracts/auth.ts'
import { avatarSizes } from '#contracts/avatar.ts'
import { maxAvatarBytes } from '#contracts/limit.ts'
import { requireUser } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError, notFound } from '../../core/error.ts'
import { countTry } from '../../core/rate-limit.ts'
import { randomSecret } from '../../core/secret.ts'
import { setAvatar } from '../user/avatar.ts'
import { toUser } from '../user/service.ts'
import { makeSquares } from './squares.ts'

const keyOf = (avatar: string, sizePx: number | string) => `a/${avatar}/${sizePx}.webp`

const putLimit = { max: 30, windowMs: 3600_000 }

/** Throws `unsupported_media_type`, `body_too_large`, `invalid_fields`, `rate_limited`. */
export async function putAvatar(ctx: Ctx, request: Request): Promise<User> {
  const { userId } = requireUser(ctx.actor)
  await countTry(ctx, { key: `avatar:${userId}`, ...putLimit })
  const squares = await makeSquares(await readFile(request))
  const avatar = randomSecret(16)
  const put = (file: Uint8Array, i: number) =>
    ctx.env.MEDIA.put(keyOf(avatar, avatarSizes[i]!), file, {
      httpMetadata: { contentType: 'image/webp' },
    })
  // Objects first: a name in the table always leads to a picture.
  await Promise.all(squares.map(put))
  const { user, former } = await setAvatar(ctx, userId, avatar)
  if (former) ctx.defer(deletePicture(ctx, former))
  return toUser(ctx, user)
}

export async function removeAvatar(ctx: Ctx): Promise<void> {
  const { former } = await setAvatar(ctx, requireUser(ctx.actor).userId, null)
  if (former) ctx.defer(deletePicture(ctx, former))
}

/** The objects of a picture that no account names any more. */
export const deletePicture = (ctx: Ctx, avatar: string): Promise<void> =>
  ctx.env.MEDIA.delete(avatarSizes.map((sizePx) => keyOf(avatar, sizePx)))

/** Throws `not_found`. A picture never changes under its name. */
export async function getAvatar(
  ctx: Ctx,
  { avatar, sizePx }: { avatar: string; sizePx: string },
): Promise<Response> {
  const object = await ctx.env.MEDIA.get(keyOf(avatar, sizePx))
  if (!object) throw notFound('picture')
  const headers = {
    'content-type': 'image/webp',
    'content-length': `${object.size}`,
    'cache-control': 'public, max-age=31536000, immutable',
    // Should a file ever pass for a page, it can do nothing.
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    etag: object.httpEtag,
  }
  return new Response(object.body, { headers })
}

/** Reads no more than a picture may have, whatever Content-Length says. */
async function readFile(request: Request): Promise<Uint8Array> {
  const tooLarge = new AppError('body_too_large', `Send at most ${maxAvatarBytes / 2 ** 20} MiB.`)
  if (Number(request.headers.get('content-length') ?? 0) > maxAvatarBytes) throw tooLarge
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of request.body ?? []) {
    sizeBytes += chunk.byteLength
    if (sizeBytes > maxAvatarBytes) throw tooLarge
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
