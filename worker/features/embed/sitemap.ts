import { and, asc, eq, gte, isNull, sql } from 'drizzle-orm'
import type { VideoId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { encodes } from '../transcode/table.ts'
import { videos } from '../video/table.ts'
import { workspaces } from '../workspace/table.ts'
import { addressesOf } from './shown.ts'
import { escapeXml, xmlDocument } from './xml.ts'

/** A file may name 50,000 and have 50 MB; ours stay far from a Worker's memory. */
const videosAFile = 10_000

/** What anybody may find: public, ready, and of a workspace that is open. */
const isListed = and(
  eq(videos.visibility, 'public'),
  eq(videos.status, 'ready'),
  isNull(videos.deletedAt),
  isNull(workspaces.deletedAt),
  isNull(workspaces.suspendedAt),
)

/** All videos in one file, or an index of files. https://www.sitemaps.org/protocol.html */
export async function sitemap(ctx: Ctx): Promise<Response> {
  const starts = await listStarts(ctx)
  if (starts.length <= 1) return sitemapFrom(ctx, starts[0])
  const lines = starts.map((id) => `<sitemap><loc>${ctx.origin}/sitemap/${id}.xml</loc></sitemap>`)
  return reply(
    `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${lines.join('')}</sitemapindex>`,
  )
}

/** The first video of each file. Ids sort by time, so files keep their places as videos come. */
async function listStarts(ctx: Ctx): Promise<VideoId[]> {
  const numbered = ctx.db
    .select({
      id: videos.id,
      place: sql<number>`row_number() over (order by ${videos.id})`.as('place'),
    })
    .from(videos)
    .innerJoin(workspaces, eq(workspaces.id, videos.workspaceId))
    .where(isListed)
    .as('numbered')
  const rows = await ctx.db
    .select({ id: numbered.id })
    .from(numbered)
    .where(sql`${numbered.place} % ${videosAFile} = 1`)
    .orderBy(asc(numbered.id))
  return rows.map(({ id }) => id)
}

/** The videos from one on. Undefined: there are none. */
export async function sitemapFrom(ctx: Ctx, first: VideoId | undefined): Promise<Response> {
  const rows = first ? await listFrom(ctx, first) : []
  const urls = rows.map((row) => toUrl(ctx, row)).join('\n')
  return reply(
    `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:video="http://www.google.com/schemas/sitemap-video/1.1">${urls}</urlset>`,
  )
}

const listFrom = (ctx: Ctx, first: VideoId) =>
  ctx.db
    .select({
      id: videos.id,
      title: videos.title,
      description: videos.description,
      durationMs: videos.durationMs,
      publishedAt: videos.publishedAt,
      updatedAt: videos.updatedAt,
      embedDomains: videos.embedDomains,
      hasPoster: sql<0 | 1>`json_array_length(${encodes.pictures}, '$.posters') > 0`,
    })
    .from(videos)
    .innerJoin(workspaces, eq(workspaces.id, videos.workspaceId))
    .leftJoin(encodes, eq(encodes.id, videos.encodeId))
    .where(and(isListed, gte(videos.id, first)))
    .orderBy(asc(videos.id))
    .limit(videosAFile)

type Row = Awaited<ReturnType<typeof listFrom>>[number]

const longestSeconds = 28_800 // of what the extension can say
const time = (ms: number) => new Date(ms).toISOString()

/** https://developers.google.com/search/docs/crawling-indexing/sitemaps/video-sitemaps */
function toUrl(ctx: Ctx, row: Row): string {
  const { watch, embed, poster } = addressesOf(ctx, row.id)
  const page = `<loc>${watch}</loc><lastmod>${time(row.updatedAt)}</lastmod>`
  if (!row.hasPoster) return `<url>${page}</url>` // the extension asks for a picture
  const seconds = Math.round((row.durationMs ?? 0) / 1000)
  const film = [
    `<video:thumbnail_loc>${poster}</video:thumbnail_loc>`,
    `<video:title>${escapeXml(row.title)}</video:title>`,
    `<video:description>${escapeXml((row.description || row.title).slice(0, 2048))}</video:description>`,
    `<video:player_loc>${embed}</video:player_loc>`,
    seconds > 0 && seconds <= longestSeconds && `<video:duration>${seconds}</video:duration>`,
    row.publishedAt !== null &&
      `<video:publication_date>${time(row.publishedAt)}</video:publication_date>`,
  ]
  return `<url>${page}<video:video>${film.filter(Boolean).join('')}</video:video></url>`
}

const reply = (body: string) =>
  new Response(xmlDocument(body), {
    headers: {
      'content-type': 'application/xml; charset=utf-8',
      'cache-control': 'public, max-age=600',
    },
  })

/** Pages of people who signed in are for nobody else. */
export const robots = (ctx: Ctx): Response =>
  new Response(
    [
      'User-agent: *',
      ...['/api/', '/p/', '/internal/', '/studio', '/account', '/admin'].map(
        (path) => `Disallow: ${path}`,
      ),
      '',
      `Sitemap: ${ctx.origin}/sitemap.xml`,
      '',
    ].join('\n'),
    {
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        'cache-control': 'public, max-age=3600',
      },
    },
  )
