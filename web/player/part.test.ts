import { expect, test } from 'vitest'
import { inFilmTime, intoPart, partOf } from './part.ts'

const playlist = (date: string) => `#EXTM3U
#EXT-X-TARGETDURATION:6
#EXT-X-MEDIA-SEQUENCE:2
#EXT-X-MAP:URI="init.mp4"
${date}#EXTINF:6.000000,
seg_00002.m4s
#EXT-X-ENDLIST
`

test('a part that begins later gets a gap of that length before it', () => {
  expect(inFilmTime(playlist('#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:12.000Z\n'))).toBe(`#EXTM3U
#EXT-X-TARGETDURATION:6
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-MAP:URI="init.mp4"
#EXT-X-GAP
#EXTINF:12.000,
before
#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:12.000Z
#EXTINF:6.000000,
seg_00002.m4s
#EXT-X-ENDLIST
`)
})

test.each(['', '#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:00.000Z\n'])(
  'what begins with the film stays as it is: %j',
  (date) => expect(inFilmTime(playlist(date))).toBe(playlist(date)),
)

test('a part ends with the film at the latest, and positions stay inside it', () => {
  const part = partOf({ fromSeconds: 10, toSeconds: 30 }, 20_000)
  expect(part).toEqual({ startMs: 10_000, endMs: 20_000 })
  expect([0, 15_000, 90_000].map((ms) => intoPart(ms, part))).toEqual([10_000, 15_000, 20_000])
  expect(partOf(null, 20_000)).toEqual({ startMs: 0, endMs: 20_000 })
})
