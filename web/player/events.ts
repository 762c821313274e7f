type Handler<T> = (detail: T) => void

/** A typed emitter; `on` hands back the function that ends it. */
export function createEvents<Events extends object>() {
  const handlers = new Map<keyof Events, Set<Handler<never>>>()
  return {
    on<K extends keyof Events>(name: K, run: Handler<Events[K]>): () => void {
      const set = handlers.get(name) ?? new Set()
      handlers.set(name, set.add(run))
      return () => set.delete(run)
    },
    emit<K extends keyof Events>(name: K, detail: Events[K]): void {
      for (const run of handlers.get(name) ?? []) (run as Handler<Events[K]>)(detail)
    },
  }
}
