import { expect, test } from 'vitest'
import {
  type NamedRendition,
  paceLine,
  renditionTitle,
  renditionTitles,
} from './rendition-words.ts'

const sound = { name: 'audio', kind: 'audio' } as const

test.each<[string, NamedRendition]>([
  ['Original', { name: 'source' }],
  ['720p', { name: '720p', kind: 'video', codec: 'h264' }],
  ['720p', { name: '720p', kind: 'video', codec: null }],
  ['AV1 1080p', { name: '1080pav1', kind: 'video', codec: 'av1' }],
  ['HEVC 2160p', { name: '2160phevc', kind: 'video', codec: 'hevc' }],
  ['Sound', sound],
  ['Mono', { ...sound, channels: 1 }],
  ['Stereo', { ...sound, channels: 2, language: 'und' }],
  ['5.1', { ...sound, name: 'audio1', channels: 6 }],
  ['German', { ...sound, channels: 2, language: 'ger' }],
  ['German 5.1', { ...sound, channels: 6, language: 'de' }],
  ['French', { ...sound, language: 'fra', channels: null }],
  ['3 channels', { ...sound, channels: 3, language: 'not a language' }],
])('is called %j', (title, rendition) => expect(renditionTitle(rendition)).toBe(title))

test('two of the same name are told apart', () => {
  const english = { ...sound, channels: 2, language: 'en' }
  expect(renditionTitles([english, english, { ...sound, channels: 6 }])).toEqual([
    'English',
    'English 2',
    '5.1',
  ])
})

const waiting = { state: 'queued', speed: null, timeLeftMs: null, queuePlace: null } as const
const running = { ...waiting, state: 'running' } as const

test.each([
  ['Waiting', waiting],
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
])('says %j', (line, rendition) => expect(paceLine(rendition)).toBe(line))
