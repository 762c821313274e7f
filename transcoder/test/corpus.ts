import { existsSync } from 'node:fs'
import path from 'node:path'
import type { FailureCode } from '#contracts/error.ts'

/** Real films, some of them hostile, which lie beside the repository where they are at all. */
export const corpusFolder = path.join(import.meta.dirname, '..', '..', '..', 'shared', 'media')
export const hasCorpus = existsSync(corpusFolder)

export interface ReadyFile {
  file: string
  /** In the lowest rung, as shown; null: sound alone. */
  size: string | null
  seconds: number
  framesPerSecond: number | null
  hasSound: boolean
}

const rows: [string, string | null, number, number | null, boolean][] = [
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

export const readyFiles: ReadyFile[] = rows.map(
  ([file, size, seconds, framesPerSecond, hasSound]) => ({
    ...{ file, size, seconds, framesPerSecond, hasSound },
  }),
)

/** Six minutes of 4K at 60 frames a second in a megabyte. */
export const bomb: ReadyFile = {
  ...{ file: '29-bomb-4k60-363s-1MB.mp4', size: '640x360', seconds: 362.77 },
  ...{ framesPerSecond: 60, hasSound: true },
}

export const failedFiles: { file: string; code: FailureCode }[] = [
  { file: '33-bad-chunk-offsets.mp4', code: 'damaged' },
  { file: '35-header-only-231s.mp4', code: 'damaged' },
  { file: '36-empty-stsc.mp4', code: 'damaged' },
  { file: '37-vvc.mp4', code: 'unsupported_codec' },
  { file: '38-drm-cbcs.mp4', code: 'encrypted' },
  { file: '39-vp9-invalid-bitstream.webm', code: 'damaged' },
  { file: '40-garbage-prefix.mp3', code: 'not_a_video' },
  { file: 'images/motion-photo-jpeg+mp4.jpg', code: 'not_a_video' },
  { file: 'images/corrupt-moov-is-moop.avif', code: 'damaged' },
  { file: 'subs/subrip-typical.srt', code: 'not_a_video' },
  { file: 'subs/attached-fonts.ass', code: 'not_a_video' },
  { file: 'subs/w3c-arrows.vtt', code: 'not_a_video' },
  { file: 'payloads/blns.json', code: 'not_a_video' },
]

/** Of one part in fifty, or a fifth of a second. */
export const isLength = (actual: number, expected: number): boolean =>
  Math.abs(actual - expected) < Math.max(0.2, expected * 0.02)
