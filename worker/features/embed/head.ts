import { html } from 'hono/html'
import { isId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { type Markup, dataScript, fillShell, loadShell } from './shell.ts'
import { type Film, addressesOf, findShown, hasPoster, shapeOf } from './shown.ts'

/**
 * The app's page with what others are told of a film: search engines, chats, networks. Of one that
 * strangers may not see it is the plain page, as for one that never was.
 */
export async function watchPage(ctx: Ctx, id: string): Promise<Response> {
  const [shell, shown] = await Promise.all([
    loadShell(ctx, '/'),
    isId('video', id) ? findShown(ctx, id) : undefined,
  ])
  if (!shown) {
    shell.headers.set('x-robots-tag', 'noindex')
    return shell
  }
  return fillShell(shell, {
    title: `${shown.video.title} – Lantern`, // as web/ui/page.ts names it
    description: summaryOf(shown),
    head: headOf(ctx, shown),
  })
}

const summaryChars = 200

/** The beginning of its description, up to the end of a word. */
function summaryOf({ video, channel }: Film): string {
  const text = video.description.replaceAll(/\s+/g, ' ').trim()
  if (!text) return `A video by ${channel}`
  if (text.length <= summaryChars) return text
  return `${text.slice(0, summaryChars).replace(/\s+\S*$/, '')}…`
}

function headOf(ctx: Ctx, shown: Film): Markup {
  const { video } = shown
  const { watch, oembed } = addressesOf(ctx, video.id)
  const canEmbed = video.embedDomains?.length !== 0
  return html`<link rel="canonical" href="${watch}" />
    ${video.visibility === 'unlisted' && html`<meta name="robots" content="noindex" />`}
    ${
      canEmbed &&
      html`<link
          rel="alternate"
          type="application/json+oembed"
          href="${oembed('json')}"
          title="${video.title}"
        />
        <link
          rel="alternate"
          type="text/xml+oembed"
          href="${oembed('xml')}"
          title="${video.title}"
        />`
    }
    ${cards(ctx, shown)} ${dataScript('application/ld+json', factsOf(ctx, shown))}`
}

/** https://ogp.me, https://developer.x.com/en/docs/x-for-websites/cards/overview/player-card */
function cards(ctx: Ctx, shown: Film): Markup {
  const { video } = shown
  const { watch, embed, poster } = addressesOf(ctx, video.id)
  const { widthPx, heightPx } = shapeOf(video)
  const words: [name: string, content: string | number][] = [
    ['og:site_name', 'Lantern'],
    ['og:type', 'video.other'],
    ['og:url', watch],
    ['og:title', video.title],
    ['og:description', summaryOf(shown)],
  ]
  if (hasPoster(shown)) words.push(['og:image', poster], ['og:image:alt', video.title])
  // Networks show the player on sites of their own.
  const plays = shown.isPlayable && video.embedDomains === null
  if (plays) {
    words.push(['og:video', embed], ['og:video:type', 'text/html'])
    if (embed.startsWith('https:')) words.push(['og:video:secure_url', embed])
    words.push(['og:video:width', widthPx], ['og:video:height', heightPx])
  }
  if (video.durationMs) words.push(['video:duration', Math.round(video.durationMs / 1000)])
  const twitter: [name: string, content: string | number][] = [
    ['twitter:card', plays ? 'player' : 'summary_large_image'],
    ['twitter:title', video.title],
    ['twitter:description', summaryOf(shown)],
  ]
  if (hasPoster(shown)) twitter.push(['twitter:image', poster])
  if (plays) {
    twitter.push(['twitter:player', embed])
    twitter.push(['twitter:player:width', widthPx], ['twitter:player:height', heightPx])
  }
  return html`${words.map(([name, content]) => html`<meta property="${name}" content="${content}" />`)}
  ${twitter.map(([name, content]) => html`<meta name="${name}" content="${content}" />`)}`
}

/** https://developers.google.com/search/docs/appearance/structured-data/video */
function factsOf(ctx: Ctx, shown: Film) {
  const { video, channel } = shown
  const { watch, embed, poster } = addressesOf(ctx, video.id)
  return {
    '@context': 'https://schema.org',
    '@type': 'VideoObject',
    name: video.title,
    description: summaryOf(shown),
    url: watch,
    uploadDate: new Date(video.publishedAt ?? video.createdAt).toISOString(),
    ...(video.durationMs && { duration: `PT${Math.round(video.durationMs / 1000)}S` }),
    ...(hasPoster(shown) && { thumbnailUrl: [poster] }),
    ...(video.embedDomains === null && { embedUrl: embed }),
    author: { '@type': 'Organization', name: channel },
  }
}
