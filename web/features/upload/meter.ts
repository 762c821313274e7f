export interface Reading {
  /** 0 to 100; never falls, though a part that failed is sent again. */
  percent: number
  bytesPerSecond: number | null
  timeLeftMs: number | null
}

export interface Meter {
  /** Takes the bytes sent so far, of the whole file. */
  read(sentBytes: number): Reading
  /** Call before bytes move again: the pause does not count as slowness. */
  restart(): void
}

const smoothingMs = 4000
const sampleMs = 250
const settleMs = 1500

/** Speed is an exponential mean over about 4 s; time left follows from it. */
export function createMeter(sizeBytes: number, now: () => number): Meter {
  let bestBytes = 0
  let speed: number | null = null
  let startedAt: number | undefined
  let last: { at: number; bytes: number } | undefined

  function sample(bytes: number) {
    const at = now()
    startedAt ??= at
    last ??= { at, bytes }
    const elapsedMs = at - last.at
    if (elapsedMs < sampleMs) return
    const current = (Math.max(0, bytes - last.bytes) / elapsedMs) * 1000
    const weight = 1 - Math.exp(-elapsedMs / smoothingMs)
    speed = speed === null ? current : speed + (current - speed) * weight
    last = { at, bytes }
  }

  return {
    read(sentBytes) {
      sample(sentBytes)
      bestBytes = Math.min(sizeBytes, Math.max(bestBytes, sentBytes))
      const isSettled = startedAt !== undefined && now() - startedAt >= settleMs
      const known = isSettled && speed !== null && speed > 0 ? speed : null
      return {
        percent: sizeBytes ? (bestBytes / sizeBytes) * 100 : 0,
        bytesPerSecond: known,
        timeLeftMs: known ? ((sizeBytes - bestBytes) / known) * 1000 : null,
      }
    },
    restart() {
      startedAt = undefined
      last = undefined
      speed = null
    },
  }
}
