import { expect, test } from 'vitest'
import { newItem, type UploadItem } from './item.ts'
import { spokenPercent, uploadWords } from './upload-words.ts'

const item = (has: Partial<UploadItem>): UploadItem => ({
  ...newItem('key', 'harbour.mp4', 100_000_000),
  ...{ state: 'uploading', percent: 64.7 },
  ...has,
})
const online = { isOnline: true, plays: false }
const playing = { isOnline: true, plays: true }

test.each<[string, string, Partial<UploadItem>]>([
  ['Uploading, 64%', 'Plays already, 64% uploaded', {}],
  ['64%, paused', 'Plays already, 64% uploaded, paused', { state: 'paused' }],
  ['64% has arrived', 'Plays already, 64% uploaded', { state: 'needs-file' }],
  ['All parts are up', 'Plays already, 100% uploaded', { state: 'completing', percent: 100 }],
  ['Starting', 'Plays already, 64% uploaded', { state: 'starting' }],
  ['Waiting for its turn', 'Plays already, 64% uploaded', { isWaiting: true }],
])('says %j, and once it plays %j', (line, playingLine, has) => {
  expect(uploadWords(item(has), online)).toEqual({ line })
  expect(uploadWords(item(has), playing)).toEqual({ line: playingLine })
})

test('speed and time left stand beside the line', () => {
  const moving = item({ bytesPerSecond: 3_100_000, timeLeftMs: 100_000 })
  expect(uploadWords(moving, playing)).toEqual({
    line: 'Plays already, 64% uploaded',
    rest: '3.1 MB/s, about 2 min left',
  })
})

test('without a network it says when it goes on, unless the person stopped it', () => {
  const offline = { isOnline: false, plays: true }
  const line = 'Plays already, 64% uploaded. Will go on when you are online.'
  expect(uploadWords(item({}), offline)).toEqual({ line })
  const paused = { line: 'Plays already, 64% uploaded, paused' }
  expect(uploadWords(item({ state: 'paused' }), offline)).toEqual(paused)
})

test('spoken in steps of ten', () => expect(spokenPercent(64.7)).toBe('60%'))
