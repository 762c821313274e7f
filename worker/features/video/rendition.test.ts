import { expect, test } from 'vitest'
import type { Id } from '#contracts/id.ts'
import type { EncodeRow, RenditionRow, SplitRow, TaskRow } from '../transcode/table.ts'
import { toRenditions } from './rendition.ts'
import { type Remake, type Work, toProgress } from './work.ts'

const id = (name: string) => name as Id<'task'>
const encodeId = 'now' as Id<'encode'>
const videoId = 'v' as Id<'video'>

const task = (has: Partial<TaskRow>): TaskRow =>
  ({
    ...{ id: id('lead'), kind: 'encode', state: 'running', attempt: 1, parentId: null },
    ...{ progress: null, remakeOf: null, onlyNames: null, isSplit: false },
    ...{ shownPercent: 40, timeLeftMs: 180_000 },
    ...has,
  }) as TaskRow

const chunk = (name: string, has: Partial<TaskRow> = {}) =>
  task({ id: id(name), kind: 'chunk', parentId: id('lead'), ...has })

const encoding = (name: string, percent: number, kind: 'video' | 'audio' = 'video') => ({
  ...{ phase: 'encode' as const, percent, speed: 2, encodeStartedAt: 0 },
  renditions: [{ name, kind, widthPx: null, heightPx: null, percent }],
})

const work = (lead: Partial<TaskRow>, has: Partial<Work> = {}): Work => ({
  ...{ lead: task(lead), parts: [], split: undefined, chunks: null, places: new Map() },
  ...has,
})

const split = {
  plan: { videos: [{ name: '360p', codec: 'h264', widthPx: 640, heightPx: 360 }] },
} as SplitRow

const made = (name: string, has: Partial<RenditionRow> = {}): RenditionRow =>
  ({
    ...{ name, kind: 'video', codecs: 'avc1.64001e', widthPx: 640, heightPx: 360 },
    ...{ language: null, channels: null, label: null, track: null, sizeBytes: 9, createdAt: 100 },
    ...has,
  }) as RenditionRow

const whole = { isComplete: true } as EncodeRow
const show = (has: Partial<Parameters<typeof toRenditions>[0]>) =>
  toRenditions({
    ...{ encode: undefined, renditions: [], source: undefined, work: undefined, remakes: [] },
    ...has,
  })

const place = new Map([[id('a'), 4]])

test('a split film whose chunks wait has a place in the queue and no time left', () => {
  for (const state of ['queued', 'retry'] as const) {
    const lead = { isSplit: true, state: 'done' } as const
    const waits = work(lead, { split, parts: [chunk('a', { state })], places: place })
    expect(toProgress(waits)).toMatchObject({ phase: state, timeLeftMs: null, queuePlace: 4 })
    expect(show({ work: waits })).toMatchObject([
      { name: '360p', state: 'queued', percent: 40, timeLeftMs: null, queuePlace: 4, speed: null },
    ])
  }
})

test('one that runs has the time left; a task that will be tried again has none', () => {
  const runs = work({ isSplit: true, state: 'done' }, { split, parts: [chunk('a'), chunk('b')] })
  expect(show({ work: runs })).toMatchObject([
    { state: 'running', timeLeftMs: 180_000, queuePlace: null },
  ])
  const alone = work({ progress: encoding('360p', 30), state: 'retry' })
  expect(toProgress(alone)).toMatchObject({ phase: 'retry', timeLeftMs: null })
  expect(show({ work: alone })).toMatchObject([{ state: 'queued', percent: 30, timeLeftMs: null }])
})

test('sound that is made has no time left of its own, whatever the pictures take', () => {
  const parts = [chunk('a', { progress: encoding('360p', 20) })]
  const lead = { isSplit: true, state: 'done', progress: encoding('audio', 100, 'audio') } as const
  expect(show({ work: work(lead, { split, parts }) })).toMatchObject([
    { name: '360p', state: 'running', timeLeftMs: 180_000, speed: 2 },
    { name: 'audio', state: 'running', percent: 100, timeLeftMs: null, speed: null },
  ])
})

test('sound runs by itself while the chunks of its film wait', () => {
  const lead = { isSplit: true, progress: encoding('audio', 50, 'audio') } as const
  const waits = work(lead, { split, parts: [chunk('a', { state: 'queued' })], places: place })
  expect(show({ work: waits })).toMatchObject([
    { name: '360p', state: 'queued', queuePlace: 4 },
    { name: 'audio', state: 'running', queuePlace: null, timeLeftMs: null, speed: 2 },
  ])
  expect(toProgress(waits)).toMatchObject({ queuePlace: null, timeLeftMs: null })
})

const remaking = { remakeOf: encodeId, onlyNames: ['360p'] }
const both = [made('360p'), made('720p', { heightPx: 720 })]

test('one that waits to be made again is seen to wait, until its progress names it', () => {
  const places = new Map([[id('lead'), 2]])
  const waits = work({ ...remaking, state: 'queued' }, { places })
  const renditions = show({ work: waits, renditions: both, encode: whole })
  expect(renditions).toMatchObject([
    { name: '720p', state: 'ready', percent: 100 },
    { name: '360p', state: 'queued', percent: 0, queuePlace: 2, sizeBytes: 9 },
  ])
  const runs = work({ ...remaking, progress: encoding('360p', 40) })
  expect(show({ work: runs, renditions: both, encode: whole })[1]).toMatchObject({
    ...{ name: '360p', state: 'running', percent: 40, timeLeftMs: 180_000 },
  })
})

const remake = (has: Partial<Remake>): Remake => ({
  ...{ id: id('t1'), videoId, of: encodeId, names: ['360p'], state: 'failed' },
  ...{ code: 'internal', partId: null, partCode: null, createdAt: 200 },
  ...has,
})
const failureOf = (...remakes: Remake[]) =>
  show({ renditions: both, encode: whole, remakes }).map(({ failure }) => failure?.logKey ?? null)

test('one that could not be made again says why, with the key of the task that failed', () => {
  const [other, failed] = show({ renditions: both, encode: whole, remakes: [remake({})] })
  expect(other?.failure).toBeNull()
  expect(failed).toMatchObject({
    state: 'ready',
    failure: { code: 'internal', message: expect.stringMatching(/server/), logKey: 't1' },
  })
  expect(failureOf(remake({ state: 'dead' }))).toEqual([null, 't1'])
  const part = { state: 'cancelled', code: null, partId: id('p1'), partCode: 'timed_out' } as const
  expect(failureOf(remake(part))).toEqual([null, 'p1'])
})

test('a later try counts: under way, stopped or successful, nothing is said of the one before', () => {
  for (const state of ['queued', 'running', 'retry', 'done', 'cancelled'] as const) {
    expect(failureOf(remake({}), remake({ id: id('t2'), state }))).toEqual([null, null])
  }
  expect(failureOf(remake({}), remake({ id: id('t2'), names: ['720p'] }))).toEqual(['t2', 't1'])
  expect(failureOf(remake({ createdAt: 50 }))).toEqual([null, null]) // made since
})

test('sounds are called as players call them', () => {
  const sound = (name: string, track: number, language: string | null, channels = 2) =>
    made(name, { kind: 'audio', heightPx: null, track, language, channels })
  const renditions = [
    ...[sound('audio', 0, 'ger'), sound('audio51', 0, 'ger', 6), sound('audio2', 1, 'eng')],
    ...[sound('audio3', 2, 'de'), sound('audio4', 3, 'zxx')],
    { ...sound('audio5', 4, 'en'), label: 'Commentary' },
  ]
  expect(show({ renditions, encode: whole }).map(({ label }) => label)).toEqual([
    ...['Deutsch', 'Deutsch', 'English', 'Deutsch 3', null, 'Commentary'],
  ])
})
