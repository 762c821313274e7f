import { expect, test } from 'vitest'
import { findSound, toSounds } from './sound.ts'

const english = { id: 'a', name: 'English', language: 'en', channels: '2' }
const full = { id: 'b', name: 'English', language: 'en', channels: '6' }
const german = { id: 'c', name: 'Deutsch', language: 'de', channels: '2' }
const comments = { id: 'd', name: 'Commentary', language: 'en' }

test('a fuller version is told from the stereo of its name, and a repeated one is one', () => {
  const sounds = toSounds([english, german, full, german])
  expect(sounds.map(({ label }) => label)).toEqual(['English', 'Deutsch', 'English (5.1)'])
  expect(sounds.map(({ isSurround }) => isSurround)).toEqual([false, false, true])
})

test('channels are named once, and read as playlists write them', () => {
  const sounds = toSounds([
    { ...full, id: '1', name: 'English 5.1' },
    { ...full, id: '2', channels: '8/-/BINAURAL' },
    { ...full, id: '3', channels: '4' },
  ])
  expect(sounds.map(({ label }) => label)).toEqual([
    'English 5.1',
    'English (7.1)',
    'English (4 channels)',
  ])
})

test('a choice is found again in another film, or something near it, or nothing', () => {
  const sounds = toSounds([english, full, german, comments])
  const find = (label: string, language: string, isSurround = false) =>
    findSound(sounds, { label, language, isSurround })?.id
  expect(find('Commentary', 'en')).toBe('d')
  expect(find('English (5.1)', 'en', true)).toBe('b')
  expect(find('Surround', 'en', true)).toBe('b')
  expect(find('Deutsch (5.1)', 'de', true)).toBe('c')
  expect(find('Français', 'fr')).toBeUndefined()
  expect(findSound(sounds, undefined)).toBeUndefined()
})
