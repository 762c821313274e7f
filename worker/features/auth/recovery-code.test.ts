import { expect, test } from 'vitest'
import { newRecoveryCode, readRecoveryCode } from './recovery-code.ts'

test('a code is four groups of four, and none comes twice', () => {
  const codes = Array.from({ length: 1000 }, newRecoveryCode)
  for (const code of codes)
    expect(code).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$/)
  expect(new Set(codes).size).toBe(1000)
  expect(new Set(codes.join('').replaceAll('-', '')).size).toBe(32)
})

test('however it is typed, it is the same code', () => {
  const code = readRecoveryCode('k10d-3m9x-p2vh-8wn4')
  for (const typed of [
    'K10D-3M9X-P2VH-8WN4',
    'k10d3m9xp2vh8wn4',
    ' kIOd 3m9x p2vh 8wn4',
    'klod3m9xp2vh8wn4',
  ])
    expect(readRecoveryCode(typed)).toBe(code)
})
