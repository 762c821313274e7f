/** As much as a session keeps. */
const keptLength = 200

/** Browsers tell their version and grow: a newer one is the same device. */
const toKind = (userAgent: string) => userAgent.slice(0, keptLength).replace(/\d+(?:[._]\d+)*/g, '')

export const isKnownDevice = (userAgent: string, known: string[]): boolean =>
  known.some((one) => toKind(one) === toKind(userAgent))

/** The first that fits: most browsers claim to be the older ones, too. */
const browsers: [RegExp, string][] = [
  [/Edg(e|A|iOS)?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/(Firefox|FxiOS)\//, 'Firefox'],
  [/(Chrome|CriOS|Chromium)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]
const systems: [RegExp, string][] = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/CrOS/, 'ChromeOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/Linux/, 'Linux'],
]

const nameBy = (list: [RegExp, string][], userAgent: string) =>
  list.find(([pattern]) => pattern.test(userAgent))?.[1]

/** Such as `Firefox on Windows`; never what the header says word for word. */
export function describeDevice(userAgent: string): string {
  const browser = nameBy(browsers, userAgent)
  const system = nameBy(systems, userAgent)
  if (browser && system) return `${browser} on ${system}`
  return browser ?? (system ? `a program on ${system}` : 'an unknown device')
}
