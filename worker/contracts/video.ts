import { z } from 'zod'
import { Chapter, ChapterList } from './chapter.ts'
import { maxDomains, toDomain } from './domain.ts'
import { endpoint } from './endpoint.ts'
import { FailureCode } from './error.ts'
import { VideoId, WorkspaceId } from './id.ts'
import { PictureCodec } from './ladder.ts'
import { PageQuery, Time, page } from './page.ts'

export const Visibility = z.enum(['public', 'unlisted', 'private']).meta({
  id: 'Visibility',
  description:
    'public: listed, anyone watches. unlisted: anyone with the link. private: members only.',
})
export type Visibility = z.infer<typeof Visibility>

export const Downloads = z.enum(['none', 'video', 'original']).meta({
  id: 'Downloads',
  description:
    'What those who may watch may also save: nothing, the converted video, or the uploaded file too.',
})
export type Downloads = z.infer<typeof Downloads>

export const Encryption = z.enum(['none', 'aes-128']).meta({
  id: 'Encryption',
  description:
    'aes-128: segments travel encrypted (RFC 8216, 4.3.2.4), and their keys are given to holders of a link alone.',
})
export type Encryption = z.infer<typeof Encryption>

export const VideoStatus = z.enum(['uploading', 'processing', 'ready', 'failed'])
export type VideoStatus = z.infer<typeof VideoStatus>

export const Title = z.string().trim().min(1, 'Enter a title').max(200)
export const Description = z.string().trim().max(5000)

const Domain = z
  .string()
  .max(1000)
  .transform((text, at) => {
    const domain = toDomain(text)
    if (!domain) at.addIssue('Not the name of a site')
    return domain ?? z.NEVER
  })
  .meta({ example: '*.example.com' })

/** As they are kept: hosts in ASCII, each once. */
const EmbedDomains = z
  .array(Domain)
  .max(maxDomains, `At most ${maxDomains} sites`)
  .transform((domains) => [...new Set(domains)])
  .nullable()
  .meta({
    description:
      'Sites that may embed the video: `example.com`, `*.example.com` for all below it. Null: any site; an empty list: none',
  })

export const Failure = z
  .object({
    code: FailureCode,
    message: z.string().meta({ description: 'One sentence for the owner' }),
    logKey: z.string().nullable().meta({ description: 'What operators find it by in their logs' }),
  })
  .meta({ id: 'Failure' })
export type Failure = z.infer<typeof Failure>

export const Rendition = z
  .object({
    name: z.string().meta({
      example: '720p',
      description: 'A rung, `audio`, or `source`: the uploaded file itself, played as it is',
    }),
    kind: z.enum(['video', 'audio']),
    widthPx: z.int().nullable(),
    heightPx: z.int().nullable(),
    codec: PictureCodec.nullable().meta({ description: 'Null for sound, and for `source`' }),
    language: z.string().nullable().meta({ description: 'Of sound, where the file says so' }),
    channels: z.int().nullable(),
    label: z.string().nullable().meta({
      description:
        'Of sound: what players call it; null where the file names neither it nor its language',
    }),
    sizeBytes: z.int().nullable().meta({ description: 'In storage; null until it is ready' }),
    state: z.enum(['queued', 'running', 'ready']),
    percent: z.number().min(0).max(100),
    speed: z.number().nullable().meta({ description: 'Seconds of film a second, while it runs' }),
    timeLeftMs: z.int().nullable().meta({
      description: 'Never rises within an attempt; null while nothing runs',
    }),
    queuePlace: z.int().nullable().meta({ description: '1 is next; null once it runs' }),
    failure: Failure.nullable().meta({
      description: 'For editors: why it could not be made again. The one of before still plays',
    }),
  })
  .meta({ id: 'Rendition' })
export type Rendition = z.infer<typeof Rendition>

export const Progress = z
  .object({
    phase: z.enum(['queued', 'starting', 'fetch', 'probe', 'encode', 'store', 'retry']),
    percent: z.number().min(0).max(100).meta({ description: 'Of the whole encode; never falls' }),
    speed: z.number().nullable().meta({ description: 'Seconds of film a second' }),
    timeLeftMs: z.int().nullable().meta({
      description: 'Never rises within an attempt; null while nothing runs',
    }),
    queuePlace: z.int().nullable().meta({ description: '1 is next; null once it runs' }),
    attempt: z.int().meta({ description: 'Of five; what was handed back does not count' }),
    chunks: z
      .object({ done: z.int(), all: z.int() })
      .nullable()
      .meta({ description: 'Of a long film, which several machines may make at once' }),
  })
  .meta({ id: 'Progress' })
export type Progress = z.infer<typeof Progress>

export const Channel = z
  .object({ id: WorkspaceId, handle: z.string(), name: z.string() })
  .meta({ id: 'Channel' })
export type Channel = z.infer<typeof Channel>

export const Video = z
  .object({
    id: VideoId,
    channel: Channel,
    title: z.string(),
    description: z.string(),
    status: VideoStatus,
    playable: z.boolean().meta({ description: 'True once `playback` gives a link that plays' }),
    visibility: Visibility,
    durationMs: z.int().nullable(),
    widthPx: z.int().nullable().meta({ description: 'As shown: rotation is applied' }),
    heightPx: z.int().nullable(),
    hasVideo: z.boolean(),
    hasAudio: z.boolean(),
    posterUrl: z.string().nullable(),
    previewUrl: z.string().nullable().meta({ description: 'An animated WebP of a few seconds' }),
    posters: z
      .array(z.object({ url: z.string(), atSeconds: z.number(), isChosen: z.boolean() }))
      .meta({ description: 'For editors: the pictures to choose the poster from; else empty' }),
    chapters: z.array(Chapter).meta({
      description: 'As its editors set them, else as the times in its description say',
    }),
    hasOwnChapters: z.boolean().meta({ description: 'Editors set them' }),
    renditions: z.array(Rendition),
    progress: Progress.nullable().meta({
      description: 'Null unless something is being made of it',
    }),
    failure: Failure.nullable(),
    embedDomains: z.array(z.string()).nullable().meta({
      description: 'For editors: the sites that may embed it; null: any site. Else null',
    }),
    downloads: Downloads,
    encryption: Encryption,
    canEdit: z.boolean(),
    createdAt: Time,
    publishedAt: Time.nullable().meta({ description: 'First time it was ready and not private' }),
  })
  .meta({ id: 'Video' })
export type Video = z.infer<typeof Video>

const params = z.object({ videoId: VideoId })

export const listPublicVideos = endpoint({
  id: 'listPublicVideos',
  method: 'get',
  path: '/api/v1/videos',
  tag: 'Videos',
  summary: 'Newest public videos',
  auth: 'optional',
  scope: 'videos:read',
  query: PageQuery,
  response: page(Video),
})

export const listWorkspaceVideos = endpoint({
  id: 'listWorkspaceVideos',
  method: 'get',
  path: '/api/v1/workspaces/{workspaceId}/videos',
  tag: 'Videos',
  summary: "A workspace's videos, whatever their state",
  auth: 'user',
  scope: 'videos:read',
  params: z.object({ workspaceId: WorkspaceId }),
  query: PageQuery,
  response: page(Video),
  errors: ['not_found'],
})

export const getVideo = endpoint({
  id: 'getVideo',
  method: 'get',
  path: '/api/v1/videos/{videoId}',
  tag: 'Videos',
  summary: 'One video',
  auth: 'optional',
  scope: 'videos:read',
  params,
  response: Video,
  errors: ['not_found'],
})

export const updateVideo = endpoint({
  id: 'updateVideo',
  method: 'patch',
  path: '/api/v1/videos/{videoId}',
  tag: 'Videos',
  summary: 'Change title, description, poster, or who can see, embed or save it',
  auth: 'user',
  scope: 'videos:write',
  params,
  body: z
    .object({
      title: Title,
      description: Description,
      visibility: Visibility,
      poster: z.int().min(0).max(5).meta({ description: 'Place in `posters`' }),
      embedDomains: EmbedDomains,
      downloads: Downloads,
      encryption: Encryption,
    })
    .partial()
    .strict()
    .refine((body) => Object.keys(body).length > 0, 'Name at least one field to change'),
  response: Video,
  errors: ['email_unverified', 'not_found', 'forbidden'],
})

export const setChapters = endpoint({
  id: 'setChapters',
  method: 'put',
  path: '/api/v1/videos/{videoId}/chapters',
  tag: 'Videos',
  summary: "Set a video's chapters",
  description:
    'The whole list at once. With an empty one, chapters come from the description again: of lines that begin with a time, where there are three or more and the first is at 0:00.',
  auth: 'user',
  scope: 'videos:write',
  params,
  body: z.object({ chapters: ChapterList }).strict(),
  response: Video,
  errors: ['not_found', 'forbidden'],
})

export const deleteVideo = endpoint({
  id: 'deleteVideo',
  method: 'delete',
  path: '/api/v1/videos/{videoId}',
  tag: 'Videos',
  summary: 'Delete a video with all its files',
  auth: 'user',
  scope: 'videos:write',
  params,
  errors: ['not_found', 'forbidden'],
})

export const retryVideo = endpoint({
  id: 'retryVideo',
  method: 'post',
  path: '/api/v1/videos/{videoId}/retry',
  tag: 'Videos',
  summary: 'Convert a failed video again',
  auth: 'user',
  scope: 'videos:write',
  params,
  response: Video,
  errors: ['not_found', 'forbidden', 'conflict'],
})

export const cancelVideo = endpoint({
  id: 'cancelVideo',
  method: 'post',
  path: '/api/v1/videos/{videoId}/cancel',
  tag: 'Videos',
  summary: 'Stop converting a video',
  description:
    'What plays already goes on playing. The video has failed with the code `cancelled` then, or is ready as it was where a rendition was being made again.',
  auth: 'user',
  scope: 'videos:write',
  params,
  response: Video,
  errors: ['not_found', 'forbidden', 'conflict'],
})

export const remakeRendition = endpoint({
  id: 'remakeRendition',
  method: 'post',
  path: '/api/v1/videos/{videoId}/renditions/{name}/remake',
  tag: 'Videos',
  summary: 'Make one rendition of a ready video again',
  description: 'The current one keeps playing until the new one is ready.',
  auth: 'user',
  scope: 'videos:write',
  params: params.extend({ name: z.string().regex(/^[a-z0-9]{1,32}$/, 'Not a rendition') }),
  response: Video,
  errors: ['not_found', 'forbidden', 'conflict'],
})

export const Playback = z
  .object({
    videoId: VideoId,
    title: z.string(),
    hlsUrl: z.string().meta({ description: 'Master playlist; the path carries the token' }),
    expiresAt: Time,
    playId: z.string().nullable().meta({
      description: 'Where plays or streams are counted: send it along when you ask again',
    }),
    clip: z.object({ fromSeconds: z.number(), toSeconds: z.number() }).nullable().meta({
      description: 'The part of the film that the link opens; null: all of it',
    }),
    isFinal: z.boolean().meta({
      description: 'False while renditions may still join: read the master playlist again',
    }),
    durationMs: z.int(),
    widthPx: z.int().nullable(),
    heightPx: z.int().nullable(),
    hasVideo: z.boolean(),
    hasAudio: z.boolean(),
    posterUrl: z.string().nullable(),
    storyboardUrl: z.string().nullable().meta({ description: 'WebVTT with picture fragments' }),
    peaksUrl: z.string().nullable().meta({
      description: 'JSON `{perSecond, peaks}`: loudness 0 to 100 over time, for a waveform',
    }),
    captions: z.array(z.object({ language: z.string(), label: z.string(), url: z.string() })),
    chapters: z.array(z.object({ startMs: z.int(), endMs: z.int(), title: z.string() })),
    downloads: z
      .array(
        z.object({
          label: z.string().meta({ example: '720p' }),
          url: z.string(),
          sizeBytes: z.int().meta({ description: 'Of the file, to a few kilobytes' }),
          heightPx: z.int().nullable().meta({ description: 'Null for sound alone' }),
        }),
      )
      .meta({
        description: 'Files to save, the sharpest first; empty where the owner offers none',
      }),
  })
  .meta({ id: 'Playback' })
export type Playback = z.infer<typeof Playback>

export const getPlayback = endpoint({
  id: 'getPlayback',
  method: 'get',
  path: '/api/v1/videos/{videoId}/playback',
  tag: 'Playback',
  summary: 'Links that play a video for a while',
  auth: 'optional',
  scope: 'videos:read',
  params,
  query: z.object({
    token: z.string().max(2048).optional().meta({
      description:
        'Of a share, narrowed, or signed by a workspace’s key: it decides in place of an account',
    }),
    playId: z
      .string()
      .regex(/^[\w-]{8,40}$/)
      .optional(),
  }),
  response: Playback,
  errors: ['not_found', 'conflict', 'playback_denied'],
})

/** One message of `GET /api/v1/videos/{videoId}/events`; event name `video`, data this object. */
export const VideoEvent = Video.pick({
  id: true,
  status: true,
  playable: true,
  durationMs: true,
  widthPx: true,
  heightPx: true,
  hasVideo: true,
  hasAudio: true,
  posterUrl: true,
  previewUrl: true,
  renditions: true,
  progress: true,
  failure: true,
})
export type VideoEvent = z.infer<typeof VideoEvent>

export const watchVideoEvents = endpoint({
  id: 'watchVideoEvents',
  method: 'get',
  path: '/api/v1/videos/{videoId}/events',
  tag: 'Videos',
  summary: 'Progress and state as server-sent events',
  description:
    'Event `video` on each change, at once on connecting. The stream ends after some 25 seconds, or when nothing more can change (event `end`); connect again after `retry`.',
  auth: 'optional',
  scope: 'videos:read',
  params,
  responseType: 'text/event-stream',
  errors: ['not_found'],
})
