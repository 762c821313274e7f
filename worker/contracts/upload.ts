import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { UploadId, WorkspaceId } from './id.ts'
import { PageQuery, Time, page } from './page.ts'
import { Title, Video, Visibility } from './video.ts'

const mebibyte = 2 ** 20
/** All parts of a file have one size, the last one is smaller. */
export const partLimits = {
  minBytes: 4 * mebibyte,
  usualCount: 256,
  usualMaxBytes: 32 * mebibyte,
  maxCount: 9000,
  maxPerRequest: 50,
}
export const presignSeconds = 3600
/** An upload that nobody ends, ends so. */
export const uploadLifeSeconds = 6 * 24 * 3600

/**
 * Fixed at creation, in bytes. Small enough that the ends of a film arrive soon and can be read
 * before the rest, large enough that a line is busy with bytes and not with requests: 256 parts a
 * file between 4 and 32 MiB each. Parts of huge files grow, for their count is limited.
 */
export function partSizeFor(sizeBytes: number): number {
  const inMebibytes = (parts: number) => Math.ceil(sizeBytes / parts / mebibyte) * mebibyte
  const usual = Math.min(inMebibytes(partLimits.usualCount), partLimits.usualMaxBytes)
  return Math.max(partLimits.minBytes, usual, inMebibytes(partLimits.maxCount))
}

/** Bytes of part `partNumber` (from 1). */
export const partBytes = (sizeBytes: number, partSizeBytes: number, partNumber: number): number =>
  Math.min(partSizeBytes, sizeBytes - (partNumber - 1) * partSizeBytes)

export const UploadState = z.enum(['open', 'done', 'aborted', 'expired'])
export type UploadState = z.infer<typeof UploadState>

export const PartNumber = z.int().min(1).max(10_000)
export const UploadedPart = z.object({ partNumber: PartNumber, sizeBytes: z.int() })

export const Upload = z
  .object({
    id: UploadId,
    videoId: z.string(),
    fileName: z.string(),
    sizeBytes: z.int(),
    partSizeBytes: z.int(),
    partCount: z.int(),
    state: UploadState,
    parts: z.array(UploadedPart).meta({ description: 'Parts stored so far' }),
    expiresAt: Time,
    createdAt: Time,
  })
  .meta({ id: 'Upload' })
export type Upload = z.infer<typeof Upload>

const params = z.object({ uploadId: UploadId })

export const createUpload = endpoint({
  id: 'createUpload',
  method: 'post',
  path: '/api/v1/workspaces/{workspaceId}/uploads',
  tag: 'Uploads',
  summary: 'Start an upload: makes the video and takes its file in parts',
  auth: 'user',
  scope: 'uploads:write',
  isIdempotent: true,
  params: z.object({ workspaceId: WorkspaceId }),
  body: z.object({
    fileName: z.string().min(1).max(255),
    sizeBytes: z.int().min(1, 'The file is empty'),
    title: Title.optional(),
    visibility: Visibility.optional(),
  }),
  response: z.object({ upload: Upload, video: Video }),
  status: 201,
  errors: ['email_unverified', 'not_found', 'forbidden', 'file_too_large', 'rate_limited'],
})

export const listUploads = endpoint({
  id: 'listUploads',
  method: 'get',
  path: '/api/v1/workspaces/{workspaceId}/uploads',
  tag: 'Uploads',
  summary: 'Uploads that can still go on',
  auth: 'user',
  scope: 'uploads:write',
  params: z.object({ workspaceId: WorkspaceId }),
  query: PageQuery,
  response: page(Upload),
  errors: ['not_found'],
})

export const getUpload = endpoint({
  id: 'getUpload',
  method: 'get',
  path: '/api/v1/uploads/{uploadId}',
  tag: 'Uploads',
  summary: 'State of an upload and the parts received',
  auth: 'user',
  scope: 'uploads:write',
  params,
  response: Upload,
  errors: ['not_found'],
})

export const PresignedPart = z.object({
  partNumber: PartNumber,
  url: z.string().meta({ description: 'PUT the bytes here; keep the ETag of the answer' }),
  sizeBytes: z.int(),
  expiresAt: Time,
})
export type PresignedPart = z.infer<typeof PresignedPart>

export const presignParts = endpoint({
  id: 'presignParts',
  method: 'post',
  path: '/api/v1/uploads/{uploadId}/parts',
  tag: 'Uploads',
  summary: 'Addresses to PUT parts to',
  auth: 'user',
  scope: 'uploads:write',
  params,
  body: z.object({ partNumbers: z.array(PartNumber).min(1).max(partLimits.maxPerRequest) }),
  response: z.object({ parts: z.array(PresignedPart) }),
  errors: ['not_found', 'conflict', 'upload_expired'],
})

export const recordPart = endpoint({
  id: 'recordPart',
  method: 'put',
  path: '/api/v1/uploads/{uploadId}/parts/{partNumber}',
  tag: 'Uploads',
  summary: 'Say that a part is stored',
  auth: 'user',
  scope: 'uploads:write',
  params: params.extend({ partNumber: z.coerce.number().pipe(PartNumber) }),
  body: z.object({ etag: z.string().min(1).max(1024), sizeBytes: z.int().min(1) }),
  response: UploadedPart,
  errors: ['not_found', 'conflict', 'upload_expired', 'size_mismatch'],
})

export const completeUpload = endpoint({
  id: 'completeUpload',
  method: 'post',
  path: '/api/v1/uploads/{uploadId}/complete',
  tag: 'Uploads',
  summary: 'Say that all parts are sent; the video is processed from here on',
  description:
    'What storage holds decides. Parts that it lacks, or holds in another size, are no longer listed by the upload: send those again. Repeating it after a lost reply is safe.',
  auth: 'user',
  scope: 'uploads:write',
  params,
  response: z.object({ video: Video }),
  errors: ['not_found', 'conflict', 'upload_incomplete', 'upload_expired', 'size_mismatch'],
})

export const abortUpload = endpoint({
  id: 'abortUpload',
  method: 'delete',
  path: '/api/v1/uploads/{uploadId}',
  tag: 'Uploads',
  summary: 'Give an upload up; its draft and its parts are deleted',
  auth: 'user',
  scope: 'uploads:write',
  params,
  errors: ['not_found', 'conflict'],
})
