import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectStatus } from '../../../scripts/lib/client.ts'
import { putPart } from '../../../scripts/lib/upload.ts'
import { type Player, createPlayer } from '../../test/transcoder.ts'
import type { TestUser } from '../../test/user.ts'
import { type World, createWorld } from '../../test/world.ts'
import { partsSource } from './source.ts'

let world: World
let player: Player
let owner: TestUser
let stranger: TestUser

beforeAll(async () => {
  player = await createPlayer()
  world = await createWorld({ transcoderUrl: player.url, env: { MAX_UPLOAD_BYTES: '100000000' } })
  owner = await world.user()
  stranger = await world.user()
})
afterAll(async () => {
  await world.stop()
  player.stop()
})

const partBytes = 4 * 2 ** 20
/** Two parts: a whole one and a short one. */
const file = new Uint8Array(partBytes + 1000).map((_, i) => i % 251)

async function create(fileName = 'night_tide.mp4', sizeBytes = file.byteLength) {
  const path = `/api/v1/workspaces/${owner.workspaceId}/uploads`
  const reply = await world.as(owner).post(path, { fileName, sizeBytes })
  return expectStatus(reply, 201, 'create')
}

const chunkOf = (partNumber: number) =>
  file.subarray((partNumber - 1) * partBytes, partNumber * partBytes)

async function addressOf(uploadId: string, partNumber: number): Promise<string> {
  const path = `/api/v1/uploads/${uploadId}/parts`
  const asked = await world.as(owner).post(path, { partNumbers: [partNumber] })
  const [part] = expectStatus(asked, 200, 'presign').parts
  expect(part.sizeBytes).toBe(chunkOf(partNumber).byteLength)
  return part.url
}

function note(uploadId: string, partNumber: number, etag: string) {
  const body = { etag, sizeBytes: chunkOf(partNumber).byteLength }
  return world.as(owner).put(`/api/v1/uploads/${uploadId}/parts/${partNumber}`, body)
}

async function send(uploadId: string, partNumber: number): Promise<void> {
  const url = await addressOf(uploadId, partNumber)
  const etag = await putPart(url, chunkOf(partNumber))
  expectStatus(await note(uploadId, partNumber, etag), 200, 'record')
}

/** The uploaded file as readers of the finished upload get it. */
async function readStored({ videoId, id }: { videoId: string; id: string }): Promise<Uint8Array> {
  const rows = await world.db
    .prepare('select part_number, etag from upload_parts where upload_id = ?')
    .bind(id)
    .all<{ part_number: number; etag: string }>()
  const etags = new Map(rows.results.map((row) => [row.part_number, row.etag]))
  const key = `s/${videoId}/${id}`
  const source = { key, sizeBytes: file.byteLength, partBytes, arrived: etags, etags }
  return partsSource(world.bucket as unknown as R2Bucket, source).read(0, file.byteLength)
}
const isWhole = (bytes: Uint8Array) => Buffer.compare(bytes, file) === 0

const complete = (uploadId: string) => world.as(owner).post(`/api/v1/uploads/${uploadId}/complete`)
/** These files are no films, so an opening is made for each. */
async function listTasks(videoId: string) {
  const query = 'select kind from tasks where video_id = ? order by kind'
  const { results } = await world.db.prepare(query).bind(videoId).all<{ kind: string }>()
  return results.map(({ kind }) => kind)
}

test('a file arrives in parts, byte for byte, and its video is processed', async () => {
  const { upload, video } = await create()
  expect(video).toMatchObject({ status: 'uploading', title: 'night tide', visibility: 'private' })
  expect(upload).toMatchObject({ partCount: 2, parts: [], state: 'open' })
  await send(upload.id, 2)
  await send(upload.id, 1)
  const reply = expectStatus(await complete(upload.id), 200, 'complete')
  expect(reply.video.status).toBe('processing')
  expect(isWhole(await readStored(upload))).toBe(true)
  const row = await world.db
    .prepare('select source_key, source_bytes, source_part_bytes from videos where id = ?')
    .bind(video.id)
    .first()
  expect(row).toEqual({
    source_key: `s/${video.id}/${upload.id}`,
    source_bytes: file.byteLength,
    source_part_bytes: partBytes,
  })
})

test('a part whose record was lost counts, with the ETag that storage gives it', async () => {
  const { upload } = await create()
  await send(upload.id, 1)
  await putPart(await addressOf(upload.id, 2), chunkOf(2))
  expect((await complete(upload.id)).status).toBe(200)
  expect(isWhole(await readStored(upload))).toBe(true)
})

test('an ETag that a client invented is put right when the upload ends', async () => {
  const { upload } = await create()
  await send(upload.id, 1)
  await send(upload.id, 2)
  expect((await note(upload.id, 2, 'invented')).status).toBe(200)
  await expect(readStored(upload)).rejects.toMatchObject({ name: 'MissingBytes' })
  expect((await complete(upload.id)).status).toBe(200)
  expect(isWhole(await readStored(upload))).toBe(true)
})

test('an address that still takes bytes after the end cannot change what is read', async () => {
  const { upload } = await create()
  const late = await addressOf(upload.id, 1)
  await send(upload.id, 1)
  await send(upload.id, 2)
  expect((await complete(upload.id)).status).toBe(200)
  const etag = await putPart(late, new Uint8Array(partBytes))
  expect(await note(upload.id, 1, etag)).toMatchObject({ status: 409, body: { code: 'conflict' } })
  await expect(readStored(upload)).rejects.toMatchObject({ name: 'MissingBytes', offset: 0 })
  await putPart(late, chunkOf(1))
  expect(isWhole(await readStored(upload))).toBe(true)
})

test('a part stored in another size is asked for again, and the rest is kept', async () => {
  const { upload } = await create()
  await send(upload.id, 1)
  await send(upload.id, 2)
  await putPart(await addressOf(upload.id, 1), new Uint8Array(10))
  expect(await complete(upload.id)).toMatchObject({
    status: 422,
    body: { code: 'size_mismatch' },
  })
  const { state, parts } = (await world.as(owner).get(`/api/v1/uploads/${upload.id}`)).body
  expect({ state, parts }).toEqual({
    state: 'open',
    parts: [{ partNumber: 2, sizeBytes: 1000 }],
  })
  await send(upload.id, 1)
  expect((await complete(upload.id)).status).toBe(200)
  expect(isWhole(await readStored(upload))).toBe(true)
})

test('completing twice, or twice at once, makes each task once', async () => {
  const { upload, video } = await create()
  await send(upload.id, 1)
  await send(upload.id, 2)
  const replies = await Promise.all([complete(upload.id), complete(upload.id)])
  expect(replies.map((reply) => reply.status)).toEqual([200, 200])
  expect((await complete(upload.id)).status).toBe(200)
  expect(await listTasks(video.id)).toEqual(['encode', 'opening'])
})

test('missing parts are named and nothing is lost by asking', async () => {
  const { upload } = await create()
  await send(upload.id, 1)
  expect(await complete(upload.id)).toMatchObject({
    status: 409,
    body: { code: 'upload_incomplete' },
  })
  const state = (await world.as(owner).get(`/api/v1/uploads/${upload.id}`)).body
  expect(state.parts).toEqual([{ partNumber: 1, sizeBytes: partBytes }])
  await send(upload.id, 2)
  expect((await complete(upload.id)).status).toBe(200)
})

test('workerd killed in mid-upload: the stored parts count, and the video is processed once', async () => {
  const { upload, video } = await create()
  await send(upload.id, 1)
  const sending = putPart(await addressOf(upload.id, 2), chunkOf(2)).catch(() => undefined)
  await world.killWorkerd()
  await sending

  const open = (await world.as(owner).get(`/api/v1/workspaces/${owner.workspaceId}/uploads`)).body
  const mine = open.items.find((item: { id: string }) => item.id === upload.id)
  expect(mine.parts).toEqual([{ partNumber: 1, sizeBytes: partBytes }])
  await send(upload.id, 2)
  expect((await complete(upload.id)).status).toBe(200)
  expect(await listTasks(video.id)).toEqual(['encode', 'opening'])
  expect(isWhole(await readStored(upload))).toBe(true)
})

test('a part of another size is refused', async () => {
  const { upload } = await create()
  const reply = await world
    .as(owner)
    .put(`/api/v1/uploads/${upload.id}/parts/2`, { etag: 'x', sizeBytes: 999 })
  expect(reply).toMatchObject({ status: 422, body: { code: 'size_mismatch' } })
  const beyond = await world
    .as(owner)
    .put(`/api/v1/uploads/${upload.id}/parts/3`, { etag: 'x', sizeBytes: 1 })
  expect(beyond).toMatchObject({ status: 422, body: { code: 'invalid_fields' } })
})

test('parts that storage does not know are refused in plain words', async () => {
  const { upload } = await create('x.mp4', 1000)
  await world
    .as(owner)
    .put(`/api/v1/uploads/${upload.id}/parts/1`, { etag: 'invented', sizeBytes: 1000 })
  expect(await complete(upload.id)).toMatchObject({
    status: 409,
    body: { code: 'upload_incomplete' },
  })
  const { state, parts } = (await world.as(owner).get(`/api/v1/uploads/${upload.id}`)).body
  expect({ state, parts }).toEqual({ state: 'open', parts: [] })
})

test('too large and empty files are refused before anything is stored', async () => {
  const path = `/api/v1/workspaces/${owner.workspaceId}/uploads`
  const large = await world.as(owner).post(path, { fileName: 'a.mp4', sizeBytes: 100_000_001 })
  expect(large).toMatchObject({ status: 413, body: { code: 'file_too_large' } })
  expect(large.body.detail).toContain('95.4 MiB')
  const empty = await world.as(owner).post(path, { fileName: 'a.mp4', sizeBytes: 0 })
  expect(empty).toMatchObject({ status: 422, body: { errors: [{ field: 'sizeBytes' }] } })
})

test('giving up deletes the draft and the parts, and can be repeated by nobody else', async () => {
  const { upload, video } = await create()
  await send(upload.id, 1)
  const path = `/api/v1/uploads/${upload.id}`
  expect((await world.as(stranger).delete(path)).status).toBe(404)
  expect((await world.as(owner).delete(path)).status).toBe(204)
  expect((await world.as(owner).get(`/api/v1/videos/${video.id}`)).status).toBe(404)
  expect((await world.as(owner).get(path)).status).toBe(404)
  const left = async () => (await world.bucket.list({ prefix: `s/${video.id}/` })).objects.length
  await expect.poll(left).toBe(0)
})

test('deleting the draft ends its upload, which is listed no more', async () => {
  const { upload, video } = await create()
  await send(upload.id, 1)
  expect((await world.as(owner).delete(`/api/v1/videos/${video.id}`)).status).toBe(204)
  const path = `/api/v1/workspaces/${owner.workspaceId}/uploads?limit=100`
  const listed = (await world.as(owner).get(path)).body.items
  expect(listed.map((item: { id: string }) => item.id)).not.toContain(upload.id)
  const state = () =>
    world.db.prepare('select state from uploads where id = ?').bind(upload.id).first('state')
  await expect.poll(state).toBe('aborted')
})

test('a key makes a repeated creation answer the first reply', async () => {
  const path = `/api/v1/workspaces/${owner.workspaceId}/uploads`
  const key = { 'idempotency-key': 'once' }
  const body = { fileName: 'a.mp4', sizeBytes: 10 }
  const first = await world.as(owner).post(path, body, key)
  const second = await world.as(owner).post(path, body, key)
  expect(second.body).toEqual(first.body)
  const other = await world.as(owner).post(path, { ...body, sizeBytes: 11 }, key)
  expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_mismatch' } })
})

test('a stranger can neither start, see nor fill an upload', async () => {
  const { upload } = await create()
  const as = world.as(stranger)
  const path = `/api/v1/uploads/${upload.id}`
  const body = { fileName: 'a.mp4', sizeBytes: 10 }
  const replies = [
    await as.post(`/api/v1/workspaces/${owner.workspaceId}/uploads`, body),
    await as.get(`/api/v1/workspaces/${owner.workspaceId}/uploads`),
    await as.get(path),
    await as.post(`${path}/parts`, { partNumbers: [1] }),
    await as.put(`${path}/parts/1`, { etag: 'x', sizeBytes: 1 }),
    await as.post(`${path}/complete`),
  ]
  expect(replies.map((reply) => reply.status)).toEqual([404, 404, 404, 404, 404, 404])
})

test('an upload that nobody finishes expires with its draft', async () => {
  const { upload, video } = await create()
  await send(upload.id, 1)
  world.tick(6 * 24 * 3600_000 + 1000)
  await world.cron('*/15 * * * *')
  const row = await world.db
    .prepare('select state from uploads where id = ?')
    .bind(upload.id)
    .first()
  expect(row).toEqual({ state: 'expired' })
  const draft = await world.db
    .prepare('select deleted_at from videos where id = ?')
    .bind(video.id)
    .first()
  expect(draft?.['deleted_at']).toBeTypeOf('number')
})
