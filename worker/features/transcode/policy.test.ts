import { expect, test } from 'vitest'
import { isGivenUp, laneOf, maxWholeFilms } from './policy.ts'

test('whole films of one workspace leave a place for the long films of others', () => {
  expect([1, 2, 4, 10, 100].map(maxWholeFilms)).toEqual([1, 1, 3, 7, 75])
})

test('a clip waits among clips, however little is known of it', () => {
  const film = { kind: 'encode', sizeBytes: 5_000_000 } as const
  expect(laneOf(film)).toBe('short')
  expect(laneOf({ ...film, workSeconds: 180 })).toBe('short')
  expect(laneOf({ ...film, workSeconds: 181 })).toBe('long')
  expect(laneOf({ ...film, sizeBytes: 300_000_000 })).toBe('long')
})

test('the fifth lost attempt is the last', () => {
  expect([4, 5, 6].map(isGivenUp)).toEqual([false, true, true])
})
