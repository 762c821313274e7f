import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import path from 'node:path'

export interface LogLine {
  time: string
  level: string
  msg: string
  [field: string]: unknown
}

const maxBytes = 10 * 2 ** 20

/** JSON lines; the file before the last rotation stays as `<name>.1`. */
export function openLogFile(file: string): (text: string, level?: string) => LogLine {
  mkdirSync(path.dirname(file), { recursive: true })
  let size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  return (text, level = 'info') => {
    const line = toLogLine(text, level)
    const json = `${JSON.stringify(line)}\n`
    if (size + json.length > maxBytes) {
      renameSync(file, `${file}.1`)
      size = 0
    }
    // At once: a line that explains a crash must not wait in a buffer.
    appendFileSync(file, json)
    size += Buffer.byteLength(json)
    return line
  }
}

/** Programs of ours print JSON; anything else (a runtime's own words) is wrapped. */
export function toLogLine(text: string, level: string): LogLine {
  const wrapped = { time: new Date().toISOString(), level, msg: text }
  if (!text.startsWith('{')) return wrapped
  try {
    return { ...wrapped, msg: '', ...(JSON.parse(text) as Partial<LogLine>) }
  } catch {
    return wrapped
  }
}

/** One line a person can read, or undefined where it is not worth one. */
export function toConsoleLine(source: string, line: LogLine): string | undefined {
  if (!['warn', 'error', 'fatal'].includes(line.level)) return undefined
  const { time: _time, level, msg, ...fields } = line
  const details = Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`)
  const text = [msg, ...details].join('  ').split('\n')[0] ?? ''
  return `${source} ${level}: ${text.slice(0, 400)}`
}
