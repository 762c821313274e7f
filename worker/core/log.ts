import { DrizzleQueryError } from 'drizzle-orm/errors'

export type LogFields = Record<string, string | number | boolean | null | undefined>

export interface Log {
  info: (msg: string, fields?: LogFields) => void
  warn: (msg: string, fields?: LogFields) => void
  error: (msg: string, error: unknown, fields?: LogFields) => void
}

/** One JSON line an entry, with the request's id on each. */
export function createLog(base: LogFields): Log {
  const write = (level: 'info' | 'warn' | 'error', msg: string, fields: LogFields = {}) => {
    const time = new Date().toISOString()
    console[level](JSON.stringify({ time, level, msg, ...base, ...fields }))
  }
  return {
    info: (msg, fields) => write('info', msg, fields),
    warn: (msg, fields) => write('warn', msg, fields),
    error: (msg, error, fields) => write('error', msg, { ...fields, error: describe(error) }),
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // A failed statement names its values, which may be people's; what went wrong is its cause.
  if (error instanceof DrizzleQueryError) return `failed statement ← ${describe(error.cause)}`
  const cause = error.cause ? ` ← ${describe(error.cause)}` : ''
  return `${error.stack ?? error.message}${cause}`
}

/** Tokens stand in paths, also in mistyped ones; logs must not open videos. */
export const redactPath = (path: string): string =>
  path.replace(/\/p\/[^/]+/g, '/p/…').replace(/[\w-]+\.eyJ[\w-]+\.[\w-]+/g, '…')
