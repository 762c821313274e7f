import { open, stat } from 'node:fs/promises'
import path from 'node:path'
import { expectStatus } from '../../scripts/lib/client.ts'
import { partOrder, putPart } from '../../scripts/lib/upload.ts'
import type { BenchLantern } from './lantern.ts'

/**
 * Sends a file's parts one after another and leaves the upload open. `ends`: both ends first, as
 * the web does, so that an index at either end is read while the rest is on its way. `file`: in
 * file order, as a plain client does, so that an index at the end is read when it is completed and
 * not before. `acknowledgedAt`: epoch ms.
 */
export async function sendParts(
  { client, user }: Pick<BenchLantern, 'client' | 'user'>,
  file: string,
  order: 'ends' | 'file',
) {
  const { size } = await stat(file)
  const body = { fileName: path.basename(file), sizeBytes: size }
  const created = await client.post(`/api/v1/workspaces/${user.workspaceId}/uploads`, body)
  const { upload, video } = expectStatus(created, 201, 'create')
  const parts = `/api/v1/uploads/${upload.id}/parts`
  const source = await open(file)
  let acknowledgedAt = 0
  const inFile = Array.from({ length: upload.partCount }, (_, index) => index + 1)
  for (const n of order === 'file' ? inFile : partOrder(upload.partCount)) {
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
