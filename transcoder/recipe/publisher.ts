import type { TaskPublication } from '#contracts/task.ts'
import { Stopped } from '../failure.ts'
import type { EncodePlan } from '../plan/encode.ts'
import type { Attempt } from './attempt.ts'
import { toPublication } from './report.ts'

export type Publisher = (renditions: TaskPublication['renditions']) => Promise<void>

/**
 * Offers to viewers what is stored already. A Worker that is away or takes no publications costs
 * the attempt nothing, as its report says it all again. Throws only what stops the attempt.
 */
export function createPublisher(attempt: Attempt, plan: EncodePlan): Publisher {
  const { spec, reporter, log, signal } = attempt
  let isWelcome = true
  return async (renditions) => {
    if (!isWelcome) return
    try {
      isWelcome = await reporter.publish(toPublication(spec, plan, renditions), signal)
      if (!isWelcome) log.warn('this Worker takes no publications')
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof Stopped) throw error
      log.warn('publication failed', { error: String(error) })
    }
  }
}
