import type { Place } from './film.ts'

const soundSliceSeconds = 6

/** Where there is only sound, decoding can begin anywhere: places some 6 s apart are enough. */
export function thinOut(places: Place[]): Place[] {
  const kept: Place[] = []
  for (const place of places) {
    const last = kept.at(-1)
    if (!last || place.seconds - last.seconds >= soundSliceSeconds) kept.push(place)
  }
  return kept
}
