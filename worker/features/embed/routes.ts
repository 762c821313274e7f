import { getOEmbed } from '#contracts/embed.ts'
import { isId } from '#contracts/id.ts'
import { AppError, notFound } from '../../core/error.ts'
import { type App, type Route, on } from '../../core/http.ts'
import { posterUrl } from '../delivery/service.ts'
import { watchPage } from './head.ts'
import { answerOEmbed } from './oembed.ts'
import { embedPage } from './page.ts'
import { findShown } from './shown.ts'
import { robots, sitemap, sitemapFrom } from './sitemap.ts'

export const embedRoutes: Route[] = [on(getOEmbed, (ctx, { query }) => answerOEmbed(ctx, query))]

/** Pages and files for people, other sites and search engines: they are no operations of the API. */
export function mountPages(app: App): void {
  app.get('/embed/:id', (c) => {
    const { token, ...query } = c.req.query()
    return embedPage(c.get('ctx'), { id: c.req.param('id'), token, query, request: c.req.raw })
  })
  app.get('/embed/:id/poster.jpg', async (c) => {
    const [ctx, id] = [c.get('ctx'), c.req.param('id')]
    const shown = isId('video', id) ? await findShown(ctx, id) : undefined
    const url = shown && (await posterUrl(ctx, shown.video, shown.encode))
    if (!url) throw notFound('picture')
    c.header('cache-control', 'public, max-age=3600')
    c.header('cross-origin-resource-policy', 'cross-origin')
    return c.redirect(url)
  })
  app.get('/watch/:id', (c) => watchPage(c.get('ctx'), c.req.param('id')))
  app.get('/sitemap.xml', (c) => sitemap(c.get('ctx')))
  app.get('/sitemap/:file', (c) => {
    const id = c.req.param('file').replace(/\.xml$/, '')
    if (!isId('video', id)) throw new AppError('not_found', 'There is nothing at this address.')
    return sitemapFrom(c.get('ctx'), id)
  })
  app.get('/robots.txt', (c) => robots(c.get('ctx')))
}
