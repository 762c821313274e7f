import { expect, test } from 'vitest'
import { redactPath } from './log.ts'

test.each([
  ['/p/k1.eyJ2IjoxfQ.abcdefghijklmnopqrstuv/v/vid_1/master.m3u8', '/p/…/v/vid_1/master.m3u8'],
  ['/~p/k1.eyJ2IjoxfQ.abcdefghijklmnopqrstuv/v', '/~p/…/v'],
  ['//p/k1.eyJ2IjoxfQ.abcdefghijklmnopqrstuv', '//p/…'],
  ['/api/v1/videos/vid_1', '/api/v1/videos/vid_1'],
])('a token never reaches the log: %s', (path, shown) => {
  expect(redactPath(path)).toBe(shown)
})
