import { expect, test } from 'vitest'
import { limitWords, sizes } from './words.ts'

test('limits are said in few words', () => {
  const restrictions = {
    ...{ clip: { fromSeconds: 65, toSeconds: 90 }, maxHeight: 720, maxPlays: 1, maxStreams: 2 },
    ...{
      domains: ['a.example', 'none'],
      countries: ['NZ', 'AU'],
      expiresAt: '2030-01-01T00:00:00Z',
    },
  }
  expect(limitWords({ restrictions }).join(', ')).toBe(
    '1:05–1:30, up to 720p, on a.example or no site, in NZ or AU, 1 play, 2 devices at once',
  )
  expect(limitWords({ restrictions: {} })).toEqual([])
})

test('no size is offered that the film does not have', () => {
  expect(sizes(1080).map(({ value }) => value)).toEqual(['', '720', '480', '360'])
})
