import { expect, test } from 'vitest'
import {
  type NamedRendition,
  paceLine,
  renditionTitle,
  renditionTitles,
} from './rendition-words.ts'
import { toSounds } from '../player/sound.ts'

const sound = { name: 'audio', kind: 'audio' } as const

test.each<[string, NamedRendition]>([
  ['Original', { name: 'source' }],
  ['720p', { name: '720p', kind: 'video', codec: 'h264' }],
  ['720p', { name: '720p', kind: 'video', codec: null }],
  ['AV1 1080p', { name: '1080pav1', kind: 'video', codec: 'av1' }],
  ['HEVC 2160p', { name: '2160phevc', kind: 'video', codec: 'hevc' }],
  ['Sound', sound],
  ['Mono', { ...sound, channels: 1 }],
  ['Stereo', { ...sound, channels: 2, label: null }],
  ['5.1', { ...sound, name: 'audio51', channels: 6 }],
  ['3 channels', { ...sound, channels: 3 }],
  ['Deutsch', { ...sound, channels: 2, label: 'Deutsch' }],
  ['Deutsch (5.1)', { ...sound, channels: 6, label: 'Deutsch' }],
  ['English 5.1', { ...sound, channels: 6, label: 'English 5.1' }],
  ['Français', { ...sound, label: 'Français', channels: null }],
])('is called %j', (title, rendition) => expect(renditionTitle(rendition)).toBe(title))

test('two of the same name are told apart', () => {
  const stereo = { ...sound, channels: 2 }
  expect(renditionTitles([stereo, stereo, { ...sound, channels: 6 }])).toEqual([
    ...['Stereo', 'Stereo 2', '5.1'],
  ])
})

test('a sound has the same name in the studio and in the player', () => {
  const sounds = [
    ...[
      { label: 'English', channels: 2 },
      { label: 'English', channels: 6 },
    ],
    ...[
      { label: 'Surround 7.1', channels: 8 },
      { label: 'Field recording', channels: 4 },
    ],
    ...[
      { label: null, channels: 2 },
      { label: null, channels: 6 },
    ],
  ]
  const listed = sounds.map(({ label, channels }, place) => ({
    ...{ id: `${place}`, name: label ?? 'Audio', channels: `${channels}` },
    ...(label && { language: 'en' }),
  }))
  expect(sounds.map((one) => renditionTitle({ ...sound, ...one }))).toEqual(
    toSounds(listed).map(({ label }) => label),
  )
})

const idle = { percent: 40, speed: null, timeLeftMs: null, queuePlace: null }
const waiting = { name: '720p', kind: 'video', state: 'queued', ...idle } as const
const running = { ...waiting, state: 'running' } as const
const heard = { ...running, name: 'audio', kind: 'audio', percent: 100 } as const

test.each([
  ['Waiting for its turn', waiting],
  ['Next in the queue', { ...waiting, queuePlace: 1 }],
  ['2nd in the queue', { ...waiting, queuePlace: 2 }],
  ['3rd in the queue', { ...waiting, queuePlace: 3 }],
  ['11th in the queue', { ...waiting, queuePlace: 11 }],
  ['21st in the queue', { ...waiting, queuePlace: 21 }],
  ['112th in the queue', { ...waiting, queuePlace: 112 }],
  ['Being made', running],
  ['1.8× speed', { ...running, speed: 1.84 }],
  ['12× speed, about 4 min left', { ...running, speed: 12.2, timeLeftMs: 200_000 }],
  ['0.5× speed, about 1 h 5 min left', { ...running, speed: 0.46, timeLeftMs: 3_899_000 }],
  ['a few seconds left', { ...running, timeLeftMs: 4000 }],
  ['Being stored', { ...running, percent: 100 }],
  ['Done, waiting for the picture', heard],
])('says %j', (line, rendition) => expect(paceLine(rendition, true)).toBe(line))

test('sound without a picture waits for none', () => {
  expect(paceLine(heard, false)).toBe('Being stored')
})
