import { expect, test } from 'vitest'
import { defaultLadder } from '#contracts/ladder.ts'
import { planLadder, x264Presets } from './ladder.ts'
import { TitleChoice, chooseLadder, predictKbps } from './title.ts'
import type { ContentFacts } from './title.ts'

const small = { widthPx: 640, heightPx: 360, kbps: 600, peakKbps: 900 }
const large = { widthPx: 1280, heightPx: 720, kbps: 1900, peakKbps: 2800 }
/** A film from life: many shades, sharp, restless enough. */
const film: ContentFacts = {
  placeCount: 8,
  ...{ small, large, restlessness: 0.2, fidelity: 0.96, entropy: 0.85 },
  likeness: { '1440p': 0.97, '1080p': 0.95, '720p': 0.93, '480p': 0.9, '360p': 0.85 },
  sourceKbps: 12_000,
  cpuSeconds: 5,
}
const scaled = (times: number): Partial<ContentFacts> => ({
  small: { ...small, kbps: small.kbps * times, peakKbps: small.peakKbps * times },
  large: { ...large, kbps: large.kbps * times, peakKbps: large.peakKbps * times },
})
const screen: ContentFacts = { ...film, ...scaled(0.2), entropy: 0.3, restlessness: 0.05 }

const fullHd = planLadder({ widthPx: 1920, heightPx: 1080 }, defaultLadder)
const ultraHd = planLadder({ widthPx: 3840, heightPx: 2160 }, defaultLadder)
const names = (facts: ContentFacts | null, candidates = fullHd) =>
  chooseLadder(candidates, facts).map((rung) => rung.name)
const pixels = (rung: { widthPx: number; heightPx: number }) => rung.widthPx * rung.heightPx

test('a film from life keeps every rung', () => {
  expect(names(film)).toEqual(['1080p', '720p', '480p', '360p'])
  expect(names(film, ultraHd)).toHaveLength(6)
})

test('a screen keeps what can be read, and one rung for poor networks', () => {
  expect(names(screen)).toEqual(['1080p', '720p', '360p'])
  const text = { small: { ...screen.small, kbps: 150 }, large: { ...screen.large, kbps: 200 } }
  expect(names({ ...screen, ...text })).toEqual(['1080p', '360p']) // 720p would save too little
  expect(chooseLadder(fullHd, screen)[0]?.crf).toBe(21)
})

test('a picture that was scaled up has no rungs above what it shows', () => {
  const likeness = { '1440p': 0.9991, '1080p': 0.9984, '720p': 0.991, '480p': 0.97, '360p': 0.95 }
  expect(names({ ...film, likeness }, ultraHd)[0]).toBe('1080p')
  expect(names({ ...film, likeness: { ...likeness, '720p': 0.9989 } }, ultraHd)[0]).toBe('720p')
  expect(names({ ...film, likeness: { ...likeness, '1440p': 0.99 } }, ultraHd)[0]).toBe('2160p')
})

test('fine text keeps the size of a screen unless nothing at all is lost', () => {
  const likeness = { ...film.likeness, '1440p': 0.9975, '1080p': 0.9973 }
  expect(names({ ...screen, likeness }, ultraHd)[0]).toBe('2160p')
  const nothing = { ...film.likeness, '1440p': 1, '1080p': 1 }
  expect(names({ ...screen, likeness: nothing }, ultraHd)[0]).toBe('1080p')
})

test('nothing goes below 720p at the top, and the lowest rung always stays', () => {
  const likeness = Object.fromEntries(ultraHd.map((rung) => [rung.name, 1]))
  for (const facts of [film, screen, { ...film, ...scaled(0.01) }]) {
    const chosen = names({ ...facts, likeness }, ultraHd)
    expect(chosen[0]).toBe('720p')
    expect(chosen.at(-1)).toBe('360p')
  }
})

test('a rung goes where the one above is hardly larger, or as light as the lowest may be', () => {
  const flat = { ...film, small: { ...large, ...small, kbps: 1600, peakKbps: 2400 } }
  expect(names(flat)).toEqual(['1080p', '480p', '360p'])
  expect(names({ ...film, ...scaled(0.05) })).toEqual(['1080p', '360p'])
})

test('a place or two say little: rungs stay and caps are wider', () => {
  const light = { ...film, ...scaled(0.08) }
  expect(names(light)).toEqual(['1080p', '360p'])
  expect(names({ ...light, placeCount: 1 })).toEqual(['1080p', '720p', '360p'])
  const cap = (placeCount: number) => chooseLadder(fullHd, { ...film, placeCount }).at(-1)!.maxKbps
  const quiet = (placeCount: number) =>
    chooseLadder(fullHd, { ...film, ...scaled(0.4), placeCount }).at(-1)!.maxKbps
  expect([cap(1), quiet(1), quiet(8)]).toEqual([800, 800, 531])
})

test('a cap lies above what the busiest place takes, and never above the rung', () => {
  for (const facts of [film, screen, { ...film, ...scaled(5) }, { ...film, ...scaled(0.01) }]) {
    for (const rung of chooseLadder(fullHd, facts)) {
      const before = fullHd.find(({ name }) => name === rung.name)!
      expect(rung.maxKbps).toBeLessThanOrEqual(before.maxKbps)
      const peak = predictKbps(rung, facts, 'peakKbps')
      expect(rung.maxKbps).toBeGreaterThanOrEqual(Math.min(before.maxKbps, Math.floor(peak)))
    }
  }
})

test('a source of few bits gets no rungs of many', () => {
  const caps = chooseLadder(fullHd, { ...film, sourceKbps: 25 }).map((rung) => rung.maxKbps)
  expect(Math.max(...caps)).toBe(100)
})

test('grain hides and plain pictures need little; a slower preset shows more at the same CRF', () => {
  const crfs = (facts: ContentFacts) =>
    chooseLadder(fullHd, facts).map(({ name, crf, preset }) =>
      preset === 'veryfast' ? `${name} ${crf}` : `${name} ${crf - 1}`,
    )
  expect(crfs({ ...film, restlessness: 0.8 })[0]).toBe('1080p 25')
  expect(crfs({ ...film, fidelity: 0.995 }).slice(0, 2)).toEqual(['1080p 25', '720p 23'])
  expect(crfs(film).slice(0, 2)).toEqual(['1080p 23', '720p 23'])
})

test('slower presets go to the lowest rungs, within a third of the CPU', () => {
  const cost = { veryfast: 1, faster: 1.85, fast: 2.2, medium: 2.6, superfast: 0.7, ultrafast: 0.5 }
  for (const candidates of [fullHd, ultraHd, ultraHd.slice(3), fullHd.slice(-1)]) {
    const chosen = chooseLadder(candidates, null)
    expect(chosen.map((rung) => rung.name)).toEqual(candidates.map((rung) => rung.name))
    const before = candidates.reduce((sum, rung) => sum + pixels(rung), 0) * 1.25
    const extra = chosen.reduce((sum, rung) => sum + pixels(rung) * (cost[rung.preset] - 1), 0)
    expect(extra / before).toBeLessThanOrEqual(0.35)
    const ranks = chosen.map((rung) => x264Presets.indexOf(rung.preset))
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b))
  }
  expect(chooseLadder(fullHd, null).map((rung) => rung.preset)).toEqual([
    'veryfast',
    'faster',
    'fast',
    'fast',
  ])
})

test('without facts the caps stay as they are', () => {
  expect(chooseLadder(fullHd, null).map((rung) => rung.maxKbps)).toEqual([5000, 2800, 1400, 800])
})

test('a choice survives being stored', () => {
  const choice = { rungs: chooseLadder(fullHd, film) }
  expect(TitleChoice.parse(JSON.parse(JSON.stringify(choice)))).toEqual(choice)
  expect(TitleChoice.safeParse({ rungs: [] }).success).toBe(false)
})
