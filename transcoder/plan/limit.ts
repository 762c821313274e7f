import { TaskError } from '../failure.ts'

/**
 * Containers that may be opened. Playlists (hls, concat, dash, sdp), picture sequences and guesses
 * from raw bytes are left out: each of them can name other files, or turn noise into a film.
 */
const demuxers = [
  ...['mov', 'matroska', 'mpegts', 'mpeg', 'avi', 'flv', 'ogg', 'asf', 'mxf', 'gif', 'dv'],
  ...['mp3', 'aac', 'wav', 'w64', 'flac', 'aiff', 'ac3', 'eac3'],
]

/** Codec as ffprobe names it → the decoders that may open it, as ffmpeg names those. */
const videoDecoders: Record<string, string[]> = {
  h264: ['h264'],
  hevc: ['hevc'],
  av1: ['libdav1d', 'libaom-av1'],
  vp8: ['vp8'],
  vp9: ['vp9'],
  mpeg1video: ['mpeg1video'],
  mpeg2video: ['mpeg2video'],
  mpeg4: ['mpeg4'],
  msmpeg4v1: ['msmpeg4v1'],
  msmpeg4v2: ['msmpeg4v2'],
  msmpeg4v3: ['msmpeg4'],
  wmv1: ['wmv1'],
  wmv2: ['wmv2'],
  wmv3: ['wmv3'],
  vc1: ['vc1'],
  h263: ['h263'],
  flv1: ['flv'],
  vp6f: ['vp6f'],
  theora: ['theora'],
  mjpeg: ['mjpeg'],
  prores: ['prores'],
  dnxhd: ['dnxhd'],
  dvvideo: ['dvvideo'],
  rawvideo: ['rawvideo'],
  v210: ['v210'],
  ffv1: ['ffv1'],
  huffyuv: ['huffyuv'],
  ffvhuff: ['ffvhuff'],
  qtrle: ['qtrle'],
  cfhd: ['cfhd'],
  cinepak: ['cinepak'],
  svq1: ['svq1'],
  svq3: ['svq3'],
  gif: ['gif'],
}

const pcm = [
  ...['pcm_s16le', 'pcm_s16be', 'pcm_s24le', 'pcm_s24be', 'pcm_s32le', 'pcm_s32be', 'pcm_u8'],
  ...['pcm_f32le', 'pcm_f32be', 'pcm_f64le', 'pcm_alaw', 'pcm_mulaw', 'pcm_bluray', 'pcm_dvd'],
]

const audioDecoders: Record<string, string[]> = {
  aac: ['aac'],
  aac_latm: ['aac_latm'],
  mp3: ['mp3float', 'mp3'],
  mp2: ['mp2float', 'mp2'],
  mp1: ['mp1float'],
  ac3: ['ac3'],
  eac3: ['eac3'],
  dts: ['dca'],
  truehd: ['truehd'],
  vorbis: ['vorbis'],
  opus: ['opus'],
  flac: ['flac'],
  alac: ['alac'],
  amr_nb: ['amrnb'],
  amr_wb: ['amrwb'],
  adpcm_ms: ['adpcm_ms'],
  adpcm_ima_wav: ['adpcm_ima_wav'],
  adpcm_ima_qt: ['adpcm_ima_qt'],
  wmav1: ['wmav1'],
  wmav2: ['wmav2'],
  wmapro: ['wmapro'],
  speex: ['speex', 'libspeex'],
  nellymoser: ['nellymoser'],
  s302m: ['s302m'],
  ...Object.fromEntries(pcm.map((codec) => [codec, [codec]])),
}

/** Covers and subtitles are never decoded, but ffprobe stops at a track that it may not open. */
const idleDecoders = [
  ...['png', 'bmp', 'mov_text', 'ass', 'ssa', 'srt', 'subrip', 'webvtt', 'text', 'cc_dec'],
  ...['dvdsub', 'pgssub', 'dvbsub', 'xsub', 'libzvbi_teletextdec'],
]
const decoders = [...Object.values({ ...videoDecoders, ...audioDecoders }).flat(), ...idleDecoders]

export const canDecodeVideo = (codec: string): boolean => codec in videoDecoders
export const canDecodeAudio = (codec: string): boolean => codec in audioDecoders

/** 8192 × 8192 and a little: a picture of a megabyte may otherwise ask for gigabytes. */
export const maxPixels = 70_000_000
export const maxStreams = 64
/** A film of 16 × 16 pixels that lasts so long fits into a megabyte. */
const maxDurationSeconds = 24 * 3600
const protocols = ['file']

/** All that a stranger's file may make ffmpeg open. */
export const openNames = { demuxer: demuxers, decoder: decoders, protocol: protocols }

/** Throws `too_expensive` for a film that nobody waits for. */
export function refuseEndless(durationSeconds: number): void {
  if (durationSeconds <= maxDurationSeconds) return
  const hours = Math.round(durationSeconds / 3600)
  throw new TaskError('too_expensive', `The film lasts ${hours} hours`)
}

/**
 * Options before `-i` for any file that a stranger sent, for ffprobe and ffmpeg alike.
 * A protocol list alone does not stop a playlist named .mp4; the format list does.
 * https://ffmpeg.org/ffmpeg-formats.html#Format-Options
 */
export const strangerOptions: string[] = [
  ...['-protocol_whitelist', protocols.join(',')],
  ...['-format_whitelist', demuxers.join(',')],
  ...['-codec_whitelist', decoders.join(',')],
  ...['-max_alloc', '800000000'],
  ...['-max_pixels', `${maxPixels}`],
  ...['-max_streams', `${maxStreams}`],
  ...['-probesize', '20M', '-analyzeduration', '20M'],
]
