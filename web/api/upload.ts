import type { Reply } from '#contracts/endpoint.ts'
import type { UploadId, WorkspaceId } from '#contracts/id.ts'
import type {
  completeUpload as completeContract,
  createUpload as createContract,
  getUpload as getContract,
  listUploads as listContract,
  presignParts as presignContract,
} from '#contracts/upload.ts'
import type { Visibility } from '#contracts/video.ts'
import { client } from './session.ts'

export type Upload = NonNullable<Reply<typeof getContract>>
export type CreatedUpload = NonNullable<Reply<typeof createContract>>
export type PresignedParts = NonNullable<Reply<typeof presignContract>>
export type UploadPage = NonNullable<Reply<typeof listContract>>

export interface NewUpload {
  fileName: string
  sizeBytes: number
  title?: string
  visibility?: Visibility
}

export interface PartDone {
  etag: string
  sizeBytes: number
}

const at = (id: UploadId) => `/api/v1/uploads/${id}`

/** The operations of an upload; the key makes a repeated creation harmless. */
export const uploadApi = {
  create: (workspaceId: WorkspaceId, body: NewUpload, key: string, signal?: AbortSignal) =>
    client.call<CreatedUpload>('POST', `/api/v1/workspaces/${workspaceId}/uploads`, {
      body,
      signal,
      headers: { 'idempotency-key': key },
    }),
  list: (workspaceId: WorkspaceId, cursor?: string) =>
    client.call<UploadPage>('GET', `/api/v1/workspaces/${workspaceId}/uploads`, {
      query: { cursor },
    }),
  get: (id: UploadId, signal?: AbortSignal) => client.call<Upload>('GET', at(id), { signal }),
  presign: (id: UploadId, partNumbers: number[], signal?: AbortSignal) =>
    client.call<PresignedParts>('POST', `${at(id)}/parts`, { body: { partNumbers }, signal }),
  recordPart: (id: UploadId, partNumber: number, done: PartDone, signal?: AbortSignal) =>
    client.call<unknown>('PUT', `${at(id)}/parts/${partNumber}`, { body: done, signal }),
  complete: (id: UploadId, signal?: AbortSignal) =>
    client.call<NonNullable<Reply<typeof completeContract>>>('POST', `${at(id)}/complete`, {
      signal,
    }),
  abort: (id: UploadId) => client.call<void>('DELETE', at(id)),
}

export type UploadApi = typeof uploadApi
