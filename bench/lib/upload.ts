import { open, stat } from 'node:fs/promises'
import path from 'node:path'
import { expectStatus } from '../../scripts/lib/client.ts'
import { putPart } from '../../scripts/lib/upload.ts'
import type { BenchLantern } from './lantern.ts'

/**
 * Sends a file's parts in file order, as a plain client does, and leaves it open: an index at the
 * file's end is read when it is completed, and not before. `acknowledgedAt`: epoch ms.
 */
export async function sendInOrder({ client, user }: BenchLantern, file: string) {
  const { size } = await stat(file)
  const body = { fileName: path.basename(file), sizeBytes: size }
  const created = await client.post(`/api/v1/workspaces/${user.workspaceId}/uploads`, body)
  const { upload, video } = expectStatus(created, 201, 'create')
  const parts = `/api/v1/uploads/${upload.id}/parts`
  const source = await open(file)
  let acknowledgedAt = 0
  for (let n = 1; n <= upload.partCount; n++) {
    const asked = await client.post(parts, { partNumbers: [n] })
    const [part] = expectStatus(asked, 200, 'presign').parts
    const chunk = new Uint8Array(part.sizeBytes)
    await source.read(chunk, 0, chunk.byteLength, (n - 1) * upload.partSizeBytes)
    const etag = await putPart(part.url, chunk)
    acknowledgedAt = Date.now()
    const noted = await client.put(`${parts}/${n}`, { etag, sizeBytes: chunk.byteLength })
    expectStatus(noted, 200, 'record')
  }
  await source.close()
  const complete = async () =>
    expectStatus(await client.post(`/api/v1/uploads/${upload.id}/complete`), 200, 'complete').video
  return { acknowledgedAt, videoId: video.id as string, complete }
}
