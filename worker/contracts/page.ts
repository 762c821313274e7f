import { z } from 'zod'

export const PageQuery = z.object({
  cursor: z.string().max(200).optional().meta({ description: '`nextCursor` of the page before' }),
  limit: z.coerce.number().int().min(1).max(100).default(24),
})
export type PageQuery = z.output<typeof PageQuery>

/** Newest first; `nextCursor` is null on the last page. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() })

export interface Page<T> {
  items: T[]
  nextCursor: string | null
}

/** RFC 3339 in UTC. Services hold epoch ms; contracts print this. */
export const Time = z.iso.datetime().meta({ example: '2026-11-20T12:00:00.000Z' })
