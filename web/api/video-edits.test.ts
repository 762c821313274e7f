import { expect, test, vi } from 'vitest'
import type { Video } from '#contracts/video.ts'

vi.mock('./video.ts', () => ({ updateVideo: vi.fn() })) // reads the session of a page
const { fieldsOf } = await import('./video-edits.ts')

const saved = {
  ...{ title: 'Ebb', description: '', visibility: 'public', publishedAt: 'now' },
  ...{ posterUrl: '/1.jpg', posters: [] },
} as unknown as Video

test('an answer changes what was asked for, and nothing that another may be changing', () => {
  expect(fieldsOf({ title: 'Ebb' }, saved)).toEqual({ title: 'Ebb' })
  expect(fieldsOf({ poster: 1 }, saved)).toEqual({ posterUrl: '/1.jpg', posters: [] })
  expect(fieldsOf({ visibility: 'public', description: '' }, saved)).toEqual({
    ...{ visibility: 'public', publishedAt: 'now', description: '' },
  })
})
