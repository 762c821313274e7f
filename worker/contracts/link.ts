import { z } from 'zod'
import { toDomain } from './domain.ts'
import { endpoint } from './endpoint.ts'
import { LinkId, VideoId } from './id.ts'
import { defaultLadder } from './ladder.ts'
import { PageQuery, Time, page } from './page.ts'

/** Live ones, of one video. */
export const maxLinks = 200
export const defaultLinkDays = 30
export const maxLinkDays = 366

const maxListed = 20
/** What one entry of a token may have; see worker/features/delivery/level.ts. */
const maxEntryChars = 64

const tag = 'Links'
const params = z.object({ videoId: VideoId })
const one = params.extend({ linkId: LinkId })

const Site = z
  .string()
  .max(1000)
  .transform((text, at) => {
    const site = text.trim() === 'none' ? 'none' : toDomain(text)
    if (!site || site.length > maxEntryChars) at.addIssue('Not the name of a site')
    return site ?? z.NEVER
  })
  .meta({ example: '*.example.com' })

const Range = z
  .union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'Not an address or a range of them')
  .meta({ example: '192.0.2.0/24' })

const Country = z
  .string()
  .regex(/^[A-Z]{2}$/, 'Two capital letters: ISO 3166-1')
  .meta({ example: 'NZ' })

const listOf = <T extends z.ZodType>(item: T) =>
  z.array(item).min(1, 'Name at least one').max(maxListed, `At most ${maxListed}`)

const Clip = z
  .object({ fromSeconds: z.number().min(0), toSeconds: z.number().positive() })
  .strict()
  .refine(({ fromSeconds, toSeconds }) => fromSeconds < toSeconds, {
    message: 'The part must end after it begins',
    path: ['toSeconds'],
  })

const heights = defaultLadder.map(({ shortSidePx }) => shortSidePx)

/** `Restrictions` of narrow.ts, within bounds. */
export const LinkRestrictions = z
  .object({
    kinds: z
      .array(z.enum(['watch', 'image', 'caption', 'download']))
      .min(1)
      .max(4)
      .meta({ description: 'What it opens; left out: everything but the file' }),
    expiresAt: Time.meta({
      description: `Left out: in ${defaultLinkDays} days; at most in ${maxLinkDays}`,
    }),
    notBefore: Time,
    countries: listOf(Country),
    ipRanges: listOf(Range),
    domains: listOf(Site).meta({
      description: 'Sites that may show it; `none`: also players that name no site',
    }),
    viewerId: z.string().min(1).max(64).meta({ description: 'Who watches, as you call them' }),
    maxHeight: z
      .number()
      .refine((px) => heights.includes(px), `One of ${heights.toReversed().join(', ')}`)
      .meta({ description: 'Of the shorter side of the picture, in pixels' }),
    clip: Clip.meta({ description: 'A part of the film, in seconds from its beginning' }),
    maxPlays: z.int().min(1).max(1_000_000),
    maxStreams: z.int().min(1).max(100).meta({ description: 'Devices that play at once' }),
  })
  .partial()
  .strict()
  .meta({ id: 'LinkRestrictions' })
export type LinkRestrictions = z.infer<typeof LinkRestrictions>

const Label = z.string().trim().min(1, 'Enter a name').max(80)

export const Link = z
  .object({
    id: LinkId,
    videoId: VideoId,
    label: z.string(),
    restrictions: LinkRestrictions,
    state: z.enum(['live', 'ended', 'withdrawn']).meta({
      description: 'withdrawn: revoked, or the video was made private after it',
    }),
    url: z.string().nullable().meta({
      description:
        'To give to people; of a link for some sites the page of a frame. Null unless live',
    }),
    createdBy: z.string().nullable().meta({ description: 'Name of who made it' }),
    createdAt: Time,
    endsAt: Time,
  })
  .meta({ id: 'Link' })
export type Link = z.infer<typeof Link>

export const NewLink = z
  .object({
    link: Link,
    url: z
      .string()
      .meta({ description: 'A page that plays it; of a link for some sites the page of a frame' }),
    embedUrl: z.string().meta({ description: 'For an iframe' }),
    hlsUrl: z.string().meta({ description: 'For a player of your own' }),
    token: z.string().meta({ description: 'Narrow it with `/narrow.js` where it is held' }),
  })
  .meta({ id: 'NewLink' })
export type NewLink = z.infer<typeof NewLink>

export const createLink = endpoint({
  id: 'createLink',
  method: 'post',
  path: '/api/v1/videos/{videoId}/links',
  tag,
  summary: 'Make a link that plays a video within limits',
  description: 'Whoever has it needs no account. It ends by itself, or when it is revoked.',
  auth: 'user',
  scope: 'videos:write',
  isIdempotent: true,
  params,
  body: z.object({ label: Label, restrictions: LinkRestrictions.default({}) }).strict(),
  response: NewLink,
  status: 201,
  errors: ['email_unverified', 'forbidden', 'limit_reached'],
})

export const listLinks = endpoint({
  id: 'listLinks',
  method: 'get',
  path: '/api/v1/videos/{videoId}/links',
  tag,
  summary: "A video's links, newest first",
  description: 'With those that are over, for 30 days.',
  auth: 'user',
  scope: 'videos:write',
  params,
  query: PageQuery,
  response: page(Link),
  errors: ['forbidden'],
})

export const renameLink = endpoint({
  id: 'renameLink',
  method: 'patch',
  path: '/api/v1/videos/{videoId}/links/{linkId}',
  tag,
  summary: 'Call a link something else',
  auth: 'user',
  scope: 'videos:write',
  params: one,
  body: z.object({ label: Label }).strict(),
  response: Link,
  errors: ['forbidden'],
})

export const revokeLink = endpoint({
  id: 'revokeLink',
  method: 'delete',
  path: '/api/v1/videos/{videoId}/links/{linkId}',
  tag,
  summary: 'End a link, within five seconds and for good',
  description: 'So do all links that were narrowed from it.',
  auth: 'user',
  scope: 'videos:write',
  params: one,
  errors: ['forbidden'],
})
