import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readCaptionStyle } from './caption-style.ts'
import { findResumePoint, prefs, saveResumePoint } from './prefs.ts'

beforeEach(() => {
  const kept = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  })
})
afterEach(() => void vi.unstubAllGlobals())

const hour = 3_600_000

test('a film goes on where it was left, until it was seen to its end', () => {
  saveResumePoint('one', 60_000, hour)
  saveResumePoint('two', 90_000.4, hour)
  expect(findResumePoint('one')).toBe(60_000)
  expect(findResumePoint('two')).toBe(90_000)
  saveResumePoint('one', hour, hour)
  expect(findResumePoint('one')).toBeUndefined()
})

test('the first ten seconds are no place to keep', () => {
  saveResumePoint('one', 9000, hour)
  expect(findResumePoint('one')).toBeUndefined()
})

test('switched off, nothing is kept and what was kept is gone', () => {
  saveResumePoint('one', 60_000, hour)
  prefs.setRemembersPlaces(false)
  expect(findResumePoint('one')).toBeUndefined()
  saveResumePoint('one', 70_000, hour)
  expect(findResumePoint('one')).toBeUndefined()
  prefs.setRemembersPlaces(true)
  saveResumePoint('one', 70_000, hour)
  expect(findResumePoint('one')).toBe(70_000)
})

test('only so many places are kept, the last ones', () => {
  for (let film = 0; film < 70; film++) saveResumePoint(`film ${film}`, 60_000, hour)
  expect(findResumePoint('film 69')).toBe(60_000)
  expect(findResumePoint('film 5')).toBeUndefined()
})

test('storage that is shut remembers nothing and breaks nothing', () => {
  const shut = () => {
    throw new Error('denied')
  }
  vi.stubGlobal('localStorage', { getItem: shut, setItem: shut })
  saveResumePoint('one', 60_000, hour)
  expect(findResumePoint('one')).toBeUndefined()
  expect(prefs.captionStyle()).toEqual({})
})

test('a caption style that nobody knows gives way to the usual one', () => {
  const stored = { size: '150', colour: 'puce', edge: 'constructor' }
  expect(readCaptionStyle(stored)).toEqual({
    ...{ size: '150', colour: 'white', ground: 'dark', edge: 'none' },
  })
})
