import type { TaskReport } from '#contracts/task.ts'
import { encode, fetchAndPlan, storeOutputs } from './attempt.ts'
import type { Attempt } from './attempt.ts'
import { followGrowth } from './growth.ts'
import { standBack } from '../run/stand-back.ts'
import { listKeys, toReport } from './report.ts'

/** How often ffmpeg is asked for its progress, and with it for finished segments. */
const progressSeconds = 0.1

/** Of film; from there on nobody waits, for it is made faster than it is watched. */
const hurriedSeconds = 20
/** Behind short films, before long ones. */
const laterNiceness = 10

/** The lowest rung or the sound alone, published while it is made. */
export async function makeOpening(attempt: Attempt): Promise<TaskReport> {
  const { spec, signal, pulse } = attempt
  const planned = await fetchAndPlan(attempt)
  const growth = followGrowth(attempt, planned.plan)
  let isHurried = true
  const { made, cpuSeconds } = await encode(attempt, planned, {
    signal: AbortSignal.any([signal, growth.signal]),
    progressSeconds,
    onProgress: ({ outSeconds }, pid) => {
      growth.look()
      if (isHurried && outSeconds > hurriedSeconds) {
        isHurried = false
        void standBack(pid, laterNiceness)
      }
    },
  }).finally(growth.end)
  growth.signal.throwIfAborted()

  pulse.move('store', 0)
  const stored = await growth.end()
  const keys = made.flatMap(({ rendition }) => listKeys(rendition))
  await storeOutputs(
    attempt,
    keys.filter((key) => !stored.has(key)),
  )
  return toReport(spec, made, { cpuSeconds })
}
