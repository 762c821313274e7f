import { existsSync } from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { FailureCode } from '#contracts/error.ts'
import { defaultLadder } from '#contracts/ladder.ts'
import { openScratchRoot } from './run/scratch.ts'
import { publish, refuse } from './test/attempt.ts'
import { makeFolder } from './test/clip.ts'

const folder = makeFolder()
afterAll(folder.remove)
const scratch = await openScratchRoot(folder.path('scratch'))
const slow = { timeout: 120_000 }

const corpus = path.join(import.meta.dirname, '..', '..', 'shared', 'media')
const isThere = existsSync(corpus)
if (!isThere) console.warn('skipped: the real films are not in ../shared/media')

/** Size of the lowest rung, as shown; null: sound alone. */
type Ready = [
  file: string,
  size: string | null,
  seconds: number,
  fps: number | null,
  sound: boolean,
]

const ready: Ready[] = [
  ['01-iphone-hlg-dovi-rot90.mov', '360x640', 1.667, 24, false],
  ['02-iphone-gps-rot90.mov', '320x568', 4, 30, true],
  ['03-android-portrait.mp4', '360x640', 1.32, 30, true],
  ['04-screenrec-cursed-vfr.mp4', '786x360', 8.725, 30, false],
  ['05-flir-vfr-late-audio.mp4', '360x480', 11.26, 30, true],
  ['06-no-duration.webm', '640x360', 4.94, 15_000 / 1001, true],
  ['07-rect-pixels.mp4', '640x360', 5.23, 8.797, true],
  ['08-edit-list.mp4', '640x360', 9, 25, true],
  ['09-prores4444.mov', '320x240', 0.04, 25, false],
  ['10-odd-321x241-444-10bit.mp4', '320x240', 1, 25, false],
  ['11-multi-track-2v2a2s.mp4', '480x270', 13.06, 30_000 / 1001, true],
  ['12-av1-hdr10-portrait.mp4', '360x640', 4.24, 30_000 / 1001, true],
  ['13-hevc-1080p-fullrange.mp4', '640x360', 10, 30, true],
  ['14-theora.ogv', '480x270', 30, 30_000 / 1001, true],
  ['15-mkv-ass-subs-ac3.mkv', '540x360', 1.07, 30, true],
  ["16-te[s]t_ video ' _ .flv", '320x240', 1.83, 5.022, false],
  ['-17-video-with-dash-.mp4', '16x16', 5, 1, false],
  ['18-mpeg2-1080.ts', '640x360', 2.51, 24, true],
  ['19-sony-avchd-1080i.mts', '640x360', 0.54, 25, true],
  ['20-mjpeg-camera.avi', '320x240', 2.73, 15, true],
  ['21-gopro-karma.mp4', '640x360', 12.08, 30_000 / 1001, true],
  ['22-phone-h263-amr-vfr.3gp', '192x144', 15.2, 30, true],
  ['23-animated.gif', '64x48', 0.4, 10, false],
  ['24-audio-only.mp4', null, 1, null, true],
  ['25-video-only.mp4', '480x360', 4.92, 8.797, false],
  ['26-joined-mp3-cover.mp3', null, 8.6, null, true],
  ['27-16ch.wav', null, 1, null, true],
  ['28-lies-143165s.mp4', '540x360', 1.07, 30_000 / 1001, true],
  ['30-4k60-portrait.mp4', '360x640', 0.31, 60, true],
  ['31-start-at-8s.mp4', '198x112', 0.4, 30, false],
  ['32-dovi-hevc-pq.mkv', '256x144', 10.8, 24_000 / 1001, false],
  ['34-bad-matrix-no-timescale.mp4', '320x240', 6.04, 30, false],
  ['images/frame-exceeds-screen.gif', '16x16', 0.1, 25, false],
]

const failed: [file: string, code: FailureCode][] = [
  ['33-bad-chunk-offsets.mp4', 'damaged'],
  ['35-header-only-231s.mp4', 'damaged'],
  ['36-empty-stsc.mp4', 'damaged'],
  ['37-vvc.mp4', 'unsupported_codec'],
  ['38-drm-cbcs.mp4', 'encrypted'],
  ['39-vp9-invalid-bitstream.webm', 'damaged'],
  ['40-garbage-prefix.mp3', 'not_a_video'],
  ['images/motion-photo-jpeg+mp4.jpg', 'not_a_video'],
  ['images/corrupt-moov-is-moop.avif', 'damaged'],
  ['subs/subrip-typical.srt', 'not_a_video'],
  ['subs/attached-fonts.ass', 'not_a_video'],
  ['subs/w3c-arrows.vtt', 'not_a_video'],
  ['payloads/blns.json', 'not_a_video'],
]

/** An opening is the lowest rung with the first sound, made quickly. */
const cheap = { kind: 'opening', ladder: defaultLadder.slice(-1) } as const

describe.skipIf(!isThere)('real films', () => {
  test.each(ready)('%s', slow, async (file, size, seconds, fps, hasSound) => {
    const { report } = await publish(scratch, path.join(corpus, file), cheap)
    const { durationMs, widthPx, heightPx, framesPerSecond } = report.media
    expect(widthPx && `${widthPx}x${heightPx}`).toBe(size)
    expect(Math.abs(durationMs / 1000 - seconds)).toBeLessThan(Math.max(0.2, seconds * 0.02))
    if (fps === null) expect(framesPerSecond).toBeNull()
    else expect(framesPerSecond).toBeCloseTo(fps, 2)
    expect(report.renditions.some(({ kind }) => kind === 'audio')).toBe(hasSound)
  })

  test.each(failed)('%s', slow, async (file, code) => {
    const { failure, stored } = await refuse(scratch, path.join(corpus, file), cheap)
    expect(failure).toMatchObject({ code, isRetryable: false })
    expect(failure.message).not.toContain(path.basename(file))
    expect(stored).toEqual([])
  })
})
