import type { Reply } from '#contracts/endpoint.ts'
import type { WorkspaceId } from '#contracts/id.ts'
import type {
  getTranscodeSettings as getContract,
  TranscodeSettings,
  updateTranscodeSettings as updateContract,
} from '#contracts/workspace.ts'
import type { z } from 'zod'
import { client } from './session.ts'

export type TranscodeChange = z.input<(typeof updateContract)['body'] & z.ZodType>

const at = (id: WorkspaceId) => `/api/v1/workspaces/${id}/settings/transcode`

export const getTranscodeSettings = (
  id: WorkspaceId,
  signal?: AbortSignal,
): Promise<NonNullable<Reply<typeof getContract>>> => client.call('GET', at(id), { signal })

/** Throws ApiError `forbidden` for those who are neither owner nor admin. */
export const updateTranscodeSettings = (
  id: WorkspaceId,
  change: TranscodeChange,
): Promise<TranscodeSettings> => client.call('PATCH', at(id), { body: change, keepalive: true })
