import type { PictureCodec } from '#contracts/ladder.ts'

/** What the address and the master playlist tell of a rendition. */
export interface Rendition {
  /** The same for every address of one rendition, whatever token or playlist it names. */
  key: string
  /** Its playlist still gets longer: a place far on may not be there yet. */
  isGrowing: boolean
  heightPx: number
  codec: PictureCodec | null
}

/** `live.m3u8` and `index.m3u8` of one folder are the same rendition, under any token. */
export function toKey(url: string): string {
  const { pathname } = new URL(url, 'https://nowhere.invalid')
  return pathname.replace(/^\/p\/[^/]+(?=\/v\/)/, '').replace(/\/[^/]*$/, '')
}

/** The uploaded file itself, played as it is. */
export const isOriginalUrl = (url: string): boolean => /\/v\/[^/]+\/s\/[^/]+\//.test(url)

/**
 * Before its playlist was read. The uploaded file has one address for good; it is whole before
 * anything is made from it, and alone until then.
 */
export const isGrowingUrl = (url: string): boolean =>
  /\/live\.m3u8(?:[?#]|$)/.test(url) && !isOriginalUrl(url)

/** Whether a master playlist says that nothing will join it any more. */
export const isFinalMaster = (text: string): boolean => /^#EXT-X-LANTERN-FINAL:YES\s*$/m.test(text)

/**
 * Which of a first list take part: those that are whole, else the one named first. Between two that
 * grow a player could switch to the one that has not got as far.
 */
export function planStart<R extends Rendition>(listed: R[]): R[] {
  const whole = listed.filter((one) => !one.isGrowing)
  return whole.length > 0 ? whole : listed.slice(0, 1)
}

/**
 * Of one size in several codecs the best alone: they look the same, and the others cost more bits.
 * `order`: what this browser plays well, best first. The uploaded file is a choice of its own, and
 * nothing that is whole steps back for what still grows.
 */
export function preferCodec<R extends Rendition>(listed: R[], order: PictureCodec[]): R[] {
  const made = listed.filter((one) => !isOriginalUrl(`${one.key}/`))
  const isBetter = (one: R, than: R) =>
    one.heightPx === than.heightPx &&
    rankOf(one.codec, order) < rankOf(than.codec, order) &&
    (!one.isGrowing || than.isGrowing)
  return listed.filter((one) => !made.includes(one) || !made.some((other) => isBetter(other, one)))
}

/** Which of a list take part, by their codecs. */
export type Choose = <R extends Rendition>(listed: R[]) => R[]

/** Where another codec could not be decoded: H.264 alone, if there is any. */
export function plainOnly<R extends Rendition>(listed: R[]): R[] {
  const plain = listed.filter(({ codec }) => codec === 'h264')
  return plain.length > 0 ? plain : listed
}

/** May H.264 play what this codec could not? Once a film, for it is tried only then. */
export const canFallBack = (codec: PictureCodec | null | undefined, isPlain: boolean): boolean =>
  !isPlain && (codec === 'av1' || codec === 'hevc')

/** 0 is the best; a codec that is not in `order` comes after all that are. */
export const rankOf = (codec: PictureCodec | null, order: PictureCodec[]): number =>
  codec && order.includes(codec) ? order.indexOf(codec) : order.length

interface JoinPlan<R> {
  joins: R[]
  leaves: string[]
}

/**
 * What changes in a session that plays `here` when the master lists `listed`. Only whole renditions
 * join. One that is not listed any more, or still grows, leaves once nobody uses it and a whole one
 * of its height or above is listed.
 */
export function planJoin<R extends Rendition>(
  here: Rendition[],
  listed: R[],
  inUse: ReadonlySet<string>,
): JoinPlan<R> {
  const has = (list: Rendition[], key: string) => list.some((one) => one.key === key)
  const isAsGood = (one: Rendition, than: Rendition) =>
    one.key !== than.key && !one.isGrowing && one.heightPx >= than.heightPx
  const leaving = here.filter((one) => {
    if (inUse.has(one.key) || (has(listed, one.key) && !one.isGrowing)) return false
    return listed.some((other) => isAsGood(other, one))
  })
  return {
    joins: listed.filter((one) => !one.isGrowing && !has(here, one.key)),
    leaves: leaving.map(({ key }) => key),
  }
}

/** Seconds that the first segment, some six seconds of film, may take on its way. */
const FIRST_SEGMENT_WAIT = 1
const SEGMENT_SECONDS = 6

/**
 * The level to begin with, of levels sorted upwards: the highest whose first segment arrives within
 * a second, else the lowest.
 */
export function planFirstLevel(levelBitsPerSecond: number[], networkBitsPerSecond: number): number {
  const affordable = (networkBitsPerSecond * FIRST_SEGMENT_WAIT) / SEGMENT_SECONDS
  return Math.max(
    0,
    levelBitsPerSecond.findLastIndex((bits) => bits <= affordable),
  )
}
