import * as contract from '#contracts/upload.ts'
import { type Route, on } from '../../core/http.ts'
import { abortUpload, completeUpload } from './finish.ts'
import * as upload from './service.ts'

export const uploadRoutes: Route[] = [
  on(contract.createUpload, (ctx, { params, body }) =>
    upload.createUpload(ctx, params.workspaceId, body),
  ),
  on(contract.listUploads, (ctx, { params, query }) =>
    upload.listUploads(ctx, params.workspaceId, query),
  ),
  on(contract.getUpload, (ctx, { params }) => upload.getUpload(ctx, params.uploadId)),
  on(contract.presignParts, (ctx, { params, body }) =>
    upload.presignParts(ctx, params.uploadId, body.partNumbers),
  ),
  on(contract.recordPart, (ctx, { params, body }) =>
    upload.recordPart(ctx, params.uploadId, { partNumber: params.partNumber, ...body }),
  ),
  on(contract.completeUpload, (ctx, { params }) => completeUpload(ctx, params.uploadId)),
  on(contract.abortUpload, (ctx, { params }) => abortUpload(ctx, params.uploadId)),
]
