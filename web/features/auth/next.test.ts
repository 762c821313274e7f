import { expect, test } from 'vitest'
import { safeNext } from './next.ts'

const origin = 'https://lantern.test'

test('a path of this site is kept with its query', () => {
  expect(safeNext('/watch/vid_1?t=5#x', origin)).toBe('/watch/vid_1?t=5#x')
})

test('nothing leads to another site', () => {
  const tries = [
    '//evil.test',
    '/\\evil.test',
    'https://evil.test',
    'javascript:alert(1)',
    '/\t/evil.test',
    '',
  ]
  for (const next of tries) expect(safeNext(next, origin)).toBe('/studio')
  expect(safeNext(undefined, origin)).toBe('/studio')
  expect(safeNext(['/a', '/b'], origin)).toBe('/studio')
})
