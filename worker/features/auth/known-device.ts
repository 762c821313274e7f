/** As much as a session keeps. */
const keptLength = 200

/** Browsers tell their version and grow: a newer one is the same device. */
const toKind = (userAgent: string) => userAgent.slice(0, keptLength).replace(/\d+(?:[._]\d+)*/g, '')

export const isKnownDevice = (userAgent: string, known: string[]): boolean =>
  known.some((one) => toKind(one) === toKind(userAgent))
