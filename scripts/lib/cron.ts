/** Lowest and highest value of minute, hour, day, month and weekday (0 is Sunday). */
const ranges = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
] as const

/**
 * Whether a cron line runs in the minute of `date`, in UTC as on Cloudflare. Knows `*`, numbers,
 * lists, `a-b` and `/n`. Throws for anything else, so a line that never runs is noticed.
 */
export function isDue(line: string, date: Date): boolean {
  const fields = line.trim().split(/\s+/)
  if (fields.length !== ranges.length) throw new Error(`cron line "${line}" needs five fields`)
  const values = [
    date.getUTCMinutes(),
    date.getUTCHours(),
    date.getUTCDate(),
    date.getUTCMonth() + 1,
    date.getUTCDay(),
  ]
  return fields.every((field, index) => matches(field, values[index]!, ranges[index]!))
}

function matches(field: string, value: number, [lowest, highest]: readonly [number, number]) {
  return field.split(',').some((part) => {
    const match = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part)
    if (!match) throw new Error(`cron field "${field}" is not understood`)
    const [, first, last, every] = match
    const from = first === undefined ? lowest : Number(first)
    const to = last !== undefined ? Number(last) : first === undefined || every ? highest : from
    if (from < lowest || to > highest) throw new Error(`cron field "${field}" is out of range`)
    return value >= from && value <= to && (value - from) % Number(every ?? 1) === 0
  })
}

/** Calls `run` with each line that is due, at the start of every minute. Answers how to stop. */
export function tickCrons(lines: string[], run: (line: string) => void): () => void {
  let timer: NodeJS.Timeout
  const wait = () => {
    timer = setTimeout(
      () => {
        const now = new Date()
        for (const line of lines) if (isDue(line, now)) run(line)
        wait()
      },
      60_000 - (Date.now() % 60_000),
    )
  }
  wait()
  return () => clearTimeout(timer)
}
