import { mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { readPlaylist } from '../plan/playlist.ts'
import { toReel } from '../run/reel.ts'
import type { Reel } from '../run/reel.ts'
import { ffmpeg } from './clip.ts'

/** A rendition as an encode leaves it in `dir`, with its playlist; 2 s groups in 6 s segments. */
export function makeReel(dir: string, input: string[], kind: 'video' | 'audio'): Reel {
  mkdirSync(dir, { recursive: true })
  const codec =
    kind === 'video'
      ? [
          ...['-an', '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'],
          ...['-force_key_frames', 'expr:gte(t,n_forced*2)', '-sc_threshold', '0'],
          ...['-hls_segment_options', 'use_editlist=0:movflags=+cmaf+frag_discont'],
        ]
      : ['-vn', '-c:a', 'aac', '-ar', '48000', '-hls_segment_options', 'movflags=+cmaf']
  ffmpeg(
    ...input,
    ...codec,
    ...['-f', 'hls', '-hls_segment_type', 'fmp4', '-hls_time', '6', '-hls_playlist_type', 'vod'],
    ...['-avoid_negative_ts', 'disabled', '-hls_fmp4_init_filename', 'init.mp4'],
    ...['-hls_segment_filename', path.join(dir, 'seg_%05d.m4s'), path.join(dir, 'index.m3u8')],
  )
  const list = path.join(dir, 'index.m3u8')
  const { initKey, segments } = readPlaylist(readFileSync(list, 'utf8'), list)
  return toReel(
    initKey,
    segments.map(({ key, durationSeconds }) => ({ path: key, durationSeconds })),
  )
}
