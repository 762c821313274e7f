import { expect, test } from 'vitest'
import { toCommand, type Command, type Focus } from './keys.ts'

const press = (key: string, focus: Focus = 'page', hasModifier = false) =>
  toCommand({ key, focus, hasModifier })

test.each<[string, Command]>([
  [' ', { do: 'toggle' }],
  ['k', { do: 'toggle' }],
  ['K', { do: 'toggle' }],
  ['j', { do: 'seekBy', ms: -10_000 }],
  ['l', { do: 'seekBy', ms: 10_000 }],
  ['ArrowLeft', { do: 'seekBy', ms: -5000 }],
  ['ArrowRight', { do: 'seekBy', ms: 5000 }],
  ['0', { do: 'seekTo', fraction: 0 }],
  ['7', { do: 'seekTo', fraction: 0.7 }],
  [',', { do: 'step', frames: -1 }],
  ['.', { do: 'step', frames: 1 }],
  ['<', { do: 'rate', steps: -1 }],
  ['>', { do: 'rate', steps: 1 }],
  ['m', { do: 'mute' }],
  ['c', { do: 'captions' }],
  ['f', { do: 'fullscreen' }],
  ['i', { do: 'pip' }],
  ['t', { do: 'theatre' }],
  ['n', { do: 'next' }],
  ['p', { do: 'previous' }],
  ['?', { do: 'help' }],
])('%j anywhere on the page', (key, command) => expect(press(key)).toEqual(command))

test.each<[string, Command]>([
  ['ArrowUp', { do: 'volume', by: 0.05 }],
  ['ArrowDown', { do: 'volume', by: -0.05 }],
  ['Home', { do: 'seekTo', fraction: 0 }],
  ['End', { do: 'seekTo', fraction: 1 }],
  ['Escape', { do: 'escape' }],
])('%s in the player alone: elsewhere it scrolls', (key, command) => {
  expect(press(key, 'player')).toEqual(command)
  expect(press(key, 'page')).toBeUndefined()
})

test('nothing is taken from a text field', () => {
  for (const key of [' ', 'k', '5', 'ArrowLeft', '?']) expect(press(key, 'text')).toBeUndefined()
})

test('nothing is taken with a modifier', () => {
  for (const key of ['c', 'l', 'f', 'ArrowLeft']) {
    expect(press(key, 'page', true)).toBeUndefined()
  }
})

test('space presses the button that has the focus', () => {
  expect(press(' ', 'player-button')).toBeUndefined()
  expect(press(' ', 'control')).toBeUndefined()
})

test('arrows belong to the volume slider and to controls of the page', () => {
  expect(press('ArrowLeft', 'volume')).toBeUndefined()
  expect(press('ArrowUp', 'volume')).toBeUndefined()
  expect(press('ArrowLeft', 'control')).toBeUndefined()
  expect(press('m', 'volume')).toEqual({ do: 'mute' })
})

test('names of objects are no keys', () => expect(press('constructor')).toBeUndefined())
