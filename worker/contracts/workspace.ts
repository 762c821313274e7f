import { z } from 'zod'
import { Role } from './auth.ts'
import { endpoint } from './endpoint.ts'
import { WorkspaceId } from './id.ts'
import { PictureCodec } from './ladder.ts'
import { Time } from './page.ts'

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
  scope: 'workspace:read',
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
  scope: 'workspace:write',
  params,
  body: TranscodeSettings.partial()
    .strict()
    .refine((body) => Object.keys(body).length > 0, 'Name at least one field to change'),
  response: TranscodeSettings,
  errors: ['not_found', 'forbidden'],
})

/** What stands in the address of a channel page; the words of our own addresses are not given. */
export const Handle = z
  .string()
  .trim()
  .toLowerCase()
  .min(3, 'Use at least 3 characters')
  .max(30, 'Use at most 30 characters')
  .regex(/^[a-z0-9](?:-?[a-z0-9])*$/, 'Use letters a to z, digits and single hyphens between them')
export const WorkspaceName = z.string().trim().min(1, 'Enter a name').max(80)

export const MaxStreams = z
  .int()
  .min(1, 'At least one device')
  .max(100, 'At most 100 devices')
  .nullable()
  .meta({ description: 'Devices on which one viewer may watch at once; null is any number' })

export const Workspace = z
  .object({
    id: WorkspaceId,
    handle: z.string(),
    name: z.string(),
    description: z.string(),
    role: Role.meta({ description: 'Mine' }),
    memberCount: z.int(),
    isSuspended: z.boolean(),
    maxStreamsPerViewer: MaxStreams,
    createdAt: Time,
  })
  .meta({ id: 'Workspace' })
export type Workspace = z.infer<typeof Workspace>

export const createWorkspace = endpoint({
  id: 'createWorkspace',
  method: 'post',
  path: '/api/v1/workspaces',
  tag: 'Workspaces',
  summary: 'Make another workspace',
  auth: 'user',
  scope: 'session',
  body: z.object({ name: WorkspaceName, handle: Handle.optional() }).strict(),
  response: Workspace,
  status: 201,
  isIdempotent: true,
  errors: ['handle_taken', 'limit_reached', 'email_unverified', 'rate_limited'],
})

export const getWorkspace = endpoint({
  id: 'getWorkspace',
  method: 'get',
  path: '/api/v1/workspaces/{workspaceId}',
  tag: 'Workspaces',
  summary: 'A workspace of mine',
  auth: 'user',
  scope: 'workspace:read',
  params,
  response: Workspace,
})

export const updateWorkspace = endpoint({
  id: 'updateWorkspace',
  method: 'patch',
  path: '/api/v1/workspaces/{workspaceId}',
  tag: 'Workspaces',
  summary: 'Change name, handle, what the channel page says, and on how many devices one may watch',
  description: 'A former handle is free for others at once.',
  auth: 'user',
  scope: 'workspace:write',
  params,
  body: z
    .object({
      name: WorkspaceName,
      handle: Handle,
      description: z.string().trim().max(1000, 'Use at most 1000 characters'),
      maxStreamsPerViewer: MaxStreams,
    })
    .partial()
    .strict()
    .refine((body) => Object.keys(body).length > 0, 'Name at least one field to change'),
  response: Workspace,
  errors: ['forbidden', 'handle_taken'],
})

export const deleteWorkspace = endpoint({
  id: 'deleteWorkspace',
  method: 'delete',
  path: '/api/v1/workspaces/{workspaceId}',
  tag: 'Workspaces',
  summary: 'Delete a workspace with all of its videos',
  description: 'For good, and by its owner alone.',
  auth: 'user',
  scope: 'session',
  isStepUp: true,
  params,
  body: z.object({ handle: z.string().meta({ description: 'Its own, so that it is no slip' }) }),
  errors: ['forbidden', 'conflict'],
})
