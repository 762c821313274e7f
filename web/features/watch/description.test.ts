import { expect, test } from 'vitest'
import { momentPath, toParts } from './description.ts'

const found = (text: string, durationMs: number | null = 3_600_000 * 3) =>
  toParts(text, durationMs).filter((part) => part.kind !== 'text')

test('timecodes become links, and the text around them stays whole', () => {
  const text = 'The optics are at 4:40; start at (12:21), or 1:02:03.'
  const parts = toParts(text, null)
  expect(parts.map((part) => part.text).join('')).toBe(text)
  expect(parts.filter((part) => part.kind === 'time')).toEqual([
    { kind: 'time', text: '4:40', ms: 280_000 },
    { kind: 'time', text: '12:21', ms: 741_000 },
    { kind: 'time', text: '1:02:03', ms: 3_723_000 },
  ])
})

test.each(['16:9:3:4', '4:4', '12:75', 'a 3:1 ratio', '10.5:30', 'v1:2', ''])(
  '%j holds no timecode',
  (text) => expect(found(text)).toEqual([]),
)

test('a time behind the end of the film is no link', () => {
  expect(found('at 4:40', 200_000)).toEqual([])
  expect(found('at 3:20', 200_000)).toEqual([])
  expect(found('at 3:19', 200_000)).toHaveLength(1)
})

test('addresses become links without the full stop behind them', () =>
  expect(found('See https://example.org/a?t=1:30. Or http://b.test/x).')).toEqual([
    { kind: 'link', text: 'https://example.org/a?t=1:30', url: 'https://example.org/a?t=1:30' },
    { kind: 'link', text: 'http://b.test/x', url: 'http://b.test/x' },
  ]))

test('no other scheme becomes a link', () =>
  expect(found('javascript:alert(1) data:text/html,x ftp://x')).toEqual([]))

test('a moment has its seconds in the address, the start has none', () => {
  expect(momentPath('vid_1', 90_900)).toBe('/watch/vid_1?t=90')
  expect(momentPath('vid_1', 400)).toBe('/watch/vid_1')
})
