import { toFrameCode } from '#contracts/embed-code.ts'
import type { getOEmbed } from '#contracts/embed.ts'
import type { Input } from '#contracts/endpoint.ts'
import { type VideoId, isId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError, notFound } from '../../core/error.ts'
import { type Film, addressesOf, findShown, hasPoster, shapeOf } from './shown.ts'
import { toXml } from './xml.ts'

/** The smallest frame in which the player can be used. */
const least = { widthPx: 200, heightPx: 113 }
const usualWidthPx = 640

type Fields = Record<string, string | number>

/** https://oembed.com/#section2.3. Throws `not_found` for what strangers may not watch. */
export async function answerOEmbed(
  ctx: Ctx,
  query: Input<typeof getOEmbed>['query'],
): Promise<Response> {
  if (query.format !== 'json' && query.format !== 'xml') throw new AppError('unknown_format')
  const asked = readAddress(ctx.origin, query.url)
  const shown = asked && (await findShown(ctx, asked.id))
  if (!shown || shown.video.embedDomains?.length === 0) throw notFound('video')
  const box = { widthPx: query.maxwidth, heightPx: query.maxheight }
  const fields = toFields(ctx, shown, { box, start: asked.start })
  const headers = {
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'cache-control': 'public, max-age=300',
  }
  if (query.format === 'json') return Response.json(fields, { headers })
  return new Response(toXml('oembed', fields), {
    headers: { ...headers, 'content-type': 'text/xml; charset=utf-8' },
  })
}

/** Only pages of this server: nothing is ever fetched. */
export function readAddress(
  origin: string,
  address: string,
): { id: VideoId; start: string | undefined } | undefined {
  if (!URL.canParse(address)) return undefined
  const url = new URL(address)
  if (url.host !== new URL(origin).host || !/^https?:$/.test(url.protocol)) return undefined
  const id = /^\/(?:watch|embed)\/(vid_[0-9a-z]+)$/.exec(url.pathname)?.[1]
  if (!id || !isId('video', id)) return undefined
  const start = /^(\d{1,6})s?$/.exec(url.searchParams.get('t') ?? '')?.[1]
  return { id, start }
}

interface Box {
  widthPx?: number | undefined
  heightPx?: number | undefined
}

/** The film's shape inside the box, at most as wide as usual unless the box is given. */
export function fitInto(shape: { widthPx: number; heightPx: number }, box: Box) {
  const ratio = shape.heightPx / shape.widthPx
  const widest = box.widthPx ?? (box.heightPx ? Math.round(box.heightPx / ratio) : usualWidthPx)
  const tallest = box.heightPx ?? Infinity
  const widthPx = Math.min(widest, Math.floor(tallest / ratio))
  return {
    widthPx: Math.max(Math.min(least.widthPx, box.widthPx ?? Infinity), widthPx),
    heightPx: Math.max(Math.min(least.heightPx, tallest), Math.round(widthPx * ratio)),
  }
}

function toFields(
  ctx: Ctx,
  shown: Film,
  { box, start }: { box: Box; start: string | undefined },
): Fields {
  const { video, channel } = shown
  const { embed, poster } = addressesOf(ctx, video.id)
  const { widthPx, heightPx } = fitInto(shapeOf(video), box)
  const src = start === undefined ? embed : `${embed}?start=${start}`
  return {
    version: '1.0',
    type: 'video',
    provider_name: 'Lantern',
    provider_url: ctx.origin,
    title: video.title,
    author_name: channel,
    width: widthPx,
    height: heightPx,
    html: toFrameCode({ src, title: video.title, widthPx, heightPx }),
    ...(video.durationMs !== null && { duration: Math.round(video.durationMs / 1000) }),
    ...(hasPoster(shown) && {
      thumbnail_url: poster,
      thumbnail_width: shapeOf(video).widthPx,
      thumbnail_height: shapeOf(video).heightPx,
    }),
    cache_age: 300,
  }
}
