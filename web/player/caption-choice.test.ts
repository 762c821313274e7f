import { expect, test } from 'vitest'
import { captionAgain, findCaption } from './caption-choice.ts'

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
  const first = (viewerTag: string) => captionAgain(tracks, undefined, viewerTag)
  expect(first('de-AT')).toBe(german)
  expect(first('pt')).toBe(brazilian)
  expect(first('fr')).toBe(german)
  expect(captionAgain([], undefined, 'fr')).toBeUndefined()
})

test('the button brings back what was shown last, and in another film what is nearest to it', () => {
  expect(captionAgain(tracks, signed, 'pt')).toBe(signed)
  expect(captionAgain([forced, german], signed, 'pt')).toBe(german)
  expect(captionAgain([brazilian], signed, 'pt')).toBe(brazilian)
})
