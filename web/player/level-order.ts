import type { Level } from 'hls.js'
import { codecOf } from '#contracts/codec.ts'
import type { PictureCodec } from '#contracts/ladder.ts'
import { isGrowingUrl, rankOf, type Rendition, toKey } from './rendition.ts'

export function toRendition({ uri, height, details, attrs }: Level): Rendition {
  return {
    key: toKey(uri),
    isGrowing: details?.live ?? isGrowingUrl(uri),
    heightPx: height,
    codec: codecOf(attrs.CODECS ?? ''),
  }
}

/** Each picture is listed once a group of sounds, and goes with all of them here. */
export const isFirstOfKey = ({ key }: Rendition, place: number, all: Rendition[]): boolean =>
  all.findIndex((other) => other.key === key) === place

/**
 * The order in which hls.js keeps levels: capping to the size of the player needs it by height, and
 * of those it can afford it takes the last.
 */
export const upwards = (codecs: PictureCodec[]) => (a: Level, b: Level) => {
  const rank = (level: Level) => rankOf(codecOf(level.attrs.CODECS ?? ''), codecs)
  return a.height - b.height || rank(b) - rank(a) || a.bitrate - b.bitrate
}
