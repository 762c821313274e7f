import path from 'node:path'
import type { EncodePlan, Preset } from './encode.ts'
import type { VideoPlan } from './ladder.ts'
import { playlistName, segmentOptions } from './segment.ts'

/** Quality by CRF, bits capped by the rung, key frames on the same frame in every rendition. */
export function x264Options(
  video: VideoPlan,
  gopFrames: number,
  preset: Preset = 'veryfast',
): string[] {
  return [
    ...['-c:v', 'libx264', '-preset', preset, '-profile:v', 'high', '-pix_fmt', 'yuv420p'],
    ...[
      '-crf',
      `${video.crf}`,
      '-maxrate',
      `${video.maxKbps}k`,
      '-bufsize',
      `${video.maxKbps * 2}k`,
    ],
    ...['-g', `${gopFrames}`, '-keyint_min', `${gopFrames}`, '-sc_threshold', '0'],
    ...['-flags', '+cgop'],
  ]
}

/**
 * `frag_discont` and `avoid_negative_ts disabled` keep the first picture at 0; without them the
 * muxer moves it by the depth of the B-frames and leaves a hole at the start.
 */
export function videoOutput(plan: EncodePlan, video: VideoPlan, index: number, outDir: string) {
  const folder = path.join(outDir, video.name)
  return {
    options: [
      ...['-map', `[v${index}]`],
      ...x264Options(video, plan.gopFrames, plan.preset),
      ...['-avoid_negative_ts', 'disabled'],
      ...segmentOptions(plan, folder, '+cmaf+frag_discont'),
    ],
    path: path.join(folder, playlistName),
  }
}
