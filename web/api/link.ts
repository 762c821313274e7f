import type { Reply } from '#contracts/endpoint.ts'
import type { LinkId, VideoId } from '#contracts/id.ts'
import type {
  createLink as createContract,
  Link,
  listLinks as listContract,
  NewLink,
} from '#contracts/link.ts'
import type { z } from 'zod'
import { client } from './session.ts'

export type LinkPage = NonNullable<Reply<typeof listContract>>
export type LinkWish = z.input<(typeof createContract)['body'] & z.ZodType>

const at = (id: VideoId) => `/api/v1/videos/${id}/links`

export const listLinks = (id: VideoId, cursor?: string, signal?: AbortSignal): Promise<LinkPage> =>
  client.call('GET', at(id), { query: { cursor }, signal })

/** `key` makes a repeat harmless. Throws ApiError: `email_unverified`, `limit_reached`. */
export const createLink = (id: VideoId, wish: LinkWish, key: string): Promise<NewLink> =>
  client.call('POST', at(id), { body: wish, headers: { 'idempotency-key': key } })

export const renameLink = (id: VideoId, linkId: LinkId, label: string): Promise<Link> =>
  client.call('PATCH', `${at(id)}/${linkId}`, { body: { label } })

export const revokeLink = (id: VideoId, linkId: LinkId): Promise<void> =>
  client.call('DELETE', `${at(id)}/${linkId}`)
