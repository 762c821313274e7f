import { expect, test } from 'vitest'
import { findCaption, firstCaption } from './caption-choice.ts'

const forced = { language: 'de', label: 'Deutsch (forced)' }
const german = { language: 'de', label: 'Deutsch' }
const signed = { language: 'de', label: 'Deutsch für Gehörlose' }
const brazilian = { language: 'pt-BR', label: 'Português' }
const tracks = [forced, german, signed, brazilian]

test('a chosen track is found again by its language and its name', () => {
  expect(findCaption(tracks, signed)).toBe(signed)
  expect(findCaption(tracks, forced)).toBe(forced)
  expect(findCaption(tracks, { language: 'de', label: 'Another' })).toBe(german)
  expect(findCaption([forced], german)).toBe(forced)
  expect(findCaption(tracks, { language: 'fr', label: 'Français' })).toBeUndefined()
})

test('the button shows whole captions in the language of the viewer, where there are any', () => {
  expect(firstCaption(tracks, 'de-AT')).toBe(german)
  expect(firstCaption(tracks, 'pt')).toBe(brazilian)
  expect(firstCaption(tracks, 'fr')).toBe(german)
  expect(firstCaption([], 'fr')).toBeUndefined()
})
