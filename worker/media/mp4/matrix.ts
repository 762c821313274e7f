import type { VideoTrack } from '../film.ts'
import type { Fields } from './box.ts'

/** The upper left of a transformation: `x' = ax + cy`, `y' = bx + dy`. ISO/IEC 14496-12, 6.2.2 */
export interface Matrix {
  a: number
  b: number
  c: number
  d: number
}

export const upright: Matrix = { a: 1, b: 0, c: 0, d: 1 }

/** Nine numbers at `at`, of which four turn and scale. */
export function readMatrix(fields: Fields, at: number): Matrix {
  const fixed = (index: number) => fields.i32(at + index * 4) / 65536
  return { a: fixed(0), b: fixed(1), c: fixed(3), d: fixed(4) }
}

/** First `inner`, then `outer`. */
export const chain = (inner: Matrix, outer: Matrix): Matrix => ({
  a: inner.a * outer.a + inner.b * outer.c,
  b: inner.a * outer.b + inner.b * outer.d,
  c: inner.c * outer.a + inner.d * outer.c,
  d: inner.c * outer.b + inner.d * outer.d,
})

type Turn = Pick<VideoTrack, 'rotation' | 'isMirrored'>

/** The nearest quarter turn; upright for a matrix that flattens the picture. */
export function toTurn({ a, b, c, d }: Matrix): Turn {
  const area = a * d - b * c
  if (!Number.isFinite(area) || area === 0) return { rotation: 0, isMirrored: false }
  const degrees = (Math.atan2(-c, d) * 180) / Math.PI // c and d stay where a mirror changes a and b
  const quarters = ((Math.round(degrees / 90) % 4) + 4) % 4
  const rotation = ([0, 90, 180, 270] as const)[quarters] ?? 0
  return { rotation, isMirrored: area < 0 }
}
