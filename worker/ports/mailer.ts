import { z } from 'zod'
import type { Config, Env } from '../env.ts'

export interface Mail {
  /** Stays the same over repeats, so that a provider can drop the second. */
  id: string
  to: string
  subject: string
  text: string
  html: string
}

/** Hands a mail over. Throws where it was not taken; the caller tries again. */
export interface Mailer {
  send: (mail: Mail) => Promise<void>
  /** Its words are kept after they left: on one machine, for the outbox page. */
  keepsWords: boolean
}

/** `Name <address>` or a bare address. */
export const Sender = z
  .string()
  .regex(/^(?:[^<>"\r\n]{1,80} <[^<>\s@]+@[^<>\s@]+>|[^<>\s@]+@[^<>\s@]+)$/, 'Name <address>')

function parseSender(from: string): { email: string; name?: string } {
  const [, name, email] = /^(.*) <(.*)>$/.exec(from) ?? []
  return email ? { email, name: name! } : { email: from }
}

/** https://developers.cloudflare.com/email-service/api/send-emails/workers-api/ */
function platformMailer(env: Env, from: string): Mailer {
  const { EMAIL } = env
  if (!EMAIL) throw new Error('MAIL_PROVIDER is cloudflare, and no EMAIL is bound')
  return {
    keepsWords: false,
    send: async ({ to, subject, text, html }) => {
      await EMAIL.send({ from: parseSender(from), to, subject, text, html } as never)
    },
  }
}

/**
 * A provider that takes JSON over HTTPS with a bearer key and an Idempotency-Key, as Resend does:
 * https://resend.com/docs/api-reference/emails/send-email
 */
function httpMailer({ MAIL_HTTP_URL, MAIL_HTTP_KEY, MAIL_FROM }: Config): Mailer {
  return {
    keepsWords: false,
    send: async ({ id, to, subject, text, html }) => {
      const reply = await fetch(MAIL_HTTP_URL, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${MAIL_HTTP_KEY}`,
          'content-type': 'application/json',
          'idempotency-key': id,
        },
        body: JSON.stringify({ from: MAIL_FROM, to: [to], subject, text, html }),
        redirect: 'manual',
        signal: AbortSignal.timeout(15_000),
      })
      await reply.body?.cancel()
      if (!reply.ok) throw new Error(`the mail provider answered ${reply.status}`)
    },
  }
}

/** One machine without a provider: the outbox page shows them. */
const outbox: Mailer = { keepsWords: true, send: async () => {} }

export function mailerOf(env: Env, config: Config): Mailer {
  if (config.MAIL_PROVIDER === 'cloudflare') return platformMailer(env, config.MAIL_FROM)
  return config.MAIL_PROVIDER === 'http' ? httpMailer(config) : outbox
}
