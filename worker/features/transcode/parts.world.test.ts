import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { TaskSpec } from '#contracts/task.ts'
import { splitOf, storePart } from '../../test/long-film.ts'
import { type Player, call, createPlayer } from '../../test/transcoder.ts'
import type { TestUser } from '../../test/user.ts'
import { type World, createWorld } from '../../test/world.ts'

/** More than two or three: all messages of a split come at the same moment. */
const slots = 6

let world: World
let player: Player
let owner: TestUser

beforeAll(async () => {
  player = await createPlayer()
  world = await createWorld({ transcoderUrl: player.url, env: { FLEET_SLOTS: `${slots}` } })
})
afterAll(async () => {
  await world.stop()
  player.stop()
})
beforeEach(async () => {
  owner = await world.user()
})

/** Lanes are shared: what a test leaves would take the places of the next. */
afterEach(async () => {
  await world.db.prepare("update tasks set state = 'cancelled', finished_at = 1").run()
})

const count = (query: string, ...values: string[]) =>
  world.db
    .prepare(query)
    .bind(...values)
    .first<number>('n')

/** A film that was split, and its chunks, all of them at work. */
async function begin() {
  const [leads, parts] = [player.specs.length, player.parts.length]
  const { videoId } = await world.upload(owner, new Uint8Array(3000).fill(7))
  const lead = await player.nthSpec(leads + 1)
  expect((await call.split(lead, splitOf(lead, slots))).status).toBe(200)
  await player.nthPart(parts + slots)
  return { videoId, lead, chunks: player.parts.slice(parts) }
}

const complete = async (spec: TaskSpec) => call.complete(spec, await storePart(world, spec))

test('a film whose chunks all break at the same time is made whole once', async () => {
  const { videoId, lead, chunks } = await begin()
  const replies = await Promise.all(chunks.map((chunk) => call.fail(chunk, 'damaged', false)))
  const statuses = replies.map(({ status }) => status).toSorted()
  expect(statuses).toEqual([200, ...Array.from({ length: slots - 1 }, () => 409)])
  const wholes = 'select count(*) as n from tasks where video_id = ? and is_whole'
  expect(await count(wholes, videoId)).toBe(1)
  const left = `select count(*) as n from tasks where (id = ? or parent_id = id)
    and state in ('queued', 'retry', 'starting', 'running')`
  expect(await count(left, lead.taskId)).toBe(0)
})

test('a chunk that lacks a rendition of the film is refused', async () => {
  const { chunks } = await begin()
  const [chunk] = chunks
  const report = await storePart(world, chunk!)
  const renditions = report.renditions.slice(1)
  expect((await call.complete(chunk!, { ...report, renditions })).status).toBe(422)
  expect((await call.complete(chunk!, report)).status).toBe(200)
})

test('films that will never be whole do not keep the cron from those that are', async () => {
  const { videoId, lead, chunks } = await begin()
  await complete(lead)
  const done = "update tasks set state = 'done', finished_at = 1 where parent_id = ?"
  const [last] = chunks.splice(-1)
  for (const chunk of chunks) await complete(chunk)
  const given = `insert into chunks (task_id, parent_id, number, prefix, renditions, created_at)
    values (?, ?, ?, ?, ?, 1)`
  const { renditions } = await storePart(world, last!)
  await world.db
    .prepare(given)
    .bind(last!.taskId, lead.taskId, slots - 1, last!.output.prefix, JSON.stringify(renditions))
    .run()
  await world.db.prepare(done).bind(lead.taskId).run()
  // Long ago, of films that failed, were stopped or are deleted: their tasks sort first.
  const old = `insert into splits (task_id, encode_id, plan, media, chunk_count, created_at)
    select 'tsk_0' || value, encode_id, plan, media, chunk_count, 1
    from splits, json_each(?) where task_id = ?`
  const numbers = Array.from({ length: 60 }, (_, number) => 1000 + number)
  await world.db.prepare(old).bind(JSON.stringify(numbers), lead.taskId).run()

  const next = player.parts.length + 1
  await world.cron('* * * * *')
  expect(await player.nthPart(next)).toMatchObject({ kind: 'pictures', videoId })
})

test('a film that was deleted while its last task ended is not told to be ready', async () => {
  const next = player.specs.length + 1
  const { videoId } = await world.upload(owner, new Uint8Array(3000).fill(7))
  const spec = await player.nthSpec(next)
  await world.db.prepare('update videos set deleted_at = 1 where id = ?').bind(videoId).run()
  expect((await complete(spec)).status).toBe(200)
  const ready = "select count(*) as n from events where kind = 'video.ready' and video_id = ?"
  expect(await count(ready, videoId)).toBe(0)
})

/** As the queue does on many machines at once. */
async function deliver(taskIds: string[]): Promise<void> {
  const worker = (await world.mf.getWorker('lantern')) as unknown as {
    queue: (name: string, messages: object[]) => Promise<unknown>
  }
  await Promise.all(
    taskIds.map((taskId, n) => {
      const body = { v: 1, taskId, videoId: world.id('video'), requestId: world.id('request') }
      const message = { id: `${n}`, timestamp: new Date(), attempts: 1, body }
      return worker.queue('lantern-transcode', [message])
    }),
  )
}

test('however many messages come at once, a lane holds no more than its places', async () => {
  const before = player.parts.length
  const next = player.specs.length + 1
  const { videoId } = await world.upload(owner, new Uint8Array(3000).fill(7))
  const lead = await player.nthSpec(next)
  player.status = 429 // all chunks wait
  await call.split(lead, splitOf(lead, 4 * slots))
  player.status = 202
  const query = "select id from tasks where video_id = ? and kind = 'chunk'"
  const { results } = await world.db.prepare(query).bind(videoId).all<{ id: string }>()
  await deliver(results.map(({ id }) => id))
  const running = `select count(*) as n from tasks
    where lane = 'long' and state in ('starting', 'running')`
  expect(await count(running)).toBe(slots)
  expect(player.parts.length - before).toBe(slots)
})
