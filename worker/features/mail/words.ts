import { html } from 'hono/html'

/** What a mail says: short paragraphs, one link, and why it came. Every value is escaped in HTML. */
export interface Words {
  subject: string
  paragraphs: string[]
  action?: { label: string; url: string }
  /** Under the line: why it came, and what to do where it should not have. */
  foot: string
}

export const toText = ({ paragraphs, action, foot }: Words): string =>
  [
    ...paragraphs,
    ...(action ? [`${action.label}:\n${action.url}`] : []),
    `--\n${foot}\nLantern`,
  ].join('\n\n')

const font = "font-family: 'Instrument Sans', 'Segoe UI', Helvetica, Arial, sans-serif"

/** Styles stand in the elements: programs for mail know no other. */
export async function toHtml({ subject, paragraphs, action, foot }: Words): Promise<string> {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${subject}</title>
      </head>
      <body style="margin: 0; background: #f5f3ec; color: #1c2422; ${font}">
        <div
          style="max-width: 520px; margin: 0 auto; padding: 32px 20px; font-size: 16px; line-height: 24px"
        >
          <p style="margin: 0 0 24px; font-weight: 700">Lantern</p>
          ${paragraphs.map((words) => html`<p style="margin: 0 0 16px">${words}</p>`)}
          ${
            action
              ? html`<p style="margin: 24px 0">
                    <a
                      href="${action.url}"
                      style="display: inline-block; padding: 12px 20px; border-radius: 8px; background: #0f5f5c; color: #ffffff; font-weight: 600; text-decoration: none"
                      >${action.label}</a
                    >
                  </p>
                  <p style="margin: 0 0 16px; font-size: 13px; line-height: 20px; color: #55605c">
                    Or open this address:<br /><span style="word-break: break-all"
                      >${action.url}</span
                    >
                  </p>`
              : ''
          }
          <p
            style="margin: 28px 0 0; padding-top: 16px; border-top: 1px solid #dcd8cc; font-size: 13px; line-height: 20px; color: #55605c"
          >
            ${foot}
          </p>
        </div>
      </body>
    </html>`
  return (await page).toString()
}
