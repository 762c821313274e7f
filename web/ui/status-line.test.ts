import { expect, test } from 'vitest'
import { failureReason, type Stateful, statusLine, timeLeftLine } from './status-line.ts'

const source = { name: 'source', state: 'ready' } as const
const lowest = { name: '240p', state: 'ready' } as const
const encoding = { phase: 'encode', timeLeftMs: 170_000, queuePlace: null } as const
const cancelled = { code: 'cancelled', message: 'Converting was stopped.' }
const damaged = { message: 'The file is damaged: it could not be read to its end.' }

const video = (has: Partial<Stateful>): Stateful => ({
  ...{ status: 'processing', playable: false, renditions: [], progress: null, failure: null },
  ...has,
})

test.each<[string, Partial<Stateful>]>([
  ['Ready', { status: 'ready', playable: true }],
  ['Waiting for its file', { status: 'uploading' }],
  ['Plays already, the rest is on its way', { status: 'uploading', playable: true }],
  ['Plays now, sharper versions coming', { playable: true, renditions: [source] }],
  ['Plays now, sharper versions coming', { playable: true, progress: encoding }],
  ['Preparing the first seconds', {}],
  ['Preparing the first seconds', { progress: encoding }],
  ['Next in the queue', { progress: { ...encoding, phase: 'queued', queuePlace: 1 } }],
  ['3rd in the queue', { progress: { ...encoding, phase: 'queued', queuePlace: 3 } }],
  ['Waiting for its turn', { progress: { ...encoding, phase: 'queued' } }], // too far back to count
  ['Interrupted; it will be tried again', { progress: { ...encoding, phase: 'retry' } }],
  [
    'Plays now; converting was interrupted and will be tried again',
    { playable: true, progress: { ...encoding, phase: 'retry' } },
  ],
  [
    'Plays; making one version again was interrupted and will be tried again',
    { status: 'ready', playable: true, progress: { ...encoding, phase: 'retry' } },
  ],
  [damaged.message, { status: 'failed', failure: damaged }],
  ['Converting failed.', { status: 'failed' }],
  ['Converting was stopped', { status: 'failed', failure: cancelled }],
  [
    'Plays; one version is being made again',
    { status: 'ready', playable: true, progress: encoding },
  ],
  [
    'Plays as uploaded; the other versions could not be made',
    { status: 'failed', playable: true, renditions: [source], failure: damaged },
  ],
  [
    'Plays; sharper versions could not be made',
    { status: 'failed', playable: true, renditions: [lowest], failure: damaged },
  ],
  [
    'Plays as uploaded; converting was stopped',
    { status: 'failed', playable: true, renditions: [source], failure: cancelled },
  ],
  [
    'Plays; converting was stopped',
    { status: 'failed', playable: true, renditions: [lowest], failure: cancelled },
  ],
])('says %j', (line, has) => expect(statusLine(video(has))).toBe(line))

test('the time left belongs to a conversion that runs', () => {
  expect(timeLeftLine(video({ playable: true, progress: encoding }))).toBe('about 3 min left')
  expect(timeLeftLine(video({ progress: { ...encoding, timeLeftMs: null } }))).toBeUndefined()
  expect(timeLeftLine(video({ status: 'ready', progress: encoding }))).toBe('about 3 min left')
  expect(timeLeftLine(video({ status: 'failed', progress: encoding }))).toBeUndefined()
})

test('a film that plays says beside it how far back its versions wait', () => {
  const waiting = { phase: 'queued', timeLeftMs: null, queuePlace: 3 } as const
  expect(timeLeftLine(video({ playable: true, progress: waiting }))).toBe('3rd in the queue')
  const next = { ...waiting, queuePlace: 1 }
  expect(timeLeftLine(video({ playable: true, progress: next }))).toBe('Next in the queue')
  expect(timeLeftLine(video({ progress: waiting }))).toBeUndefined() // its line says it
})

test('the reason of a failure is told beside the line only where the line does not tell it', () => {
  const failed = { status: 'failed', failure: damaged } as const
  expect(failureReason(video({ ...failed, playable: true }))).toBe(damaged.message)
  expect(failureReason(video(failed))).toBeUndefined()
  expect(failureReason(video({ ...failed, playable: true, failure: cancelled }))).toBeUndefined()
})
