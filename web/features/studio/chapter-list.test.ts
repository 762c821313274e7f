import { expect, test } from 'vitest'
import { fromText, problemOf, toChapters, toLines, withMoment } from './chapter-list.ts'

const minute = 60_000
const lines = toLines([
  { startMs: 0, title: 'Ferry' },
  { startMs: minute, title: 'Lamp' },
])

test('what is typed becomes chapters in the order of the film', () => {
  const typed = [{ clock: ' 2:00', title: ' Light ' }, ...lines]
  expect(toChapters(typed, 10 * minute)).toEqual([
    { startMs: 0, title: 'Ferry' },
    { startMs: minute, title: 'Lamp' },
    { startMs: 2 * minute, title: 'Light' },
  ])
})

test.each([
  ['not a time', { clock: 'one', title: 'X' }, 'Write the time as 1:23'],
  ['behind the end', { clock: '10:00', title: 'X' }, 'The video is shorter than that'],
  ['taken', { clock: '60', title: 'X' }, 'Another one starts here'],
  ['unnamed', { clock: '2:00', title: ' ' }, 'Enter a title'],
])('a line that is %s waits', (_what, line, problem) => {
  const all = [...lines, line]
  expect(problemOf(line, all, 10 * minute)).toBe(problem)
  expect(toChapters(all, 10 * minute)).toBeUndefined()
})

test('a list that does not begin with the film waits; an empty one is none', () => {
  expect(toChapters([{ clock: '0:10', title: 'Late' }], null)).toBeUndefined()
  expect(toChapters([], null)).toEqual([])
})

test('one more at the playhead comes into its place, and the start with the first', () => {
  expect(withMoment([], 83_400)).toEqual([
    { clock: '0:00', title: 'Start' },
    { clock: '1:23', title: '' },
  ])
  expect(withMoment(lines, 30_000).map(({ clock }) => clock)).toEqual(['0:00', '0:30', '1:00'])
  expect(withMoment(lines, minute + 300)).toEqual(lines)
  expect(withMoment([], 0)).toEqual([{ clock: '0:00', title: '' }])
})

test('a pasted list becomes lines, other text does not', () => {
  expect(fromText('0:00 Ferry\n\n1:00 - The lamp room\n')).toEqual([
    { clock: '0:00', title: 'Ferry' },
    { clock: '1:00', title: 'The lamp room' },
  ])
  expect(fromText('0:00 Ferry')).toBeUndefined()
  expect(fromText('Ferry\nLamp')).toBeUndefined()
})
