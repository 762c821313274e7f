import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Client, Parsed } from './client.ts'
import { expectStatus } from './client.ts'

export interface UploadOptions {
  title?: string
  visibility?: 'public' | 'unlisted' | 'private'
  fileName?: string
}

/** Creates, puts each part to its presigned address, records it and completes, as the web does. */
export async function uploadFile(
  client: Client,
  workspaceId: string,
  file: string | Uint8Array,
  options: UploadOptions = {},
): Promise<{ videoId: string; uploadId: string }> {
  const bytes = typeof file === 'string' ? await readFile(file) : file
  const { fileName = typeof file === 'string' ? path.basename(file) : 'clip.mp4', ...rest } =
    options
  const body = { fileName, sizeBytes: bytes.byteLength, ...rest }
  const created = await client.post(`/api/v1/workspaces/${workspaceId}/uploads`, body)
  const { upload, video } = expectStatus(created, 201, 'create upload')

  const uploadPath = `/api/v1/uploads/${upload.id}`
  for (let partNumber = 1; partNumber <= upload.partCount; partNumber++) {
    const asked = await client.post(`${uploadPath}/parts`, { partNumbers: [partNumber] })
    const [part] = expectStatus(asked, 200, 'presign')['parts'] as Parsed
    const start = (partNumber - 1) * upload.partSizeBytes
    const chunk = bytes.subarray(start, start + upload.partSizeBytes)
    const etag = await putPart(part.url, chunk)
    const record = { etag, sizeBytes: chunk.byteLength }
    expectStatus(await client.put(`${uploadPath}/parts/${partNumber}`, record), 200, 'record part')
  }
  expectStatus(await client.post(`${uploadPath}/complete`), 200, 'complete upload')
  return { videoId: video.id, uploadId: upload.id }
}

/** Answers the stored part's ETag. */
export async function putPart(url: string, chunk: Uint8Array): Promise<string> {
  const response = await fetch(url, { method: 'PUT', body: chunk as Uint8Array<ArrayBuffer> })
  if (!response.ok) throw new Error(`PUT part: ${response.status} ${await response.text()}`)
  return response.headers.get('etag') ?? ''
}
