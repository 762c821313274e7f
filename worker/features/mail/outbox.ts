import { html } from 'hono/html'
import { z } from 'zod'
import type { App } from '../../core/http.ts'
import { AppError } from '../../core/error.ts'
import { listOutbox, opensOutbox } from './service.ts'
import type { MailRow } from './table.ts'

const style = `body { margin: 0; background: #f5f3ec; color: #1c2422; font: 16px/24px 'Segoe UI', Helvetica, Arial, sans-serif }
main { max-width: 720px; margin: 0 auto; padding: 32px 20px }
h1 { font-size: 22px } h2 { font-size: 17px; margin: 0 }
article { border-top: 1px solid #dcd8cc; padding: 20px 0 }
article p { margin: 2px 0 10px; color: #55605c; font-size: 13px }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin: 0 }
a { color: #0f5f5c } :focus-visible { outline: 2px solid #0f5f5c; outline-offset: 2px }
@media (prefers-color-scheme: dark) { body { background: #0e1413; color: #e8e6df } article { border-color: #2a3331 } article p { color: #a3aba7 } a { color: #7fd0c8 } }`

/** Addresses become links; everything else stays text. */
const linked = (text: string) =>
  text
    .split(/(https?:\/\/\S+)/)
    .map((part, i) => (i % 2 ? html`<a href="${part}">${part}</a>` : part))

const entry = (mail: MailRow) =>
  html`<article>
    <h2>${mail.subject}</h2>
    <p>
      To ${mail.recipient} ·
      ${new Date(mail.createdAt).toISOString().replace('T', ' ').slice(0, 16)} UTC
    </p>
    <pre>${linked(mail.text ?? '')}</pre>
  </article>`

const Key = z.string().min(1).max(200)

/** The page of mails of one machine. It answers as if it were not there without the right key. */
export function mountOutbox(app: App): void {
  app.get('/outbox', async (c) => {
    const ctx = c.get('ctx')
    const key = Key.safeParse(c.req.query('key'))
    if (!key.success || !opensOutbox(ctx, key.data)) {
      throw new AppError('not_found', 'There is nothing at this address.')
    }
    const mails = await listOutbox(ctx)
    const page = html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width" />
          <title>Outbox · Lantern</title>
          <style>
            ${style}
          </style>
        </head>
        <body>
          <main>
            <h1>Outbox</h1>
            <p>
              No provider sends mail for this server, so its mails are shown here. Newest first;
              reload for more.
            </p>
            ${mails.length > 0 ? mails.map(entry) : html`<p>No mail yet.</p>`}
          </main>
        </body>
      </html>`
    const csp =
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    return c.html(page, 200, {
      'cache-control': 'no-store',
      'content-security-policy': csp,
      'referrer-policy': 'no-referrer',
    })
  })
}
