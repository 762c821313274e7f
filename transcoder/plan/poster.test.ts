import { expect, test } from 'vitest'
import { measureLook, readMoment } from './look.ts'
import type { Look } from './look.ts'
import { choosePosters, pictureDistance } from './poster.ts'

/** A thumb that no other number's is like. */
const thumbOf = (seed: number) =>
  Uint8Array.from({ length: 576 }, (_, i) => ((i * (seed + 3) * 7919) >> 3) & 255)

const lookAt = (atSeconds: number, change: Partial<Look> = {}): Look => ({
  ...{ atSeconds, isKey: true, light: 120, entropy: 0.8, sharpness: 60 },
  thumb: thumbOf(atSeconds),
  ...change,
})

const secondsOf = (looks: Look[], durationSeconds: number) =>
  choosePosters(looks, durationSeconds).map(({ atSeconds }) => atSeconds)

test('six that differ in picture and lie apart in time', () => {
  const looks = Array.from({ length: 50 }, (_, i) => lookAt(i * 2))
  const chosen = choosePosters(looks, 100)
  expect(chosen).toHaveLength(6)
  for (const [i, a] of chosen.entries()) {
    for (const b of chosen.slice(i + 1)) {
      expect(Math.abs(a.atSeconds - b.atSeconds)).toBeGreaterThan(100 / 12)
      expect(pictureDistance(a.thumb, b.thumb)).toBeGreaterThan(0.12)
    }
  }
})

test('black, white, flat and blurred pictures are no posters', () => {
  const bad = [
    lookAt(20, { light: 2, entropy: 0.01, sharpness: 0 }),
    lookAt(30, { light: 253, entropy: 0.02, sharpness: 1 }),
    lookAt(40, { entropy: 0.04, sharpness: 0 }),
    lookAt(50, { sharpness: 8 }),
    lookAt(60, { light: 9, entropy: 0.1, sharpness: 200 }), // white letters on black
  ]
  const good = [lookAt(25), lookAt(45), lookAt(65), lookAt(85)]
  expect(secondsOf([...bad, ...good], 100).toSorted((a, b) => a - b)).toEqual([25, 45, 65, 85])
})

test('the best comes first, from behind the opening and before the end', () => {
  const looks = [0, 2, 30, 60, 98].map((seconds) => lookAt(seconds))
  expect(
    secondsOf(looks, 100)
      .slice(0, 2)
      .toSorted((a, b) => a - b),
  ).toEqual([30, 60])
  const sharper = looks.map((look) =>
    look.atSeconds === 60 ? look : { ...look, sharpness: 40, light: 45 },
  )
  expect(secondsOf(sharper, 100)[0]).toBe(60)
})

test('a picture that stays the same is one poster, and so is the only one there is', () => {
  const still = Array.from({ length: 20 }, (_, i) => lookAt(i * 2, { thumb: thumbOf(1) }))
  expect(choosePosters(still, 40)).toHaveLength(1)
  expect(secondsOf([lookAt(0)], 0.04)).toEqual([0])
  const black = [0, 2, 4].map((seconds) =>
    lookAt(seconds, { light: 0, entropy: 0, sharpness: 0, thumb: new Uint8Array(576) }),
  )
  expect(choosePosters(black, 6)).toHaveLength(1)
  expect(choosePosters([], 10)).toEqual([])
})

test('pictures that hardly differ are taken where there are no others', () => {
  const talk = Array.from({ length: 30 }, (_, i) => {
    const thumb = new Uint8Array(576).fill(100)
    thumb.fill(160, (i % 6) * 96, (i % 6) * 96 + 96)
    return lookAt(i * 2, { thumb })
  })
  expect(pictureDistance(talk[0]!.thumb, talk[1]!.thumb)).toBeLessThan(0.12)
  expect(choosePosters(talk, 60)).toHaveLength(6)
})

const size = { widthPx: 64, heightPx: 36 }
const picture = (valueAt: (x: number, y: number) => number) =>
  Uint8Array.from({ length: 64 * 36 }, (_, i) => valueAt(i % 64, Math.floor(i / 64)))

test('a picture is told from a flat one, and a sharp from a soft one', () => {
  const flat = measureLook(
    picture(() => 40),
    size,
  )
  expect(flat).toMatchObject({ light: 40, entropy: 0, sharpness: 0 })
  const ramp = measureLook(
    picture((x) => x * 4),
    size,
  )
  expect(ramp.entropy).toBeCloseTo(1, 5)
  const hard = measureLook(
    picture((x) => (x % 16 < 8 ? 20 : 220)),
    size,
  )
  const soft = measureLook(
    picture((x) => 120 + 100 * Math.sin((x * Math.PI) / 8)),
    size,
  )
  expect(hard.sharpness).toBeGreaterThan(soft.sharpness * 4)
})

test('thumbs are means, also of pictures that are smaller', () => {
  const halves = measureLook(
    picture((_, y) => (y < 18 ? 10 : 200)),
    size,
  ).thumb
  expect([halves[0], halves[8 * 32 + 31], halves[9 * 32], halves[575]]).toEqual([10, 10, 200, 200])
  const tiny = measureLook(Uint8Array.of(1, 2, 3, 4), { widthPx: 2, heightPx: 2 }).thumb
  expect([tiny[0], tiny[31], tiny[544], tiny[575]]).toEqual([1, 2, 3, 4])
})

test('moments are read from the log', () => {
  const line =
    '[Parsed_showinfo_7 @ 0x5] [info] n:   3 pts:  92160 pts_time:6.04    duration:   512 pos: 4 fmt:gray sar:1/1 s:320x180 i:P iskey:1 type:I '
  expect(readMoment(line)).toEqual({ atSeconds: 6.04, isKey: true })
  expect(readMoment(line.replace('iskey:1', 'iskey:0'))?.isKey).toBe(false)
  expect(readMoment('[Parsed_showinfo_7 @ 0x5] [info] config in time_base: 1/25')).toBeNull()
})
