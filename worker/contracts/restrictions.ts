import { z } from 'zod'
import { maxDomains, toDomain } from './domain.ts'
import type { Restrictions as Narrowed } from './narrow.ts'

const most = 50
const list = <T extends z.ZodType>(item: T, max = most) => z.array(item).min(1).max(max)

const Host = z
  .string()
  .max(64)
  .transform((text, at) => {
    const host = text === 'none' ? text : toDomain(text)
    if (!host) at.addIssue('Not the name of a site')
    return host ?? z.NEVER
  })

const Time = z.iso.datetime({ offset: true })
const seconds = z.number().nonnegative().max(1_000_000)
const count = z.int().min(1)

/** What a link may be limited to; one that is not known here is refused, for nobody would keep it. */
export const Restrictions = z
  .strictObject({
    kinds: list(z.enum(['watch', 'image', 'caption', 'download'])),
    expiresAt: Time,
    notBefore: Time,
    countries: list(z.string().regex(/^[A-Z]{2}$/, 'Two capital letters, as in ISO 3166-1')),
    ipRanges: list(
      z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'Not an address or a CIDR range'),
    ),
    domains: list(Host, maxDomains),
    viewerId: z.string().min(1).max(64),
    maxHeight: count.max(10_000),
    clip: z
      .strictObject({ fromSeconds: seconds, toSeconds: seconds })
      .refine(({ fromSeconds, toSeconds }) => fromSeconds < toSeconds, 'It ends before it begins'),
    maxPlays: count.max(1_000_000),
    maxStreams: count.max(1000),
  })
  .partial()
  .meta({ id: 'Restrictions' }) satisfies z.ZodType<Narrowed>
