/**
 * Work through `items` in order, up to `width` at once. After an error nothing more begins; it is
 * thrown when what had begun is over.
 */
export async function inParallel<T>(
  items: T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items.values()
  let hasFailed = false
  const takeTurns = async () => {
    for (const item of rest) {
      if (hasFailed) return
      await work(item).catch((error: unknown) => {
        hasFailed = true
        throw error
      })
    }
  }
  await allEnded(Array.from({ length: Math.min(width, items.length) }, takeTurns))
}

/** Like `Promise.all`, but an error waits until the others have ended too. */
export async function allEnded<T extends readonly Promise<unknown>[] | []>(promises: T) {
  await Promise.allSettled(promises)
  return Promise.all(promises)
}
