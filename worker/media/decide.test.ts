import { expect, test } from 'vitest'
import { type AudioFindings, decide, type VideoFindings } from './decide.ts'
import { aac, avc } from './test/track.ts'

const picture = (change: Partial<VideoFindings> = {}, track = {}): VideoFindings => ({
  track: { ...avc, ...track },
  hasLongGop: false,
  canStartAnywhere: true,
  isStartTooFar: false,
  hasComplexEdits: false,
  isScattered: false,
  ...change,
})
const sound = (change: Partial<AudioFindings> = {}, track = {}): AudioFindings => ({
  track: { ...aac, ...track },
  startSeconds: 0,
  hasComplexEdits: false,
  isScattered: false,
  ...change,
})

test('H.264 with AAC or no sound plays everywhere', () => {
  const plays = { isPlayable: true, reach: 'all', opening: 'none', obstacle: null }
  expect(decide(picture(), sound())).toEqual(plays)
  expect(decide(picture(), null)).toEqual(plays)
  expect(decide(null, sound())).toEqual(plays)
})

test.each(['vp9', 'av1'] as const)(
  '%s plays in most browsers, the lowest rung is for others',
  (codec) => {
    const verdict = decide(picture({}, { codec }), sound({}, { codec: 'opus' }))
    expect(verdict).toEqual({ isPlayable: true, reach: 'most', opening: 'lowest', obstacle: null })
  },
)

test('H.264 with Opus needs other sound for some', () => {
  const verdict = decide(picture(), sound({}, { codec: 'opus' }))
  expect(verdict).toEqual({ isPlayable: true, reach: 'most', opening: 'audio', obstacle: null })
})

test.each([
  ['video_codec', picture({}, { codec: 'hevc' })],
  ['video_codec', picture({}, { codec: 'other', config: null, codecs: null })],
  ['video_codec', picture({}, { config: null })],
  ['encrypted', picture({}, { isEncrypted: true })],
  ['video_format', picture({}, { bitDepth: 10 })],
  ['video_format', picture({}, { chroma: '4:2:2' })],
  ['interlaced', picture({}, { isInterlaced: true })],
  ['long_gop', picture({ hasLongGop: true })],
  ['long_gop', picture({ canStartAnywhere: false })],
  ['edit_list', picture({ isStartTooFar: true })],
  ['edit_list', picture({ hasComplexEdits: true })],
  ['too_costly', picture({ isScattered: true })],
] as const)('%s asks for the lowest rung', (obstacle, findings) => {
  const refused = { isPlayable: false, reach: 'none', opening: 'lowest', obstacle }
  expect(decide(findings, sound())).toEqual(refused)
})

test.each([16, 18])('transfer %i is too bright to be played as it is', (transfer) => {
  const colour = { primaries: 9, transfer, matrix: 9, isFullRange: false }
  const verdict = decide(picture({}, { codec: 'av1', bitDepth: 10, colour }), null)
  expect(verdict.obstacle).toBe('high_dynamic_range')
})

test.each([
  ['audio_codec', sound({}, { codec: 'other', config: null, codecs: null })],
  ['audio_codec', sound({}, { codec: 'mp3' })],
  ['audio_codec', sound({}, { config: null })],
  ['encrypted', sound({}, { isEncrypted: true })],
  ['edit_list', sound({ startSeconds: 0.3 })],
  ['edit_list', sound({ hasComplexEdits: true })],
  ['too_costly', sound({ isScattered: true })],
] as const)('sound with %s is made anew, the picture plays', (obstacle, findings) => {
  const made = { isPlayable: true, reach: 'all', opening: 'audio', obstacle }
  expect(decide(picture(), findings)).toEqual(made)
  const alone = { isPlayable: false, reach: 'none', opening: 'audio', obstacle }
  expect(decide(null, findings)).toEqual(alone)
})

test('nothing at all does not play', () => {
  expect(decide(null, null)).toMatchObject({ isPlayable: false, obstacle: 'no_tracks' })
})
