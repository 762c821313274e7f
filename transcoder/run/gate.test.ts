import { expect, test } from 'vitest'
import { openNames, strangerOptions } from '../plan/limit.ts'
import { holes, judge, narrow, readVersion, toNumbers } from './gate.ts'
import type { Facts } from './gate.ts'

const judged = (version: string, change: Partial<Facts> = {}) =>
  judge({ version, wall: 'bubblewrap', open: openNames, ...change })

test('a version is read from what distributions and builders print', () => {
  const line = 'ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026 the FFmpeg developers'
  expect(readVersion(line)).toBe('5.1.9-0+deb12u1')
  const versions: [string, number[]][] = [
    ['5.1.9-0+deb12u1', [5, 1, 9]],
    ['n7.1', [7, 1, 0]],
    ['7.1.5', [7, 1, 5]],
    ['7:7.1.5-0+deb13u1', [7, 1, 5]],
    ['8.1-full_build', [8, 1, 0]],
    ['9.0.2-4', [9, 0, 2]],
    ['10.0', [10, 0, 0]],
  ]
  for (const [version, numbers] of versions) expect(toNumbers(version), version).toEqual(numbers)
  const between = ['N-123456-g0123abc', '2026-03-01-git-0123abc', 'git-2026', '', '7.1.5.6']
  expect(between.map(toNumbers)).toEqual(between.map(() => null))
})

test('behind bubblewrap a hole in what is opened is bearable and named', () => {
  const gate = judged('5.1.9-0+deb12u1')
  expect(gate.outcome).toBe('ok')
  expect(gate.closed).toEqual({ demuxer: [], decoder: [], protocol: [] })
  expect(gate.why).toContain('CVE-2026-39210 to 39218 (mpegts, avi)')
  expect(gate.why).not.toMatch(/magicyuv|hls|mov/)
})

test('without bubblewrap what has a hole is closed, until the version that mends it', () => {
  for (const wall of ['container', 'none'] as const) {
    const gate = judged('7.1.5', { wall })
    expect(gate.outcome).toBe('narrowed')
    expect(gate.closed).toEqual({ demuxer: ['mpegts', 'avi'], decoder: [], protocol: [] })
    expect(judged('8.1.2', { wall }).outcome).toBe('narrowed')
    for (const version of ['8.1.3', '8.1.10', '9.0', '9.0.2-4', '10.0']) {
      expect(judged(version, { wall }), version).toEqual({
        outcome: 'ok',
        closed: { demuxer: [], decoder: [], protocol: [] },
        why: 'no known hole is open',
      })
    }
  }
})

test('a hole with a guard is in the table and closes nothing', () => {
  for (const { id, fixed } of holes) {
    for (const version of fixed) expect(toNumbers(version), id).not.toBeNull()
  }
  const guarded = holes.filter(({ guard }) => guard)
  expect(guarded.flatMap(({ names }) => names)).toEqual(expect.arrayContaining(['mov', 'cfhd']))
  const { closed } = judged('7.1.5', { wall: 'container' })
  for (const { part, names } of guarded) {
    for (const name of names) expect(closed[part]).not.toContain(name)
  }
})

test('a decoder with a hole is closed only in branches and versions that have it', () => {
  const open = { demuxer: [], decoder: ['magicyuv', 'h264'], protocol: [] }
  const closedIn = (version: string) => judged(version, { wall: 'container', open }).closed.decoder
  for (const version of ['5.1.9', '6.1.5', '7.1.4', '8.1.1', '6.0.9', '7.0.3', '8.0.1']) {
    expect(closedIn(version), version).toEqual(['magicyuv'])
  }
  for (const version of ['5.1.10', '6.1.6', '7.1.5', '8.1.2', '8.2', '9.0.2']) {
    expect(closedIn(version), version).toEqual([])
  }
})

test('old and unknown versions are refused unless the operator names them', () => {
  for (const version of ['4.4.6-0ubuntu1', '5.0.3', 'N-123456-g0123abc', 'unknown']) {
    expect(judged(version).outcome, version).toBe('refused')
    expect(judged(version, { allowed: '5.1.9' }).outcome).toBe('refused')
    expect(judged(version, { allowed: version }).outcome).toBe('ok')
  }
  expect(judged('7.1.5', { wall: 'container', allowed: '7.1.5' })).toMatchObject({
    outcome: 'ok',
    closed: { demuxer: [] },
  })
})

test('what is closed leaves the allow-lists and nothing else', () => {
  const closed = { demuxer: ['avi'], decoder: ['gif'], protocol: [] }
  const before = [...strangerOptions, '-i', 'avi', '-f', 'gif']
  const after = narrow(before, closed)
  const listOf = (args: string[], option: string) => args[args.indexOf(option) + 1]!.split(',')
  expect(listOf(after, '-format_whitelist')).toEqual(
    listOf(before, '-format_whitelist').filter((name) => name !== 'avi'),
  )
  expect(listOf(after, '-format_whitelist')).toContain('gif')
  expect(listOf(after, '-codec_whitelist')).not.toContain('gif')
  expect(after.slice(-4)).toEqual(['-i', 'avi', '-f', 'gif'])
  expect(narrow(['-format_whitelist', 'avi'], closed)).toEqual(['-format_whitelist', 'none'])
})
