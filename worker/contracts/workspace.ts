import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { WorkspaceId } from './id.ts'
import { PictureCodec } from './ladder.ts'

/** How a workspace's films are converted from now on. */
export const TranscodeSettings = z
  .object({
    codecs: z
      .array(PictureCodec)
      .min(1)
      .max(3)
      .refine((codecs) => codecs.includes('h264'), 'H.264 is what every browser plays: keep it')
      .refine((codecs) => new Set(codecs).size === codecs.length, 'Name each codec once')
      .meta({ description: '`hevc` and `av1` take more work and save bits where they play' }),
    maxShortSidePx: z
      .union([z.literal(720), z.literal(1080), z.literal(1440), z.literal(2160)])
      .meta({ description: 'No rung is sharper than this, however sharp the film' }),
  })
  .meta({ id: 'TranscodeSettings' })
export type TranscodeSettings = z.infer<typeof TranscodeSettings>

export const defaultTranscode: TranscodeSettings = { codecs: ['h264'], maxShortSidePx: 2160 }

const params = z.object({ workspaceId: WorkspaceId })

export const getTranscodeSettings = endpoint({
  id: 'getTranscodeSettings',
  method: 'get',
  path: '/api/v1/workspaces/{workspaceId}/settings/transcode',
  tag: 'Workspaces',
  summary: "How a workspace's films are converted",
  auth: 'user',
  params,
  response: TranscodeSettings,
  errors: ['not_found'],
})

export const updateTranscodeSettings = endpoint({
  id: 'updateTranscodeSettings',
  method: 'patch',
  path: '/api/v1/workspaces/{workspaceId}/settings/transcode',
  tag: 'Workspaces',
  summary: 'Change how films are converted from now on',
  auth: 'user',
  params,
  body: TranscodeSettings.partial()
    .strict()
    .refine((body) => Object.keys(body).length > 0, 'Name at least one field to change'),
  response: TranscodeSettings,
  errors: ['not_found', 'forbidden'],
})
