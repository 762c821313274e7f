/** Files carry ISO 639-2 codes such as `ger`; playlists want RFC 5646, shortest form. */
export function languageTag(language: string | null): string | undefined {
  if (!language || /^(und|mul|zxx|mis)$/i.test(language)) return undefined
  try {
    return Intl.getCanonicalLocales(bibliographic[language] ?? language)[0]
  } catch {
    return undefined
  }
}

/** ISO 639-2/B codes that files use and locales do not know. */
const bibliographic: Record<string, string> = {
  alb: 'sq',
  arm: 'hy',
  baq: 'eu',
  bur: 'my',
  chi: 'zh',
  cze: 'cs',
  dut: 'nl',
  fre: 'fr',
  geo: 'ka',
  ger: 'de',
  gre: 'el',
  ice: 'is',
  mac: 'mk',
  mao: 'mi',
  may: 'ms',
  per: 'fa',
  rum: 'ro',
  slo: 'sk',
  tib: 'bo',
  wel: 'cy',
}

/** In its own words, as a viewer looks for it; undefined where it has none. */
export function languageName(tag: string | undefined): string | undefined {
  const name = tag && new Intl.DisplayNames([tag], { type: 'language' }).of(tag)
  return name && name !== tag ? name.replaceAll('"', '') : undefined
}

/** What a sound is called wherever it is offered: by its title, else by its language. */
export const soundName = (sound: {
  label?: string | null | undefined
  language: string | null
}): string | undefined =>
  sound.label?.replaceAll(/["\p{Cc}]/gu, '') || languageName(languageTag(sound.language))
