const startedAt = Number(process.env['LANTERN_STARTED_AT']) || Date.now()

const elapsed = (): string => `${((Date.now() - startedAt) / 1000).toFixed(1).padStart(6)} s`

/** One line for the operator, with the time since the command was typed. */
export const say = (text: string): void => console.log(`${elapsed()}  ${text}`)

/** Names what is going on, and after five seconds of silence that it still is. */
export async function step<T>(text: string, work: () => Promise<T>): Promise<T> {
  say(text)
  const timer = setInterval(() => say(`  still: ${text}`), 15_000)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}

/** A refusal that the operator can act on; printed without a stack. */
export class Refusal extends Error {}

/** Runs a script's body; a Refusal ends it with its sentence alone. */
export async function runMain(main: () => Promise<void>): Promise<void> {
  try {
    await main()
  } catch (error) {
    if (!(error instanceof Refusal)) console.error(error)
    else console.error(`\n${error.message}\n`)
    process.exit(1)
  }
}
