import { expect, test } from 'vitest'
import { defaultLadder } from '#contracts/ladder.ts'
import { countWaste, countWork, planCheapChunks, planChunks, toBounds } from './chunk.ts'
import type { EncodePlan } from './encode.ts'
import { planLadder } from './ladder.ts'
import { listReaches } from './reach.ts'
import type { ChunkRecipe } from './chunk.ts'
import type { PictureSource } from './source.ts'
import { countFrames, timingFilters } from './timing.ts'

const film = (widthPx: number, heightPx: number): EncodePlan => ({
  rate: { num: 30, den: 1 },
  ...{ gopFrames: 60, segmentSeconds: 6, durationSeconds: 1, audios: [] },
  videos: planLadder({ widthPx, heightPx }, defaultLadder).map((rung) => {
    return { kind: 'video', ...rung }
  }),
})
const fullHd = film(1920, 1080)
const bounds = toBounds(60)
const lengths = (plan: EncodePlan, seconds: number, slots: number) =>
  planChunks(plan, seconds * 30, slots, bounds).map(
    ({ firstFrame, endFrame }) => (endFrame - firstFrame) / 30,
  )

test('a second of 1080p30 is a second of work; 4K and slower codecs are more', () => {
  expect(countWork(fullHd.videos, 1) * 30).toBeCloseTo(1, 2)
  expect(countWork(film(3840, 2160).videos, 1) * 30).toBeGreaterThan(4)
  const inAv1 = fullHd.videos.map((video) => ({ ...video, codec: 'av1' as const }))
  expect(countWork(inAv1, 1) * 30).toBeGreaterThan(2)
})

test('a short film is not split, and a long one has chunks on its grid', () => {
  expect(lengths(fullHd, 60, 8)).toEqual([])
  expect(lengths(film(640, 360), 600, 8)).toEqual([])
  expect(lengths(fullHd, 61, 1)).toEqual([12, 30, 19])
  const hour = planChunks(fullHd, 108_000 - 17, 4, bounds)
  expect(hour[0]).toEqual({ number: 0, firstFrame: 0, endFrame: 360 })
  expect(hour.at(-1)?.endFrame).toBe(108_000 - 17)
  hour.forEach(({ number, firstFrame, endFrame }, i) => {
    expect(number).toBe(i)
    expect(firstFrame).toBe(hour[i - 1]?.endFrame ?? 0)
    expect(firstFrame % 180).toBe(0)
    expect(endFrame - firstFrame).toBeLessThanOrEqual(60 * 30)
  })
})

test('chunks feed all slots three times, but are neither tiny nor without end', () => {
  expect(Math.max(...lengths(fullHd, 600, 1))).toBe(60)
  expect(Math.max(...lengths(fullHd, 600, 5))).toBe(42)
  expect(Math.max(...lengths(fullHd, 600, 50))).toBe(30)
  expect(Math.max(...lengths(film(3840, 2160), 600, 50))).toBe(6)
  expect(planChunks(film(3840, 2160), 30 * 3600 * 24, 9, bounds).length).toBeLessThanOrEqual(4000)
})

const picture: PictureSource = {
  ...{ index: 0, widthPx: 1920, heightPx: 1080, rate: { num: 30, den: 1 } },
  ...{ isInterlaced: false, pixelFormat: 'yuv420p', isFullRange: false, colour: {} },
  ...{ startSeconds: 0, endSeconds: 100 },
}

test('what is decoded in vain depends on the key pictures', () => {
  const chunks = planChunks(fullHd, 3000, 1, bounds)
  const everySecond = Array.from({ length: 100 }, (_, i) => i)
  const steady = Array.from({ length: 3000 }, (_, i) => i / 30)
  const waste = (keySeconds: number[], pictureSeconds: number[]) =>
    countWaste(chunks, picture.rate, { keySeconds, pictureSeconds })
  expect(waste([0], steady)).toBeGreaterThan(0.5)
  expect(waste(everySecond, steady)).toBe(0)
  const slides = [15, 45, 75] // a hole takes long and costs nothing
  const talk = [...steady.slice(0, 300), ...slides]
  expect(waste([...everySecond.slice(0, 10), ...slides], talk)).toBeLessThan(0.15)
})

test('chunks grow where key pictures are rare, and a film with one is not split', () => {
  const plan = film(3840, 2160)
  const frames = 300 * 30
  const pictureSeconds = Array.from({ length: frames }, (_, i) => i / 30)
  const plain = planChunks(plan, frames, 8, bounds)
  const chunksFor = (keyEvery: number) => {
    const keySeconds = Array.from({ length: 300 / keyEvery }, (_, i) => i * keyEvery)
    const spec = { fleetSlots: 8, longSeconds: 60 }
    return planCheapChunks(plan, frames, spec, { keySeconds, pictureSeconds })
  }
  expect(chunksFor(1)).toEqual(plain)
  expect(chunksFor(20).length).toBeLessThan(plain.length)
  expect(chunksFor(20).length).toBeGreaterThan(6)
  expect(chunksFor(300)).toEqual([])
})

test('a film has the frames of its picture, or those of a longer sound', () => {
  expect(countFrames(picture, 100)).toBe(3000)
  expect(countFrames(picture, 100.06)).toBe(3000)
  expect(countFrames(picture, 101)).toBe(3030)
  expect(countFrames({ ...picture, endSeconds: 0.001 }, 0.001)).toBe(1)
})

test('only the beginning is filled and only the end is held', () => {
  const middle = timingFilters(picture, 100, { firstFrame: 360, endFrame: 720 })
  expect(middle).toEqual(['fps=fps=30', 'trim=start_pts=360:end_pts=720'])
  const end = timingFilters(picture, 100, { firstFrame: 2880, endFrame: 3000 })
  expect(end.join()).toContain('tpad=stop_mode=clone:stop=2')
  const late = { ...picture, startSeconds: 20 }
  const beforeIt = timingFilters(late, 100, { firstFrame: 360, endFrame: 720 })
  expect(beforeIt[0]).toBe('fps=fps=30:start_time=0')
})

test('a piece grows until it is the whole film, where a damaged end may be held', () => {
  const recipe = { picture, durationSeconds: 100 } as ChunkRecipe
  const reaches = listReaches(recipe, { firstFrame: 1500, endFrame: 1800 })
  expect(reaches.map(({ toSeconds }) => toSeconds)).toEqual([61, 66, 90, Infinity])
  expect(reaches.map(({ preRollSeconds }) => preRollSeconds)).toEqual([0, 6, 30, 0])
  expect(reaches.map(({ allowedFrames }) => allowedFrames ?? 0)).toEqual([0, 0, 0, 60])
  expect(reaches.at(-1)?.fromSeconds).toBe(0)
  const [held] = listReaches(recipe, { firstFrame: 3600, endFrame: 3900 })
  expect(held?.fromSeconds).toBeLessThan(100)
})
