import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Client, Parsed } from './client.ts'
import { expectStatus } from './client.ts'

export interface UploadOptions {
  title?: string
  visibility?: 'public' | 'unlisted' | 'private'
  fileName?: string
}

const parallelParts = 3

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

  const queue = partOrder(upload.partCount)
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      await sendPart(client, upload, { partNumber: next, bytes })
    }
  }
  await Promise.all(Array.from({ length: parallelParts }, work))
  const done = await client.post(`/api/v1/uploads/${upload.id}/complete`)
  expectStatus(done, 200, 'complete upload')
  return { videoId: video.id, uploadId: upload.id }
}

/** Both ends first: they hold the index of a film, which can play before the rest is there. */
export function partOrder(partCount: number): number[] {
  const all = Array.from({ length: partCount }, (_, index) => index + 1)
  const tail = all.slice(-Math.max(2, Math.ceil(partCount / 50))) // an index may be long
  return [...new Set([...all.slice(0, 1), ...tail.toReversed(), ...all])]
}

/** Puts and records one part of `bytes`, which are the whole file. */
async function sendPart(
  client: Client,
  upload: Parsed,
  { partNumber, bytes }: { partNumber: number; bytes: Uint8Array },
): Promise<void> {
  const parts = `/api/v1/uploads/${upload.id}/parts`
  const asked = await client.post(parts, { partNumbers: [partNumber] })
  const [part] = expectStatus(asked, 200, 'presign')['parts'] as Parsed
  const start = (partNumber - 1) * upload.partSizeBytes
  const chunk = bytes.subarray(start, start + upload.partSizeBytes)
  const record = { etag: await putPart(part.url, chunk), sizeBytes: chunk.byteLength }
  expectStatus(await client.put(`${parts}/${partNumber}`, record), 200, 'record part')
}

/** Answers the stored part's ETag. */
export async function putPart(url: string, chunk: Uint8Array): Promise<string> {
  const response = await fetch(url, { method: 'PUT', body: chunk as Uint8Array<ArrayBuffer> })
  if (!response.ok) throw new Error(`PUT part: ${response.status} ${await response.text()}`)
  return response.headers.get('etag') ?? ''
}
