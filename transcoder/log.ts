export type LogFields = Record<string, unknown>

/** One JSON line an event on stdout; the fields of `with` join every line below it. */
export interface Log {
  info: (msg: string, fields?: LogFields) => void
  warn: (msg: string, fields?: LogFields) => void
  error: (msg: string, fields?: LogFields) => void
  with: (fields: LogFields) => Log
}

export function createLog(
  base: LogFields = {},
  write: (line: string) => void = (line) => process.stdout.write(line),
): Log {
  const at =
    (level: string) =>
    (msg: string, fields: LogFields = {}) =>
      write(
        `${JSON.stringify({ time: new Date().toISOString(), level, msg, ...base, ...fields })}\n`,
      )
  return {
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: (fields) => createLog({ ...base, ...fields }, write),
  }
}
