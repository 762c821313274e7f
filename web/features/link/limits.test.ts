import { expect, test } from 'vitest'
import { readCount, readSites, readSpan } from './limits.ts'

test.each([
  [{ from: '', to: ' ' }, undefined],
  [
    { from: '0:10', to: '1:00' },
    { fromSeconds: 10, toSeconds: 60 },
  ],
  [
    { from: '', to: '5' },
    { fromSeconds: 0, toSeconds: 5 },
  ],
  [
    { from: '0:10', to: '' },
    { fromSeconds: 10, toSeconds: 90 },
  ],
  [
    { from: '0:10', to: '9:00' },
    { fromSeconds: 10, toSeconds: 90 },
  ],
  [{ from: '0:10', to: '0:10' }, 'It must end after it begins.'],
  [{ from: 'soon', to: '0:10' }, 'Write times as 1:30.'],
])('the span %j is %j', (span, read) => expect(readSpan(span, 90)).toEqual(read))

test('sites are read as people write them', () => {
  expect(readSites(' https://Shop.example/a, *.partner.example\nb.example')).toEqual([
    ...['shop.example', '*.partner.example', 'b.example'],
  ])
  expect(readSites(' ')).toBeUndefined()
  expect(readSites('a.example, *')).toBe('“*” is not the name of a site.')
})

test('counts are whole numbers within bounds', () => {
  expect(readCount('', 100)).toBeUndefined()
  expect(readCount('5', 100)).toBe(5)
  for (const text of ['0', '1.5', '101', 'x'])
    expect(readCount(text, 100)).toBe('A number from 1 to 100.')
})
