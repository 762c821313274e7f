/**
 * Libraries that end the whole process on a signal keep it from stopping in order. Whatever
 * handlers `make` adds are taken off again.
 */
export async function keepSignals<T>(make: () => Promise<T>): Promise<T> {
  const signals = ['SIGINT', 'SIGTERM'] as const
  const before = new Set(signals.flatMap((signal) => process.listeners(signal)))
  const made = await make()
  for (const signal of signals) {
    for (const listener of process.listeners(signal)) {
      if (!before.has(listener)) process.off(signal, listener)
    }
  }
  return made
}
