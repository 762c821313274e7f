import { expect, test } from 'vitest'
import { planSounds } from './sound.ts'
import type { SoundSource } from './source.ts'

const sound = (index: number, change: Partial<SoundSource> = {}): SoundSource => ({
  ...{ index, language: null, label: null, channels: 2, layout: 'stereo' },
  ...{ startSeconds: 0, endSeconds: 10 },
  ...change,
})
const full = { channels: 6, layout: '5.1(side)' }
const plan = (...sounds: SoundSource[]) => planSounds(sounds, { kbps: 128, channels: 2 })
const names = (...sounds: SoundSource[]) =>
  plan(...sounds).map(({ name, streamIndex, channels, track }) =>
    [name, streamIndex, channels, track].join(' '),
  )

test('silence has no sound, and mono becomes stereo as every player has it', () => {
  expect(names()).toEqual([])
  expect(names(sound(1, { channels: 1, layout: 'mono' }))).toEqual(['audio 1 2 0'])
})

test('5.1 is kept beside its fold-down, 7.1 becomes 5.1', () => {
  expect(names(sound(1, full))).toEqual(['audio 1 2 0', 'audio51 1 6 0'])
  const [stereo, surround] = plan(sound(1, { channels: 8, layout: '7.1' }))
  expect(stereo).toMatchObject({ fold: 'speakers', kbps: 128 })
  expect(surround).toMatchObject({ fold: 'speakers', kbps: 384, channels: 6 })
  expect(plan(sound(1, full))[1]).toMatchObject({ fold: 'none' })
  expect(names(sound(1, { channels: 5, layout: '5.0' }))).toEqual(['audio 1 2 0'])
})

test('a mix that lies in the file as stereo and as 5.1 is one track', () => {
  const english = { language: 'eng' }
  const expected = ['audio 1 2 0', 'audio51 2 6 0']
  expect(names(sound(1, english), sound(2, { ...english, ...full }))).toEqual(expected)
  expect(names(sound(2, { ...english, ...full }), sound(1, english))).toEqual(expected)
  const ends = plan(sound(2, { ...english, ...full }), sound(1, english))
  expect(ends.map(({ mayBeLonger }) => mayBeLonger)).toEqual([true, false])
  const other = sound(2, { ...full, label: 'Commentary' })
  expect(names(sound(1), other)).toEqual(['audio 1 2 0', 'audio2 2 2 1'])
})

test('other tracks follow in stereo, each with its language and label', () => {
  const sounds = plan(
    sound(1, { language: 'eng', ...full }),
    sound(2, { language: 'deu', ...full }),
    sound(3, { language: 'eng', label: 'Commentary', channels: 1, layout: 'mono' }),
  )
  expect(sounds.map(({ name, track, channels }) => [name, track, channels])).toEqual([
    ['audio', 0, 2],
    ['audio51', 0, 6],
    ['audio2', 1, 2],
    ['audio3', 2, 2],
  ])
  expect(sounds[2]).toMatchObject({ language: 'deu', label: null, fold: 'speakers' })
  expect(sounds[3]).toMatchObject({ language: 'eng', label: 'Commentary', fold: 'none' })
  for (const { name } of sounds) expect(name).toMatch(/^[a-z0-9]{1,32}$/)
})

test('channels that are no loudspeakers are never folded as if they were', () => {
  const many = plan(sound(1, { channels: 16, layout: null }))
  expect(many.map(({ name, fold }) => [name, fold])).toEqual([['audio', 'channels']])
  const sphere = plan(sound(1, { channels: 4, layout: 'ambisonic 1' }))
  expect(sphere.map(({ name, fold }) => [name, fold])).toEqual([['audio', 'sphere']])
})
