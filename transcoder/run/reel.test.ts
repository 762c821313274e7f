import { expect, test } from 'vitest'
import { readPlaylist } from '../plan/playlist.ts'
import { planStoryboard } from '../plan/images.ts'
import { findSegments, findShown, toReel } from './reel.ts'

const makeReel = (count: number) =>
  toReel(
    'init.mp4',
    Array.from({ length: count }, (_, i) => ({ path: `${i}.m4s`, durationSeconds: 6 })),
  )
const namesOf = (segments: { path: string }[]) => segments.map(({ path }) => path)

test('the segments that hold a moment or a cut', () => {
  const reel = makeReel(3)
  expect(reel.durationSeconds).toBe(18)
  expect(namesOf(findSegments(reel, 0, 0))).toEqual(['0.m4s'])
  expect(namesOf(findSegments(reel, 6, 6))).toEqual(['1.m4s'])
  expect(namesOf(findSegments(reel, 5.5, 6.25))).toEqual(['0.m4s', '1.m4s'])
  expect(namesOf(findSegments(reel, 5, 6))).toEqual(['0.m4s'])
  expect(namesOf(findSegments(reel, 18, 18))).toEqual(['2.m4s'])
})

test('of a working day of film only what its storyboard shows is read; of two hours, all', () => {
  const size = { widthPx: 640, heightPx: 360 }
  const hours = makeReel(1200)
  expect(findShown(hours, planStoryboard(7200, size).everySeconds)).toHaveLength(1200)

  const day = makeReel(4800)
  const { everySeconds, count } = planStoryboard(28_800, size)
  const shown = findShown(day, everySeconds)
  expect(shown.length).toBeLessThanOrEqual(2000)
  for (let cue = 0; cue < count; cue++) {
    const [holder] = findSegments(day, cue * everySeconds, cue * everySeconds)
    expect(shown).toContain(holder)
  }
})

test('a playlist names files beside it and above it', () => {
  const text = [
    ...['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-MAP:URI="../../a1/360p/init.mp4"'],
    ...['#EXTINF:6.006000,', '../../a1/360p/seg_00000.m4s', '#EXTINF:0.5,', 'last.m4s'],
    '#EXT-X-ENDLIST',
  ].join('\n')
  expect(readPlaylist(text, 'v/enc/join/360p/index.m3u8')).toEqual({
    initKey: 'v/enc/a1/360p/init.mp4',
    segments: [
      { key: 'v/enc/a1/360p/seg_00000.m4s', durationSeconds: 6.006 },
      { key: 'v/enc/join/360p/last.m4s', durationSeconds: 0.5 },
    ],
  })
  expect(() => readPlaylist('#EXTM3U\n#EXTINF:6,\na.m4s', 'k')).toThrow('k names no segments')
})
