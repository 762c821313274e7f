export interface Slots {
  /** Resolves to a function that gives the slot back. Throws the signal's reason. */
  take(signal: AbortSignal): Promise<() => void>
}

/** At most `count` at once over all files; first come, first served. */
export function createSlots(count: number): Slots {
  let free = count
  const waiting: (() => void)[] = []

  function giveBack() {
    const next = waiting.shift()
    if (next) next()
    else free += 1
  }

  return {
    async take(signal) {
      signal.throwIfAborted()
      if (free > 0) free -= 1
      else {
        await new Promise<void>((resolve, reject) => {
          const granted = () => {
            signal.removeEventListener('abort', left)
            resolve()
          }
          const left = () => {
            waiting.splice(waiting.indexOf(granted), 1)
            reject(signal.reason)
          }
          waiting.push(granted)
          signal.addEventListener('abort', left, { once: true })
        })
      }
      let isGiven = false
      return () => {
        if (!isGiven) giveBack()
        isGiven = true
      }
    },
  }
}
