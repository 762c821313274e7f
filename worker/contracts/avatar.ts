import { z } from 'zod'
import { User } from './auth.ts'
import { endpoint } from './endpoint.ts'

/** Squares that are made of what was sent, px. */
export const avatarSizes = [64, 256, 512] as const
export const maxAvatarPixels = 4_200_000
/** 512 x 512: the decoder of WebP has no memory for more in every coding. */
export const maxAvatarWebpPixels = 512 * 512

export const putAvatar = endpoint({
  id: 'putAvatar',
  method: 'put',
  path: '/api/v1/me/avatar',
  tag: 'Accounts',
  summary: 'Show a picture beside my name',
  description:
    'JPEG or PNG up to 4 MiB and 4.2 megapixels, or WebP up to 512 x 512 pixels. Only its pixels are kept: it is cut to a square and made anew in each size, so whatever else the file held is gone.',
  auth: 'user',
  scope: 'session',
  bodyType: 'image/*',
  response: User,
  errors: ['unsupported_media_type', 'body_too_large', 'invalid_fields', 'rate_limited'],
})

export const removeAvatar = endpoint({
  id: 'removeAvatar',
  method: 'delete',
  path: '/api/v1/me/avatar',
  tag: 'Accounts',
  summary: 'Show no picture beside my name',
  auth: 'user',
  scope: 'session',
})

export const getAvatar = endpoint({
  id: 'getAvatar',
  method: 'get',
  path: '/api/v1/avatars/{avatar}/{sizePx}',
  tag: 'Accounts',
  summary: 'A picture beside a name',
  auth: 'public',
  params: z.object({
    avatar: z.string().regex(/^[\w-]{22}$/),
    sizePx: z.enum(avatarSizes.map(String) as [string, ...string[]]),
  }),
  responseType: 'image/webp',
})
