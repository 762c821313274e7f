import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { VideoId } from './id.ts'

/** So many days are kept, and are what `VideoQuality` tells of. */
export const qualityDays = 90

const hour = 3600_000
const count = (max: number) => z.int().min(0).max(max)

export const Beacon = z
  .object({
    token: z.string().max(2048).meta({ description: 'The playback token in use' }),
    playId: z.uuid().meta({
      description: 'Made by the player for each play; also the session id (`sid`) of its CMCD',
    }),
    seq: z.int().min(1).max(100_000).meta({ description: 'Grows: of two the higher one counts' }),
    place: z.enum(['watch', 'embed']),
    device: z.enum(['phone', 'tablet', 'desktop']),
    playerVersion: z.string().regex(/^[\w.+-]{1,40}$/),
    startupMs: count(hour).nullable().meta({
      description: 'From the wish to play to the first moving picture; null until then',
    }),
    watchedMs: count(7 * 24 * hour).meta({ description: 'Time in which the film moved' }),
    stalls: count(100_000).meta({ description: 'Waits after the start that no seek has caused' }),
    stalledMs: count(7 * 24 * hour),
    meanKbps: count(1_000_000).nullable().meta({ description: 'Of what was watched' }),
    lastKbps: count(1_000_000).nullable(),
    heightPx: count(20_000).nullable().meta({ description: 'Of what was shown last' }),
    droppedFrames: count(100_000_000),
    exit: z.enum(['before_start', 'left', 'ended', 'error']).meta({
      description: 'How the play stands, or has ended if no later beacon comes',
    }),
    error: z
      .enum(['offline', 'network', 'expired', 'withdrawn', 'refused', 'busy', 'missing', 'media'])
      .nullable()
      .meta({ description: 'The last that the viewer was shown' }),
  })
  .meta({ id: 'Beacon' })
export type Beacon = z.infer<typeof Beacon>

export const VideoQuality = z
  .object({
    days: z.int().meta({ description: 'Of how many days this tells' }),
    plays: z.int(),
    medianStartupMs: z.int().nullable().meta({ description: 'Null where none has started' }),
    stalledShare: z.number().min(0).max(1).nullable().meta({
      description: 'Of the plays that started, those that had to wait later on',
    }),
    leftBeforeStart: z.int(),
    failed: z.int(),
    watchedMs: z.int(),
  })
  .meta({ id: 'VideoQuality' })
export type VideoQuality = z.infer<typeof VideoQuality>

const params = z.object({ videoId: VideoId })

export const sendBeacon = endpoint({
  id: 'sendBeacon',
  method: 'post',
  path: '/api/v1/videos/{videoId}/beacons',
  tag: 'Playback',
  summary: 'Tell how a play goes',
  description:
    'For players, each minute and at the end. The whole play each time, so that a lost one is made good by the next. Nothing is kept that tells who watched.',
  auth: 'public',
  params,
  body: Beacon,
  errors: ['playback_denied'],
})

export const getVideoQuality = endpoint({
  id: 'getVideoQuality',
  method: 'get',
  path: '/api/v1/videos/{videoId}/quality',
  tag: 'Playback',
  summary: 'How well a video has played',
  auth: 'user',
  scope: 'videos:read',
  params,
  response: VideoQuality,
})
