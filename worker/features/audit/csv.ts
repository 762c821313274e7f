import type { AuditEntry } from '#contracts/audit.ts'

/**
 * One field. Spreadsheets run what begins like a formula, so a quote goes in front. Sources:
 * RFC 4180, https://owasp.org/www-community/attacks/CSV_Injection
 */
export function toField(value: string): string {
  const harmless = /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value
  return /[",;\r\n\t]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

const toLine = (fields: string[]): string => `${fields.map(toField).join(',')}\r\n`

export const csvHead = toLine([
  ...['time', 'kind', 'actor_kind', 'actor_id', 'actor_name'],
  ...['video_id', 'data', 'request_id'],
])

/** `data` is JSON. */
export const toCsv = (entries: AuditEntry[]): string =>
  entries
    .map(({ at, kind, actor, videoId, data, requestId }) =>
      toLine([
        ...[at, kind, actor.kind, actor.id ?? '', actor.name ?? ''],
        ...[videoId ?? '', JSON.stringify(data), requestId],
      ]),
    )
    .join('')
