import { html } from 'hono/html'
import { type EmbedConfig, EmbedParams } from '#contracts/embed.ts'
import { type VideoId, isId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { openPath } from '../delivery/access.ts'
import { getPlayback } from '../delivery/service.ts'
import { toMediaCtx } from '../delivery/state.ts'
import { type Markup, dataScript, fillShell, loadShell } from './shell.ts'
import { type Film, addressesOf, findFilm, findShown } from './shown.ts'
import { frameAncestors, isShownElsewhere } from './site.ts'

/** Why a frame shows words instead of a film. */
const notes = {
  missing: ['This video is not available', 'It is private, was deleted, or its link has ended.'],
  elsewhere: [
    'This video cannot be shown on this site',
    'Its owner has chosen other sites for it.',
  ],
  processing: ['This video is being prepared', 'It plays here as soon as it can.'],
  failed: ['This video could not be prepared', 'Its owner can try again.'],
} as const
type Note = keyof typeof notes

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'"

interface Wanted {
  id: string
  token: string | undefined
  query: Record<string, string>
  request: Request
}

/** The page of a frame on another site: a film, or the reason why there is none. */
export async function embedPage(
  ctx: Ctx,
  { id, token, query, request }: Wanted,
): Promise<Response> {
  const opened = isId('video', id) ? await open(ctx, { id, token, request }) : 'missing'
  if (opened === 'missing') return notePage(ctx, 'missing', { status: 404 })
  if (opened === 'elsewhere') return notePage(ctx, 'elsewhere', { status: 403 })

  const { film, sites } = opened
  const { video } = film
  const playback = film.isPlayable ? await getPlayback(ctx, video.id, { token }, request) : null
  const config: EmbedConfig = {
    videoId: video.id,
    title: video.title,
    channel: film.channel,
    watchUrl: token === undefined ? addressesOf(ctx, video.id).watch : null,
    params: EmbedParams.parse(query),
    playback,
  }
  if (!playback) {
    return notePage(ctx, video.status === 'failed' ? 'failed' : 'processing', { config, sites })
  }
  return reply(ctx, {
    title: config.title,
    head: headOf(config),
    isAtOnce: config.params.autoplay,
    body: playback.posterUrl && playback.hasVideo ? posterOf(playback.posterUrl) : undefined,
    sites,
  })
}

interface Visit {
  id: VideoId
  token: string | undefined
  request: Request
}

interface Opened {
  film: Film
  /** Lists of hosts, null for any: a page must stand in each. */
  sites: Sites
}
type Sites = (readonly string[] | null)[]

/** Without a token what everybody may watch; with one what the token opens. */
async function open(ctx: Ctx, visit: Visit): Promise<Opened | 'missing' | 'elsewhere'> {
  const { id, token, request } = visit
  const film = token === undefined ? await findShown(ctx, id) : await findFilm(ctx, id)
  if (!film) return 'missing'
  const { embedDomains } = film.video
  if (token === undefined) {
    return isShownElsewhere(request, embedDomains) ? 'elsewhere' : { film, sites: [embedDomains] }
  }
  const grant = await findGrant(ctx, { id, token, request })
  if (grant) return { film, sites: [embedDomains, ...grant.rights.domains] }
  const isOfSite = await findGrant(ctx, { id, token, request: asOwnFrame(request) })
  return isOfSite ? 'elsewhere' : 'missing'
}

async function findGrant(ctx: Ctx, { id, token, request }: Visit & { token: string }) {
  try {
    return (await openPath(toMediaCtx(ctx), { token, videoId: id, kind: 'watch' }, request)).grant
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

/** The same visit from an embed page: what it opens then was refused for the site alone. */
function asOwnFrame(request: Request): Request {
  const own = new Request(request)
  own.headers.delete('origin')
  own.headers.set('referer', new URL('/', request.url).href)
  return own
}

const configOf = (config: EmbedConfig): Markup => dataScript('application/json', config)

const headOf = (config: EmbedConfig): Markup => {
  const { playback, params } = config
  const master = params.autoplay && playback
  return html`${configOf(config)}${
    master && html`<link rel="preload" href="${master.hlsUrl}" as="fetch" crossorigin />`
  }`
}

const posterOf = (url: string): Markup =>
  html`<img class="poster" src="${url}" alt="" fetchpriority="high" />`

interface NoteOptions {
  status?: number
  config?: EmbedConfig
  sites?: Sites
}

/** It says nothing of the film, so any page may show it unless told otherwise. */
function notePage(ctx: Ctx, note: Note, options: NoteOptions): Promise<Response> {
  const [heading, words] = notes[note]
  return reply(ctx, {
    title: heading,
    head: options.config && configOf(options.config),
    body: html`<div class="note" data-note="${note}" role="status">
      <h1>${heading}</h1>
      <p>${words}</p>
    </div>`,
    sites: options.sites ?? [],
    status: options.status,
  })
}

interface Page {
  title: string
  head: Markup | undefined
  body: Markup | undefined
  sites: Sites
  status?: number | undefined
  /** The film plays without being asked. */
  isAtOnce?: boolean
}

async function reply(ctx: Ctx, { sites, status, isAtOnce, ...words }: Page): Promise<Response> {
  const page = await fillShell(await loadShell(ctx, '/embed'), {
    ...words,
    ...(!isAtOnce && { without: '[data-library]' }),
  })
  return new Response(page.body, {
    status: status ?? 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': [policy, ...sites.map(frameAncestors)].join(', '),
      'cross-origin-resource-policy': 'cross-origin',
      // Its own address may hold a token: only the site is named, also to ourselves.
      'referrer-policy': 'strict-origin',
    },
  })
}
