import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import type { Ctx } from '../../core/context.ts'

/** What `html` of hono makes: values in it are escaped already. */
export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>

/** A built page of the web, under its own headers. `path` as its address without `.html`. */
export async function loadShell({ env, origin }: Ctx, path: `/${string}`): Promise<Response> {
  const response = await env.ASSETS.fetch(`${origin}${path}`)
  if (!response.ok) throw new Error(`the web has no page ${path}: ${response.status}`)
  const headers = new Headers(response.headers)
  headers.delete('etag') // of the page without what is written into it
  headers.delete('content-length')
  return new Response(response.body, { headers })
}

/** Nothing of it can end the script element that it stands in. */
const toInlineJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** A script element that holds data and runs nothing. */
export const dataScript = (type: string, value: unknown): Markup =>
  html`<script type="${type}">
    ${raw(toInlineJson(value))}
  </script>`

interface Words {
  title: string
  description?: string
  /** At the end of the head. */
  head?: Markup | undefined
  /** Inside `#player`. */
  body?: Markup | undefined
  /** Selects what is left out. */
  without?: string
}

/** Writes into a page that was built. */
export async function fillShell(shell: Response, words: Words): Promise<Response> {
  const [head, body] = [String((await words.head) ?? ''), String((await words.body) ?? '')]
  const { title, description, without } = words
  const rewriter = new HTMLRewriter()
    .on('title', { element: (element) => void element.setInnerContent(title) })
    .on('head', { element: (element) => void element.append(head, { html: true }) })
  if (body) {
    rewriter.on('#player', {
      element: (element) => void element.setInnerContent(body, { html: true }),
    })
  }
  if (description !== undefined) {
    rewriter.on('meta[name=description]', {
      element: (element) => void element.setAttribute('content', description),
    })
  }
  if (without) rewriter.on(without, { element: (element) => void element.remove() })
  return rewriter.transform(shell)
}
