/** For tests: small films with the habits that break cutters. */
import path from 'node:path'
import { ffmpeg } from '../../../scripts/lib/clip.ts'

const picture = (seconds: number, rate = 30) => [
  ...['-f', 'lavfi', '-i', `testsrc2=size=160x90:rate=${rate}:duration=${seconds}`],
]
const tone = (seconds: number) => [
  ...['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${seconds}`],
]
const avc = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p']
const aac = ['-c:a', 'aac', '-b:a', '64k']
const x264 = (options: string) => ['-x264-params', options]

/** ffmpeg options by the name of the file they make. */
const recipes: Record<string, string[]> = {
  'plain.mp4': [...picture(20), ...tone(20), ...avc, '-g', '60', ...aac],
  'pyramid.mov': [
    ...[...picture(25, 24), ...tone(26), ...avc, '-video_track_timescale', '600'],
    ...[...x264('keyint=250:min-keyint=20:bframes=8:b-pyramid=normal'), ...aac],
  ],
  'all-intra.mp4': [...picture(15), ...avc, '-g', '1'],
  'long-sound.mp4': [...picture(7), ...tone(24), ...avc, '-g', '30', ...aac],
  'long-picture.mp4': [...picture(24), ...tone(7), ...avc, '-g', '30', ...aac],
  'late-picture.mp4': [
    ...['-itsoffset', '0.7', ...picture(14), ...tone(14), ...avc, '-g', '30', ...aac],
  ],
  'changing-rate.mp4': [
    ...[...picture(20), ...tone(20), '-vf', "select='not(mod(n,3))+lt(mod(n,90),30)'"],
    ...['-vsync', 'vfr', ...avc, '-g', '40', ...aac],
  ],
  'mpeg-audio.mp4': [...picture(13), ...tone(13), ...avc, '-g', '50', '-c:a', 'libmp3lame'],
  'opus.mp4': [...picture(13), ...tone(13), ...avc, '-g', '50', '-c:a', 'libopus'],
  'sound.m4a': [...tone(40), ...aac],
  'film.mkv': [...picture(20), ...tone(20), ...avc, '-g', '75', ...aac],
  'fragmented.mp4': [
    ...[...picture(20), ...tone(20), ...avc, '-g', '75', ...aac],
    ...['-movflags', '+frag_keyframe+empty_moov+default_base_moof'],
  ],
  'film.ts': [...picture(20), ...tone(20), ...avc, '-g', '75', ...aac],
  'vp9.webm': [
    ...[...picture(13), ...tone(13), '-c:v', 'libvpx-vp9', '-deadline', 'realtime'],
    ...['-cpu-used', '8', '-g', '50', '-c:a', 'libopus'],
  ],
}

/** Films that do not play from their source, or not with their own sound. */
const refused: Record<string, string[]> = {
  'open-gop.mp4': [
    ...[...picture(12), ...tone(12), ...avc],
    ...[...x264('keyint=45:min-keyint=45:scenecut=0:open-gop=1:bframes=3'), ...aac],
  ],
  'open-gop.mkv': [
    ...[...picture(12), ...avc],
    ...x264('keyint=45:min-keyint=45:scenecut=0:open-gop=1:bframes=3'),
  ],
  'hevc.mp4': [
    ...picture(3),
    '-c:v',
    'libx265',
    '-x265-params',
    'log-level=none',
    '-tag:v',
    'hvc1',
  ],
  'ten-bit.mkv': [...picture(3), '-c:v', 'libx264', '-pix_fmt', 'yuv420p10le'],
  'ac3.mp4': [...picture(8), ...tone(8), ...avc, '-g', '60', '-c:a', 'ac3'],
}

/** Made from `plain.mp4`: a start in the midst of a group, which an edit list hides. */
const trims: Record<string, string[]> = {
  'trimmed.mp4': [],
  'trimmed.mov': ['-video_track_timescale', '30'],
}

export const clipNames = [...Object.keys(recipes), ...Object.keys(trims)]

export async function makeClip(folder: string, name: string): Promise<string> {
  const file = path.join(folder, name)
  const recipe = recipes[name] ?? refused[name]
  if (recipe) await ffmpeg([...recipe, file])
  else {
    const plain = await makeClip(folder, 'plain.mp4')
    await ffmpeg(['-ss', '1.33', '-i', plain, '-c', 'copy', ...trims[name]!, file])
  }
  return file
}
