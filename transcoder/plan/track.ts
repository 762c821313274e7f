import { TaskError } from '../failure.ts'
import { canDecodeAudio, canDecodeVideo } from './limit.ts'
import { hasDisposition, labelOf, languageOf, needsDolbyVision } from './stream.ts'
import type { PacketFacts, Stream } from './stream.ts'

/** A film in more languages than this is a disc, and each of them is encoded. */
const maxSounds = 8
const maxSubtitles = 32

/** Pictures of letters (PGS, DVB, DVD) would have to be read by eye. */
const textCodecs = ['mov_text', 'subrip', 'srt', 'ass', 'ssa', 'webvtt', 'text']

export const isText = (codec: string): boolean => textCodecs.includes(codec)

const isPicture = (stream: Stream) =>
  stream.codec_type === 'video' &&
  !hasDisposition(stream, 'attached_pic', 'still_image', 'timed_thumbnails')

const byDefault = (a: Stream, b: Stream) =>
  Number(hasDisposition(b, 'default')) - Number(hasDisposition(a, 'default'))
const pixels = (stream: Stream) => (stream.width ?? 0) * (stream.height ?? 0)

/** Default tracks first, then the larger picture, then file order. */
const byPicture = (a: Stream, b: Stream) =>
  byDefault(a, b) || pixels(b) - pixels(a) || a.index - b.index

/** What is spoken about or beside a film is never what is heard unless somebody chooses. */
const isBeside = (stream: Stream) =>
  hasDisposition(stream, 'comment', 'visual_impaired', 'hearing_impaired')

const bySound = (a: Stream, b: Stream) =>
  Number(isBeside(a)) - Number(isBeside(b)) || byDefault(a, b) || a.index - b.index

const nameOf = (stream: Stream) =>
  JSON.stringify([languageOf(stream), labelOf(stream), stream.channels ?? 2])

/** One of each language, label and number of channels: the others could not be told apart. */
const distinct = (sounds: Stream[]): Stream[] =>
  sounds.filter((sound, i) => sounds.findIndex((each) => nameOf(each) === nameOf(sound)) === i)

export interface Tracks {
  picture: Stream | undefined
  sounds: Stream[]
  subtitles: Stream[]
}

const canShow = (stream: Stream) =>
  canDecodeVideo(stream.codec_name ?? '') && !needsDolbyVision(stream)
const canHear = (stream: Stream) => canDecodeAudio(stream.codec_name ?? '')

/** Throws `unsupported_codec` where there are tracks of a kind, and none that can be decoded. */
function usable(full: Stream[], canUse: (stream: Stream) => boolean): Stream[] {
  const found = full.filter(canUse)
  if (found.length || !full.length) return found
  const names = full.map((stream) =>
    needsDolbyVision(stream) ? 'Dolby Vision alone' : (stream.codec_name ?? 'unknown'),
  )
  throw new TaskError('unsupported_codec', `No decoder for ${names.join(', ')}`)
}

/**
 * Which of a file's tracks become the film: one picture, at most eight sounds, the first of them
 * heard unless a viewer chooses, and the subtitles that are text. A track without data counts as
 * absent. Throws `no_streams`, `unsupported_codec` and `damaged`.
 */
export function chooseTracks(streams: Stream[], packets: Map<number, PacketFacts>): Tracks {
  const isFull = (stream: Stream) => (packets.get(stream.index)?.count ?? 0) > 0
  const pictures = streams.filter(isPicture)
  const sounds = streams.filter((stream) => stream.codec_type === 'audio')
  if (!pictures.length && !sounds.length) {
    throw new TaskError('no_streams', 'Neither a video nor an audio stream')
  }
  const [picture] = usable(pictures.filter(isFull), canShow).toSorted(byPicture)
  const heard = distinct(usable(sounds.filter(isFull), canHear).toSorted(bySound))
  if (!picture && !heard.length) throw new TaskError('damaged', 'The file has streams but no data')
  if (!picture && pictures.length) throw new TaskError('damaged', 'The video stream has no data')
  const isSubtitle = (stream: Stream) =>
    stream.codec_type === 'subtitle' && isText(stream.codec_name ?? '')
  return {
    picture,
    sounds: heard.slice(0, maxSounds),
    subtitles: streams
      .filter((stream) => isSubtitle(stream) && isFull(stream))
      .slice(0, maxSubtitles),
  }
}
