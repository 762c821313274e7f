import { MediaError } from '../film.ts'
import { elementsOf, findElement, ids, readFloat, readText, readUint } from './ebml.ts'

/** A track entry as the file has it. */
export interface TrackEntry {
  number: number
  /** 1 picture, 2 sound. */
  type: number
  isEnabled: boolean
  isDefault: boolean
  codecId: string
  codecPrivate: Uint8Array | null
  /** As written; BCP 47 first, then ISO 639-2, which is `eng` where nothing is said. */
  language: string
  /** 0 where not said. */
  defaultDurationNs: number
  codecDelayNs: number
  /** Taken off the start of each frame by the muxer, to be put back. */
  stripped: Uint8Array
  isEncrypted: boolean
  /** Frames are packed in a way that is not read here: zlib, bzlib, LZO. */
  isPacked: boolean
  video: PictureEntry | null
  audio: { sampleRateHz: number; channels: number } | null
  /** The whole element. */
  bytes: Uint8Array
}

export interface PictureEntry {
  widthPx: number
  heightPx: number
  /** 0 where not said. */
  displayWidth: number
  displayHeight: number
  /** 0 pixels, 1 centimetres, 2 inches, 3 aspect ratio, 4 unknown. */
  displayUnit: number
  isInterlaced: boolean
  rollDegrees: number
  isMirrored: boolean
  colour: { primaries: number; transfer: number; matrix: number; isFullRange: boolean } | null
}

const maxTracks = 64

/** All tracks of a Tracks element without its header. Throws `too_costly` for a crowd of them. */
export function readTracks(tracks: Uint8Array): TrackEntry[] {
  const entries: TrackEntry[] = []
  for (const element of elementsOf(tracks)) {
    if (element.id !== ids.trackEntry) continue
    if (entries.length >= maxTracks) throw new MediaError('too_costly', 'Too many tracks')
    entries.push({ ...readTrackEntry(element.body), bytes: element.bytes })
  }
  return entries
}

type Fields = Map<number, Uint8Array>

const fieldsOf = (body: Uint8Array): Fields =>
  new Map(Array.from(elementsOf(body), (element) => [element.id, element.body]))

const uint = (fields: Fields, id: number, otherwise: number): number => {
  const body = fields.get(id)
  return body ? readUint(body) : otherwise
}

function readTrackEntry(body: Uint8Array): Omit<TrackEntry, 'bytes'> {
  const fields = fieldsOf(body)
  const language = fields.get(ids.languageBcp47) ?? fields.get(ids.language)
  const video = fields.get(ids.video)
  const audio = fields.get(ids.audio)
  return {
    number: uint(fields, ids.trackNumber, 0),
    type: uint(fields, ids.trackType, 0),
    isEnabled: uint(fields, ids.flagEnabled, 1) !== 0,
    isDefault: uint(fields, ids.flagDefault, 1) !== 0,
    codecId: readText(fields.get(ids.codecId) ?? new Uint8Array(0)),
    codecPrivate: fields.get(ids.codecPrivate) ?? null,
    language: language ? readText(language) : 'eng',
    defaultDurationNs: uint(fields, ids.defaultDuration, 0),
    codecDelayNs: uint(fields, ids.codecDelay, 0),
    ...readEncodings(fields.get(ids.contentEncodings)),
    video: video ? readPicture(fieldsOf(video)) : null,
    audio: audio ? readSound(fieldsOf(audio)) : null,
  }
}

/** Only the stripping of equal first bytes is undone here; it is what mkvmerge does. */
function readEncodings(encodings: Uint8Array | undefined) {
  const plain = { stripped: new Uint8Array(0), isEncrypted: false, isPacked: false }
  if (!encodings) return plain
  const all = [...elementsOf(encodings)].filter((element) => element.id === ids.contentEncoding)
  const isEncrypted = all.some(({ body }) => findElement(body, ids.contentEncryption))
  const compression = all[0] && findElement(all[0].body, ids.contentCompression)
  if (all.length !== 1 || !compression) return { ...plain, isEncrypted, isPacked: true }

  const scope = uint(fieldsOf(all[0]!.body), ids.contentEncodingScope, 1)
  const isStripping = uint(fieldsOf(compression), ids.contentCompAlgo, 0) === 3 && scope === 1
  const stripped = findElement(compression, ids.contentCompSettings) ?? plain.stripped
  return isStripping
    ? { ...plain, stripped, isEncrypted }
    : { ...plain, isEncrypted, isPacked: true }
}

function readPicture(fields: Fields): PictureEntry {
  const widthPx = uint(fields, ids.pixelWidth, 0)
  const heightPx = uint(fields, ids.pixelHeight, 0)
  const projection = fieldsOf(fields.get(ids.projection) ?? new Uint8Array(0))
  const degrees = (id: number) => readFloat(projection.get(id) ?? new Uint8Array(0))
  const colour = fields.get(ids.colour)
  return {
    widthPx,
    heightPx,
    displayWidth: uint(fields, ids.displayWidth, 0),
    displayHeight: uint(fields, ids.displayHeight, 0),
    displayUnit: uint(fields, ids.displayUnit, 0),
    isInterlaced: uint(fields, ids.flagInterlaced, 0) === 1,
    rollDegrees: degrees(ids.poseRoll),
    isMirrored: Math.abs(degrees(ids.poseYaw)) === 180,
    colour: colour ? readColour(fieldsOf(colour)) : null,
  }
}

const readColour = (fields: Fields): PictureEntry['colour'] => ({
  primaries: uint(fields, ids.primaries, 2),
  transfer: uint(fields, ids.transfer, 2),
  matrix: uint(fields, ids.matrix, 2),
  isFullRange: uint(fields, ids.range, 0) === 2,
})

const readSound = (fields: Fields) => ({
  sampleRateHz:
    Math.round(readFloat(fields.get(ids.samplingFrequency) ?? new Uint8Array(0))) || 8000,
  channels: uint(fields, ids.channels, 1),
})
