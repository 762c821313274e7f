import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Level } from '#contracts/narrow.ts'
import { type Visit, combine, refusalOf } from './rights.ts'

const at = Date.UTC(2026, 10, 20, 12)
const visit: Visit = {
  now: at,
  kind: 'watch',
  country: 'NO',
  address: '198.51.100.7',
  page: 'blog.example.com',
  isOwnFrame: false,
}
const opens = (levels: Level[], change: Partial<Visit> = {}) =>
  refusalOf(combine(levels), { ...visit, ...change }) === undefined

test('a link opens within its times, kinds, countries, networks and sites alone', () => {
  const second = at / 1000
  expect(opens([])).toBe(true)
  expect(opens([{ x: second + 1 }])).toBe(true)
  expect(opens([{ x: second }])).toBe(false)
  expect(opens([{ n: second }])).toBe(true)
  expect(opens([{ n: second + 1 }])).toBe(false)
  expect(opens([{ k: 'ic' }])).toBe(false)
  expect(opens([{ k: 'ic' }], { kind: 'image' })).toBe(true)
  expect(opens([{ c: ['NO', 'SE'] }])).toBe(true)
  expect(opens([{ c: ['SE'] }])).toBe(false)
  expect(opens([{ c: ['NO'] }], { country: undefined })).toBe(false)
  expect(opens([{ i: ['198.51.100.0/24'] }])).toBe(true)
  expect(opens([{ i: ['198.51.100.8'] }])).toBe(false)
  expect(opens([{ i: ['2001:db8::/32'] }], { address: '2001:db8:1::9' })).toBe(true)
  expect(opens([{ i: ['2001:db8::/32'] }])).toBe(false)
  expect(opens([{ i: ['0.0.0.0/0'] }], { address: undefined })).toBe(false)
  expect(opens([{ i: ['198.51.100.0/99', 'nonsense', '/8'] }])).toBe(false)
  expect(opens([{ d: ['*.example.com'] }])).toBe(true)
  expect(opens([{ d: ['example.com'] }])).toBe(false)
  expect(opens([{ d: ['*.example.com'] }], { page: undefined })).toBe(false)
  expect(opens([{ d: ['*.example.com', 'none'] }], { page: undefined })).toBe(true)
  expect(opens([{ d: [] }])).toBe(false)
  expect(opens([{ d: [] }], { page: 'lantern.example', isOwnFrame: true })).toBe(true)
})

test('two viewers are nobody', () => {
  expect(opens([{ u: 'ada' }, { u: 'ada' }])).toBe(true)
  expect(opens([{ u: 'ada' }, { u: 'eve' }])).toBe(false)
})

const few = <T>(values: T[]) => fc.subarray(values)
const all: fc.Arbitrary<Level> = fc.record(
  {
    k: few(['w', 'i', 'c', 'd']).map((all) => all.join('')),
    x: fc.integer({ min: at / 1000 - 5, max: at / 1000 + 50 }),
    n: fc.integer({ min: at / 1000 - 50, max: at / 1000 + 5 }),
    c: few(['NO', 'SE', 'DE']),
    i: few(['198.51.100.0/24', '198.51.100.7', '10.0.0.0/8', '2001:db8::/32', '::/0', '0.0.0.0/0']),
    d: few(['*.example.com', 'example.com', 'blog.example.com', 'none']),
    u: fc.constantFrom('ada', 'eve'),
    h: fc.constantFrom(144, 360, 720, 2160),
    t: fc.tuple(fc.nat(100), fc.nat(200)),
    p: fc.integer({ min: 1, max: 9 }),
    m: fc.integer({ min: 1, max: 5 }),
    r: fc.constantFrom('device-1', 'device-2'),
  },
  { requiredKeys: [] },
)
/** A few at a time, or nothing would open. */
const level = fc
  .tuple(all, fc.subarray([...'kxnciduhtpmr'], { maxLength: 3 }))
  .map(([full, keys]): Level =>
    Object.fromEntries(Object.entries(full).filter(([key]) => keys.includes(key))),
  )
const visits: fc.Arbitrary<Visit> = fc.record({
  now: fc.integer({ min: -60, max: 60 }).map((seconds) => at + seconds * 1000),
  kind: fc.constantFrom('watch', 'image', 'caption', 'download'),
  country: fc.constantFrom('NO', 'SE', 'FR', undefined),
  address: fc.constantFrom('198.51.100.7', '198.51.100.9', '10.1.1.1', '2001:db8::1', undefined),
  page: fc.constantFrom('blog.example.com', 'example.com', 'example.org', 'null', undefined),
  isOwnFrame: fc.boolean(),
})

test('no chain of restrictions ever allows what its parent forbids', () => {
  let allowed = 0
  const narrowsOnly = fc.property(
    fc.array(level, { maxLength: 4 }),
    level,
    visits,
    (levels, added, asked) => {
      const parent = combine(levels)
      const child = combine([...levels, added])
      if (refusalOf(child, asked) === undefined) {
        allowed += 1
        expect(refusalOf(parent, asked)).toBeUndefined()
      }
      expect(child.maxHeight).toBeLessThanOrEqual(parent.maxHeight)
      expect(child.from).toBeGreaterThanOrEqual(parent.from)
      expect(child.to).toBeLessThanOrEqual(parent.to)
      expect(child.streams).toEqual(expect.arrayContaining(parent.streams))
      expect(child.plays).toEqual(expect.arrayContaining(parent.plays))
      if (parent.playId) expect(child.playId).toBe(parent.playId)
    },
  )
  fc.assert(narrowsOnly, { numRuns: 20_000 })
  expect(allowed).toBeGreaterThan(500) // or nothing was said
})
