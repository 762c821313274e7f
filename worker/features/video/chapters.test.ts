import { expect, test } from 'vitest'
import { chaptersOf, readChapters, toPlayback } from './chapters.ts'

const film = (description: string, durationMs: number | null = 600_000) => ({
  ...{ chapters: null, description, durationMs },
})

test('three times or more, the first at 0:00, are chapters', () => {
  const text = 'A night at sea.\n\n0:00 The last ferry\n3:12 - The lamp room\n1:02:03: First light'
  expect(readChapters(text)).toEqual([
    { startMs: 0, title: 'The last ferry' },
    { startMs: 192_000, title: 'The lamp room' },
    { startMs: 3_723_000, title: 'First light' },
  ])
})

test('brackets, bullets and times behind the words do as well', () => {
  const text = '• [0:00] Ferry\n- (1:30) Lamp: a room\nHigh tide – 02:10'
  expect(readChapters(text).map(({ startMs, title }) => [startMs, title])).toEqual([
    [0, 'Ferry'],
    [90_000, 'Lamp: a room'],
    [130_000, 'High tide'],
  ])
})

test.each([
  ['two are a mention', '0:00 One\n1:00 Two'],
  ['a list that begins later', '0:10 One\n1:00 Two\n2:00 Three'],
  ['times that fall', '0:00 One\n2:00 Two\n1:00 Three'],
  ['times without words', '0:00\n1:00\n2:00'],
  ['times inside sentences', 'At 0:00 it starts,\nat 1:00 it turns and\nat 2:00 it ends.'],
  ['nothing', ''],
])('%s: no chapters', (_why, text) => expect(readChapters(text)).toEqual([]))

test('a title is cut at what a title may be', () => {
  const [first] = readChapters(`0:00 ${'x'.repeat(300)}\n1:00 Two\n2:00 Three`)
  expect(first?.title).toHaveLength(100)
})

test('what editors wrote stands before what the description lists', () => {
  const chapters = [{ startMs: 0, title: 'Own' }]
  const video = { ...film('0:00 One\n1:00 Two\n2:00 Three'), chapters }
  expect(chaptersOf(video)).toEqual(chapters)
})

test('each ends where the next begins, the last with the film; none begins behind it', () => {
  const text = '0:00 One\n1:00 Two\n20:00 Three'
  expect(toPlayback(film(text))).toEqual([
    { startMs: 0, endMs: 60_000, title: 'One' },
    { startMs: 60_000, endMs: 600_000, title: 'Two' },
  ])
})

test('a long line of almost nothing takes no time', () => {
  const startedAt = performance.now()
  for (const piece of ['- ', '1:', ' ', '0:00', '–']) readChapters(`${piece.repeat(2400)}x`)
  expect(performance.now() - startedAt).toBeLessThan(500)
})
