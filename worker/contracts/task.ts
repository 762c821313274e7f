import { z } from 'zod'
import { FailureCode } from './error.ts'
import { EncodeId, LeaseId, TaskId, VideoId } from './id.ts'
import { AudioPlan, PictureCodec, Rung } from './ladder.ts'
import { ChunkRange, SplitPlan } from './split.ts'

/** A lease outlives eight heartbeats; after that the task is anybody's. */
export const heartbeatSeconds = 15
export const leaseSeconds = 120
export const maxAttempts = 5
/** Back-off before attempt n + 1, in ms: 15 s doubled each time, 15 min at most. */
export const retryDelayMs = (attempt: number): number =>
  Math.min(900_000, 15_000 * 2 ** Math.max(0, attempt - 1))

/**
 * - `opening`: what a source needs before it can play at all (its lowest rung, or its sound alone),
 *   published while it is made.
 * - `encode`: the whole ladder with its pictures. Of a long film it makes sound and captions alone,
 *   and splits the rest into
 * - `chunk`: every rendition of some frames of a long film, and
 * - `pictures`: its posters, storyboard, preview and peaks, once all chunks are there.
 */
export const TaskKind = z.enum(['opening', 'encode', 'chunk', 'pictures'])
export type TaskKind = z.infer<typeof TaskKind>

/** Each lane has places of its own in the fleet: nobody's long film delays another's clip. */
export const Lane = z.enum(['opening', 'short', 'long'])
export type Lane = z.infer<typeof Lane>

/** What is more work than so many seconds of 1080p30, and not split, has no place among clips. */
export const maxShortSeconds = 180

/** What the queue carries. The attempt lives in D1, never in the message. */
export const TranscodeMessage = z.object({
  v: z.literal(1),
  taskId: TaskId,
  videoId: VideoId,
  requestId: z.string().meta({ description: 'Of the request that made the task, for the logs' }),
})
export type TranscodeMessage = z.infer<typeof TranscodeMessage>

/**
 * An uploaded file in storage. It lies in parts of one size, the last one smaller, which are never
 * joined: part n (from 1) is the object `partKey(key, n)`. Null: one object, `key` itself.
 */
export const SourceObject = z.object({
  bucket: z.string(),
  key: z.string(),
  sizeBytes: z.int(),
  partBytes: z.int().positive().nullable(),
  etags: z.array(z.string()).optional().meta({
    description: 'Of the parts in their order: bytes that were put there later are refused',
  }),
})
export type SourceObject = z.infer<typeof SourceObject>

export const partKey = (key: string, partNumber: number): string =>
  `${key}/${String(partNumber).padStart(5, '0')}`

/** What a transcoder chose for a film; carried unread, so that a rendition made again fits. */
export const Choices = z.record(z.string(), z.unknown())
export type Choices = z.infer<typeof Choices>

/**
 * Worker → transcoder, `POST /v1/tasks`: everything one attempt needs. Answers: 202 accepted, 200
 * at work already, 409 another attempt is, 429 busy, 422 not a spec.
 */
export const TaskSpec = z.object({
  v: z.literal(1),
  taskId: TaskId,
  videoId: VideoId,
  encodeId: EncodeId,
  kind: TaskKind,
  attempt: z.int().min(1),
  leaseId: LeaseId,
  requestId: z.string().meta({ description: 'Carried through the logs of both programs' }),
  input: SourceObject,
  output: z.object({
    bucket: z.string(),
    prefix: z.string().meta({ description: 'Ends with `/`; belongs to this attempt alone' }),
  }),
  s3: z.object({
    endpoint: z.string(),
    region: z.string(),
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
    sessionToken: z.string().optional(),
  }),
  lane: Lane,
  ladder: z.array(Rung).meta({ description: 'Empty: sound alone' }),
  codecs: z
    .array(PictureCodec)
    .min(1)
    .meta({ description: 'Of an encode: the ladder is made in each of them' }),
  isPerTitle: z.boolean().meta({
    description: 'Of an encode: choose rungs and caps by the content; else `ladder` as it is',
  }),
  fleetSlots: z.int().min(1).meta({ description: 'How many chunks can be made at once' }),
  longSeconds: z.number().positive().meta({
    description: 'Of an encode: split what is more work than so many seconds of 1080p30',
  }),
  isWhole: z.boolean().meta({ description: 'Of an encode: never split it' }),
  only: z.array(z.string()).nullable().meta({
    description: 'Of an encode that is made again: these renditions and no others',
  }),
  choices: Choices.nullable().meta({ description: 'With `only`: what was chosen for the film' }),
  split: SplitPlan.nullable().meta({
    description: 'Of an encode that was split by an attempt before this one, and of a chunk',
  }),
  chunk: ChunkRange.nullable().meta({ description: 'Of a chunk' }),
  pictures: z
    .object({ top: z.string(), lowest: z.string(), audio: z.string().nullable() })
    .nullable()
    .meta({ description: 'Of `pictures`: keys of the media playlists to read' }),
  audio: AudioPlan,
  segmentSeconds: z.number().positive(),
  gopSeconds: z.number().positive(),
  callback: z.object({ baseUrl: z.string(), token: z.string() }),
  deadlines: z.object({
    heartbeatSeconds: z.number(),
    leaseSeconds: z.number(),
    hardSeconds: z.number().meta({ description: 'The attempt is killed after so long' }),
  }),
})
export type TaskSpec = z.infer<typeof TaskSpec>

/** Answer of `GET {transcoder}/v1/tasks/:id`; 404 where it is not at work here. */
export const TaskStatus = z.object({ attempt: z.int(), phase: z.string(), percent: z.number() })

export const TranscoderHealth = z.object({
  status: z.enum(['ok', 'draining']),
  version: z.string(),
  ffmpeg: z.string(),
  wall: z.string().meta({ description: 'What keeps ffmpeg away from this machine' }),
  slotsFree: z.record(Lane, z.int()),
})
export type TranscoderHealth = z.infer<typeof TranscoderHealth>

export const Phase = z.enum(['fetch', 'probe', 'encode', 'store'])
export type Phase = z.infer<typeof Phase>

/** Every callback names the attempt that it speaks for. */
export const lease = { attempt: z.int().min(1), leaseId: LeaseId }

export const PlannedRendition = z.object({
  name: z.string().max(32),
  kind: z.enum(['video', 'audio']),
  widthPx: z.int().nullable(),
  heightPx: z.int().nullable(),
  language: z.string().max(16).nullish().meta({ description: 'Of sound, as `channels`' }),
  channels: z.int().nullish(),
  percent: z.number().min(0).max(100),
})
export type PlannedRendition = z.infer<typeof PlannedRendition>

export const Heartbeat = z.object({
  ...lease,
  seq: z.int().min(0),
  phase: Phase,
  percent: z.number().min(0).max(100),
  speed: z.number().nullable(),
  renditions: z.array(PlannedRendition).max(64),
})
export type Heartbeat = z.infer<typeof Heartbeat>

/** Shapes of what came out, measured from the files and never guessed. */
const published = {
  name: z.string().regex(/^[a-z0-9]{1,32}$/),
  codecs: z.string().max(64).meta({ description: 'RFC 6381, from avcC or esds' }),
  peakBitsPerSecond: z.int().positive(),
  averageBitsPerSecond: z.int().positive(),
  initKey: z.string().meta({ description: 'Relative to the output prefix' }),
  segments: z
    .array(
      z.object({
        key: z.string(),
        durationSeconds: z.number().positive(),
        sizeBytes: z.int(),
        keyFrameBytes: z.int().positive().optional().meta({
          description: 'Video: from the start of the segment to the end of its first picture',
        }),
      }),
    )
    .min(1),
}
export const VideoRendition = z.object({
  ...published,
  kind: z.literal('video'),
  widthPx: z.int(),
  heightPx: z.int(),
  framesPerSecond: z.number().positive(),
})
export type VideoRendition = z.infer<typeof VideoRendition>
export const AudioRendition = z.object({
  ...published,
  kind: z.literal('audio'),
  channels: z.int(),
  language: z.string().max(16).nullable(),
  label: z.string().max(100).nullable().meta({ description: "The track's title in the file" }),
  track: z.int().min(0).meta({ description: '0 is heard unless a viewer chooses' }),
})
export type AudioRendition = z.infer<typeof AudioRendition>
export const PublishedRendition = z.discriminatedUnion('kind', [VideoRendition, AudioRendition])
export type PublishedRendition = z.infer<typeof PublishedRendition>

export const Storyboard = z.object({
  everySeconds: z.number().positive(),
  columns: z.int(),
  rows: z.int(),
  tileWidthPx: z.int(),
  tileHeightPx: z.int(),
  count: z.int(),
  sheetKeys: z.array(z.string()).min(1),
})
export type Storyboard = z.infer<typeof Storyboard>

/** Six at most, the best one first; a film without picture has one of its sound. */
export const Poster = z.object({ key: z.string(), atSeconds: z.number().min(0) })
export type Poster = z.infer<typeof Poster>

/** JSON in storage: `{ perSecond, peaks: number[] }`, a peak 0 to 100 for each span of time. */
export const Peaks = z.object({ key: z.string(), perSecond: z.number().positive() })
export type Peaks = z.infer<typeof Peaks>

export const Pictures = z.object({
  posters: z.array(Poster).max(6),
  storyboard: Storyboard.nullable(),
  previewKey: z.string().nullable().meta({ description: 'A short animation without sound' }),
  peaks: Peaks.nullable(),
})
export type Pictures = z.infer<typeof Pictures>

/** WebVTT that was made from a subtitle track of the source. */
export const CaptionTrack = z.object({
  key: z.string().regex(/^captions_\d{1,2}\.vtt$/),
  language: z.string().max(16).nullable(),
  label: z.string().max(100).nullable(),
  isForced: z.boolean(),
})
export type CaptionTrack = z.infer<typeof CaptionTrack>

const media = z.object({
  durationMs: z.int().positive(),
  widthPx: z.int().nullable(),
  heightPx: z.int().nullable(),
  framesPerSecond: z.number().nullable(),
})

export const TaskReport = z.object({
  ...lease,
  media: media.meta({ description: 'Measured on the output; of a chunk: of its frames' }),
  renditions: z.array(PublishedRendition).max(64).meta({
    description: 'An encode that was split names its sound; `pictures` names nothing',
  }),
  captions: z.array(CaptionTrack).max(32),
  pictures: Pictures.nullable(),
  choices: Choices.nullable(),
  cpuSeconds: z.number().nullable(),
})
export type TaskReport = z.infer<typeof TaskReport>

/** The film is long: these chunks make its pictures, on whichever machines are free. */
export const TaskSplit = z.object({
  ...lease,
  media,
  plan: SplitPlan,
  chunks: z.array(ChunkRange).min(1).max(4000),
  input: SourceObject.nullable().meta({
    description: 'A clean copy of a source whose container cannot be cut; null: the source itself',
  }),
})
export type TaskSplit = z.infer<typeof TaskSplit>

/**
 * What of an attempt can be played already. Each call carries every segment so far; segments join
 * at the end and never change. `opening` grows, `encode` names a rendition once it is whole.
 */
export const TaskPublication = z.object({
  ...lease,
  media: media.meta({ description: 'Of the whole film, as probed' }),
  renditions: z
    .array(z.object({ isComplete: z.boolean(), rendition: PublishedRendition }))
    .min(1)
    .max(64),
})
export type TaskPublication = z.infer<typeof TaskPublication>

export const TaskFailure = z.object({
  ...lease,
  code: FailureCode,
  isRetryable: z.boolean(),
  message: z.string().max(2000).meta({ description: 'For the operator; owners see the code' }),
})
export type TaskFailure = z.infer<typeof TaskFailure>
