import type { Picture } from './picture.ts'

interface Taps {
  first: number
  weights: Float32Array
}

/**
 * A linear filter as wide as one pixel of the result is in the source: neither jagged nor blocky.
 * Answers what of the source makes each pixel of the result.
 */
function planTaps(sourcePx: number, targetPx: number): Taps[] {
  const scale = sourcePx / targetPx
  const reach = Math.max(1, scale)
  return Array.from({ length: targetPx }, (_, i) => {
    const centre = (i + 0.5) * scale - 0.5
    const first = Math.max(0, Math.ceil(centre - reach))
    const last = Math.min(sourcePx - 1, Math.floor(centre + reach))
    const weights = Float32Array.from({ length: last - first + 1 }, (_, j) =>
      Math.max(0, 1 - Math.abs(first + j - centre) / reach),
    )
    const sum = weights.reduce((total, weight) => total + weight, 0)
    return { first, weights: weights.map((weight) => weight / sum) }
  })
}

/** The middle square of a picture, in `sidePx`. Colours of clear pixels do not bleed. */
export function cutSquare({ data, width, height }: Picture, sidePx: number): Picture {
  const sourcePx = Math.min(width, height)
  const [left, top] = [(width - sourcePx) >> 1, (height - sourcePx) >> 1]
  const taps = planTaps(sourcePx, sidePx)

  /** Rows of the source, each as wide as the result. */
  const rows = new Float32Array(sourcePx * sidePx * 4)
  for (let y = 0; y < sourcePx; y++) {
    const row = ((top + y) * width + left) * 4
    for (let x = 0; x < sidePx; x++) {
      const { first, weights } = taps[x]!
      let [r, g, b, a] = [0, 0, 0, 0]
      for (let i = 0; i < weights.length; i++) {
        const at = row + (first + i) * 4
        const alpha = weights[i]! * data[at + 3]!
        r += alpha * data[at]!
        g += alpha * data[at + 1]!
        b += alpha * data[at + 2]!
        a += alpha
      }
      rows.set([r, g, b, a], (y * sidePx + x) * 4)
    }
  }

  const square = new Uint8Array(sidePx * sidePx * 4)
  for (let y = 0; y < sidePx; y++) {
    const { first, weights } = taps[y]!
    for (let x = 0; x < sidePx; x++) {
      let [r, g, b, a] = [0, 0, 0, 0]
      for (let i = 0; i < weights.length; i++) {
        const at = ((first + i) * sidePx + x) * 4
        const weight = weights[i]!
        r += weight * rows[at]!
        g += weight * rows[at + 1]!
        b += weight * rows[at + 2]!
        a += weight * rows[at + 3]!
      }
      const whole = a || 1
      const pixel = [r / whole, g / whole, b / whole, a].map(Math.round)
      square.set(pixel, (y * sidePx + x) * 4)
    }
  }
  return { data: square, width: sidePx, height: sidePx }
}

/** Where each pixel of an upright square of `n` comes from, by EXIF orientation less one. */
const origins: ((x: number, y: number, n: number) => [number, number])[] = [
  (x, y) => [x, y],
  (x, y, n) => [n - x, y],
  (x, y, n) => [n - x, n - y],
  (x, y, n) => [x, n - y],
  (x, y) => [y, x],
  (x, y, n) => [y, n - x],
  (x, y, n) => [n - y, n - x],
  (x, y, n) => [n - y, x],
]

/** A square turned upright. */
export function turnUp(square: Picture, orientation: number): Picture {
  const origin = origins[orientation - 1]
  if (!origin || orientation === 1) return square
  const { width } = square
  const source = new Uint32Array(square.data.slice().buffer)
  const turned = source.map((_, i) => {
    const [x, y] = origin(i % width, Math.floor(i / width), width - 1)
    return source[y * width + x]!
  })
  return { ...square, data: new Uint8Array(turned.buffer) }
}
