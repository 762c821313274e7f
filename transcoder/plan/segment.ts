import path from 'node:path'
import type { EncodePlan } from './encode.ts'

export const initName = 'init.mp4'
export const segmentPattern = 'seg_%05d.m4s'
export const playlistName = 'index.m3u8'
export const segmentName = (index: number): string => `seg_${`${index}`.padStart(5, '0')}.m4s`

/**
 * CMAF segments by ffmpeg's HLS muxer; its playlist only names the files, ours come from the
 * report. By `temp_file` a segment has its name only once it is whole, and its init segment is
 * whole before. https://ffmpeg.org/ffmpeg-formats.html#hls-2
 */
export function segmentOptions(
  plan: Pick<EncodePlan, 'segmentSeconds'>,
  folder: string,
  movflags: string,
): string[] {
  return [
    ...['-map_metadata', '-1', '-map_chapters', '-1', '-sn', '-dn'],
    ...['-f', 'hls', '-hls_playlist_type', 'vod'],
    ...['-hls_flags', 'independent_segments+temp_file'],
    ...['-hls_time', (Math.floor(plan.segmentSeconds * 1e6) / 1e6).toFixed(6)],
    ...['-hls_segment_type', 'fmp4', '-hls_segment_options', `use_editlist=0:movflags=${movflags}`],
    ...['-hls_fmp4_init_filename', initName],
    ...['-hls_segment_filename', path.join(folder, segmentPattern)],
    ...['-max_muxing_queue_size', '4096'],
  ]
}
