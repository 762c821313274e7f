import { expect, test } from 'vitest'
import { exitOf, fresh, meanKbps, type Moment, reduce } from './quality.ts'

const after = (...moments: Moment[]) => moments.reduce(reduce, fresh)
const started: Moment[] = [
  { is: 'want', at: 1000 },
  { is: 'play', at: 1400 },
]

test('the start lasts from the first wish to the first moving picture', () => {
  const again: Moment = { is: 'want', at: 1200 }
  const waiting: Moment = { is: 'wait', at: 1100 }
  const quality = after(started[0]!, waiting, again, started[1]!, { is: 'play', at: 9000 })
  expect(quality).toMatchObject({ startupMs: 400, stalls: 0, stalledMs: 0, watchedMs: 7600 })
})

test('waits after the start are stalls, and their time is not watched', () => {
  const quality = after(
    ...started,
    { is: 'wait', at: 2400 },
    { is: 'wait', at: 2500 },
    { is: 'play', at: 2900 },
    { is: 'look', at: 4900 },
  )
  expect(quality).toMatchObject({ stalls: 1, stalledMs: 500, watchedMs: 3000 })
})

test('a seek is no stall, whether it plays or pauses behind it', () => {
  const seek: Moment[] = [
    { is: 'seek', at: 2400 },
    { is: 'wait', at: 2500 },
  ]
  const played = after(...started, ...seek, { is: 'play', at: 4000 }, { is: 'look', at: 5000 })
  expect(played).toMatchObject({ stalls: 0, stalledMs: 0, watchedMs: 2000 })
  const paused = after(...started, ...seek, { is: 'pause', at: 4000 }, { is: 'look', at: 5000 })
  expect(paused).toMatchObject({ stalls: 0, watchedMs: 1000, phase: 'paused' })
})

test('a pause is not watched, and a seek in it stays a pause', () => {
  const quality = after(
    ...started,
    { is: 'pause', at: 2400 },
    { is: 'seek', at: 3000 },
    { is: 'wait', at: 3100 },
    { is: 'play', at: 9000 },
    { is: 'end', at: 9500 },
  )
  expect(quality).toMatchObject({ watchedMs: 1500, stalls: 0, phase: 'ended' })
})

test('the mean weighs each quality by the time that it was watched', () => {
  const quality = after(
    { is: 'level', at: 900, kbps: 1000, heightPx: 360 },
    ...started,
    { is: 'level', at: 2400, kbps: 4000, heightPx: 720 },
    { is: 'pause', at: 4400 },
    { is: 'level', at: 9000, kbps: 9000, heightPx: 1080 },
  )
  expect(meanKbps(quality)).toBe(3000)
  expect(quality).toMatchObject({ kbps: 9000, heightPx: 1080 })
  expect(meanKbps(fresh)).toBeNull()
})

test('how a play ends', () => {
  const failed: Moment = { is: 'fail', at: 3000, error: 'network' }
  expect(exitOf(after(started[0]!))).toBe('before_start')
  expect(exitOf(after(...started))).toBe('left')
  expect(exitOf(after(...started, { is: 'end', at: 3000 }))).toBe('ended')
  expect(exitOf(after(...started, { is: 'end', at: 3000 }, { is: 'play', at: 4000 }))).toBe('ended')
  expect(exitOf(after(started[0]!, failed))).toBe('error')
  const recovered = after(...started, failed, { is: 'play', at: 4000 })
  expect(exitOf(recovered)).toBe('left')
  expect(recovered.error).toBe('network')
})

test('a clock that goes back takes nothing away', () => {
  expect(after(...started, { is: 'look', at: 500 }).watchedMs).toBe(0)
})
