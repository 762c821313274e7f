import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { putPart } from '../../../scripts/lib/upload.ts'
import { splitOf, storePart } from '../../test/long-film.ts'
import { type Player, call, createPlayer, storeOutputs } from '../../test/transcoder.ts'
import type { TestUser } from '../../test/user.ts'
import { type World, createWorld } from '../../test/world.ts'

let world: World
let player: Player
let owner: TestUser

beforeAll(async () => {
  player = await createPlayer()
  world = await createWorld({ transcoderUrl: player.url })
})
afterAll(async () => {
  await world.stop()
  player.stop()
})
beforeEach(async () => {
  owner = await world.user() // sign-ins do not outlive the hours that pass here
})
/** The lane of long work has one place: what a test leaves would keep it from the next. */
afterEach(() =>
  world.db
    .prepare("update tasks set state = 'cancelled', finished_at = 1 where finished_at is null")
    .run(),
)

const list = async (prefix: string) =>
  (await world.bucket.list({ prefix })).objects.map((object) => object.key)

test('what a transcoder stores after the deletion goes too', async () => {
  const { videoId } = await world.upload(owner, new Uint8Array(10))
  const spec = await player.nthSpec(player.specs.length + 1)
  await world.as(owner).delete(`/api/v1/videos/${videoId}`)
  await expect.poll(() => list(`s/${videoId}/`)).toEqual([])
  await storeOutputs(world, spec)
  world.tick(121 * 60_000)
  await world.cron('*/15 * * * *')
  expect(await list(`v/${videoId}/`)).toEqual([])
  const row = await world.db.prepare('select purged_at from videos where id = ?').bind(videoId)
  expect((await row.first())?.['purged_at']).toBe(world.now())
})

test('a part that lands after the upload was given up goes too', async () => {
  const uploads = `/api/v1/workspaces/${owner.workspaceId}/uploads`
  const created = await world.as(owner).post(uploads, { fileName: 'a.mp4', sizeBytes: 10 })
  const { upload, video } = created.body
  const path = `/api/v1/uploads/${upload.id}`
  const asked = await world.as(owner).post(`${path}/parts`, { partNumbers: [1] })
  expect((await world.as(owner).delete(path)).status).toBe(204)
  const purged = () =>
    world.db.prepare('select purged_at from videos where id = ?').bind(video.id).first('purged_at')

  world.tick(59 * 60_000) // the address is good for an hour
  await world.cron('*/15 * * * *')
  await putPart(asked.body.parts[0].url, new Uint8Array(10))
  expect(await list(`s/${video.id}/`)).toHaveLength(1)
  expect(await purged()).toBeNull()

  world.tick(62 * 60_000)
  await world.cron('*/15 * * * *')
  expect(await list(`s/${video.id}/`)).toEqual([])
  expect(await purged()).toBe(world.now())
})

test('outputs of lost attempts go after a day, the published ones stay', async () => {
  const { videoId } = await world.upload(owner, new Uint8Array(10))
  const first = await player.nthSpec(player.specs.length + 1)
  await storeOutputs(world, first)
  await call.fail(first, 'internal', true)
  world.tick(16_000)
  await world.cron('* * * * *')
  world.tick(61_000)
  await world.cron('* * * * *')
  const second = await player.nthSpec(player.specs.indexOf(first) + 2)
  await call.complete(second, await storeOutputs(world, second))

  world.tick(24 * 3600_000 + 1)
  await world.cron('*/15 * * * *')
  const left = await list(`v/${videoId}/`)
  expect(left.length).toBeGreaterThan(0)
  expect(left.every((key) => key.startsWith(second.output.prefix))).toBe(true)
})

test('of a film that takes days nothing goes before all of it is there', async () => {
  const [leads, parts] = [player.specs.length + 1, player.parts.length + 1]
  const { videoId } = await world.upload(owner, new Uint8Array(10))
  const lead = await player.nthSpec(leads)
  await world.bucket.put(`${lead.output.prefix}source/file`, 'a clean copy')
  await call.split(lead, splitOf(lead, 2))
  await call.complete(lead, await storePart(world, lead))
  const first = await player.nthPart(parts)
  await call.complete(first, await storePart(world, first))
  const stored = await list(`v/${videoId}/`)

  world.tick(24 * 3600_000 + 1)
  await world.cron('*/15 * * * *')
  expect(await list(`v/${videoId}/`)).toEqual(stored)
})

/** A film of two chunks that is ready. */
async function makeLong() {
  const [leads, parts] = [player.specs.length + 1, player.parts.length + 1]
  const { videoId } = await world.upload(owner, new Uint8Array(10))
  const lead = await player.nthSpec(leads)
  await call.split(lead, splitOf(lead, 2))
  await call.complete(lead, await storePart(world, lead))
  for (const n of [parts, parts + 1, parts + 2]) {
    const part = await player.nthPart(n)
    expect((await call.complete(part, await storePart(world, part))).status).toBe(200)
  }
  return { videoId, lead }
}

const countRows = (table: string, column: string, value: string) =>
  world.db
    .prepare(`select count(*) as n from ${table} where ${column} = ?`)
    .bind(value)
    .first<number>('n')

test('old tasks are forgotten once their outputs were looked at, and the film stays', async () => {
  const { videoId, lead } = await makeLong()
  const stored = await list(`v/${videoId}/`)
  world.tick(31 * 24 * 3600_000)
  for (let times = 0; times < 2; times++) await world.cron('*/15 * * * *')
  expect(await countRows('tasks', 'id', lead.taskId)).toBe(0)
  expect(await countRows('tasks', 'parent_id', lead.taskId)).toBe(0)
  expect(await countRows('splits', 'task_id', lead.taskId)).toBe(0)
  expect(await list(`v/${videoId}/`)).toEqual(stored)
})

test('the outputs of a part whose film nobody can tell any more are kept', async () => {
  const { videoId, lead } = await makeLong()
  const stored = await list(`v/${videoId}/`)
  await world.db.prepare('delete from tasks where id = ?').bind(lead.taskId).run()
  world.tick(24 * 3600_000 + 1)
  await world.cron('*/15 * * * *')
  expect(await list(`v/${videoId}/`)).toEqual(stored)
})

test('what a task stored that was handed back and then stopped goes too', async () => {
  const { videoId } = await world.upload(owner, new Uint8Array(10))
  const first = await player.nthSpec(player.specs.length + 1)
  await storeOutputs(world, first)
  player.status = 429
  await call.release(first)
  await world.as(owner).post(`/api/v1/videos/${videoId}/cancel`)
  player.status = 202
  world.tick(24 * 3600_000 + 1)
  await world.cron('*/15 * * * *')
  expect(await list(`v/${videoId}/`)).toEqual([])
})
