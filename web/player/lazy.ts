/** Something that is made when it is first wanted. A failed load may be tried again. */
export function createLazy<T>(load: () => Promise<T>, onFail: () => void) {
  let made: T | undefined
  let loading: Promise<void> | undefined
  function fetch(): Promise<void> {
    loading ??= load().then((value) => void (made = value))
    loading.catch(() => (loading = undefined))
    return loading
  }
  return {
    /** So that it is there when it is wanted. */
    warm: () => void fetch().catch(() => undefined),
    /** At once where it is there. */
    use(run: (value: T) => void) {
      if (made !== undefined) return run(made)
      void fetch().then(() => run(made!), onFail)
    },
    /** Only where it is there. */
    peek: () => made,
  }
}
