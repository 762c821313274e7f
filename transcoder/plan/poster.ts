import type { Command } from './command.ts'
import { jpegOptions, keysOnly, trusted } from './images.ts'
import type { Look } from './look.ts'

export const maxPosters = 6
export const posterKey = (number: number): string => `poster_${number}.jpg`

type Curve = [x: number, y: number][]

/** Straight lines between the points, level outside of them. */
function read(curve: Curve, x: number): number {
  const next = curve.findIndex(([at]) => at >= x)
  if (next === 0) return curve[0]![1]
  if (next === -1) return curve.at(-1)![1]
  const [[x0, y0], [x1, y1]] = [curve[next - 1]!, curve[next]!]
  return y0 + ((x - x0) / (x1 - x0)) * (y1 - y0)
}

/** Never 0, so that a film of dark or flat pictures still has a best one. */
const byLight: Curve = [
  [12, 0.02],
  [30, 0.25],
  [60, 1],
  [190, 1],
  [225, 0.7],
  [245, 0.1],
]
const byEntropy: Curve = [
  [0.05, 0.02],
  [0.3, 0.3],
  [0.6, 1],
]
/** By the share of the film that has passed: titles come first, credits and the end's turn last. */
const byPlace: Curve = [
  [0, 0.35],
  [0.04, 0.7],
  [0.1, 1],
  [0.6, 1],
  [0.9, 0.7],
  [1, 0.4],
]
const openingSeconds = 3
const openingWorth = 0.5

/** How good each picture is by itself, 0 to 1; as sharp as the film's sharper quarter is sharp. */
export function scoreLooks(looks: Look[]): number[] {
  const rising = looks.map(({ sharpness }) => sharpness).toSorted((a, b) => a - b)
  const sharp = Math.max(1, rising[Math.floor(rising.length * 0.75)] ?? 1)
  return looks.map(
    ({ light, entropy, sharpness }) =>
      (0.05 + 0.95 * Math.min(1, sharpness / sharp)) *
      read(byLight, light) *
      read(byEntropy, entropy),
  )
}

/** Mean difference of two thumbs, 0 to 1. */
export function pictureDistance(a: Uint8Array, b: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!)
  return sum / (255 * a.length)
}

/** Posters lie so far apart in picture and, as a share of the film, in time: the best can, first. */
const rounds = [
  { picture: 0.12, time: 1 / 12 },
  { picture: 0.07, time: 1 / 20 },
  { picture: 0.035, time: 1 / 60 },
]
/** What is worse than this share of the best is no poster. */
const leastWorth = 0.3

/**
 * Up to six pictures that differ, the best one first. One, where the film is one picture; none,
 * where there are none.
 */
export function choosePosters(looks: Look[], durationSeconds: number): Look[] {
  const scores = scoreLooks(looks)
  const best = Math.max(0, ...scores)
  const placeOf = ({ atSeconds }: Look) => {
    const isOpening = atSeconds < openingSeconds && durationSeconds > openingSeconds * 4
    return read(byPlace, atSeconds / durationSeconds) * (isOpening ? openingWorth : 1)
  }
  const falling = looks
    .map((look, i) => ({ look, score: scores[i]!, rank: scores[i]! * placeOf(look) }))
    .filter(({ score }) => score >= best * leastWorth)
    .toSorted((a, b) => b.rank - a.rank)
    .map(({ look }) => look)

  const chosen: Look[] = []
  for (const { picture, time } of rounds) {
    for (const look of falling) {
      if (chosen.length === maxPosters) return chosen
      const isApart = chosen.every(
        (other) =>
          Math.abs(other.atSeconds - look.atSeconds) >= time * durationSeconds &&
          pictureDistance(other.thumb, look.thumb) >= picture,
      )
      if (isApart) chosen.push(look)
    }
  }
  return chosen
}

/** Clocks of containers round; half a frame is never less than this. */
const hairSeconds = 0.004

/**
 * One frame of the sharpest rendition, at most 1280 wide. `atSeconds` counts in the file. Renditions
 * share their key frames, so one of those is found without decoding what lies before it.
 */
export function toPosterCommand(
  piece: { path: string; atSeconds: number; isKey: boolean },
  posterPath: string,
): Command {
  const { atSeconds, isKey } = piece
  const seek = isKey ? atSeconds + hairSeconds : Math.max(0, atSeconds - hairSeconds)
  const options = [...(isKey ? [...keysOnly, '-noaccurate_seek'] : []), '-ss', seek.toFixed(3)]
  const filters = `scale='min(1280,iw)':-2:flags=lanczos:out_range=pc`
  return {
    inputs: [{ options: [...trusted, ...options], path: `file:${piece.path}` }],
    outputs: [
      {
        options: ['-vf', filters, '-frames:v', '1', '-update', '1', ...jpegOptions(3)],
        path: posterPath,
      },
    ],
  }
}
