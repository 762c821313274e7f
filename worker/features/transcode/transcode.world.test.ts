import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Player, call, createPlayer, storeOutputs } from '../../test/transcoder.ts'
import type { TestUser } from '../../test/user.ts'
import { type World, createWorld } from '../../test/world.ts'

let world: World
let player: Player
let owner: TestUser
let stranger: TestUser

beforeAll(async () => {
  player = await createPlayer()
  world = await createWorld({ transcoderUrl: player.url })
  owner = await world.user()
  stranger = await world.user()
})
afterAll(async () => {
  await world.stop()
  player.stop()
})

beforeEach(() => {
  player.specs.length = 0
  player.cancelled.length = 0
  player.status = 202
})
// A task that a test left open would be dispatched into the next one.
afterEach(() =>
  world.db.prepare("update tasks set state = 'cancelled' where state != 'done'").run(),
)

const file = new Uint8Array(2000).fill(7)
const begin = async () => {
  const { videoId } = await world.upload(owner, file, { title: 'Tide', visibility: 'unlisted' })
  return { videoId, spec: await player.nthSpec(1) }
}
const read = async (videoId: string) =>
  (await world.as(owner).get(`/api/v1/videos/${videoId}`)).body
const taskOf = (videoId: string) =>
  world.db
    .prepare("select * from tasks where video_id = ? and kind = 'encode' order by id desc")
    .bind(videoId)
    .first<{ id: string; state: string; attempt: number; lost: number }>()
const countEvents = async (videoId: string, kind: string) =>
  (
    await world.db
      .prepare('select count(*) as n from events where video_id = ? and kind = ?')
      .bind(videoId, kind)
      .first<{ n: number }>()
  )?.n

test('an uploaded file is handed over, reported on and published', async () => {
  const { videoId, spec } = await begin()
  expect(spec.input.key).toMatch(`s/${videoId}/`)
  expect(spec.output.prefix).toBe(`v/${videoId}/e/${spec.encodeId}/a1/`)

  const beaten = await call.heartbeat(spec, { seq: 1, percent: 40 })
  expect(beaten).toMatchObject({ status: 200, body: { isCancelled: false } })
  expect(await read(videoId)).toMatchObject({
    status: 'processing',
    playable: false,
    progress: { phase: 'encode', percent: 40 },
    renditions: [{ name: '360p', state: 'running', percent: 40 }],
  })

  expect((await call.complete(spec, await storeOutputs(world, spec))).status).toBe(200)
  expect(await read(videoId)).toMatchObject({
    status: 'ready',
    playable: true,
    durationMs: 2000,
    hasAudio: false,
    renditions: [{ name: '360p', state: 'ready' }],
    progress: null,
  })
})

test('a late or repeated heartbeat never turns the progress back', async () => {
  const { videoId, spec } = await begin()
  await call.heartbeat(spec, { seq: 5, percent: 60 })
  await call.heartbeat(spec, { seq: 4, percent: 30 })
  await call.heartbeat(spec, { seq: 6, percent: 50 })
  expect((await read(videoId)).progress.percent).toBe(60)
})

test('a report repeated after a lost reply publishes once', async () => {
  const { videoId, spec } = await begin()
  const report = await storeOutputs(world, spec)
  const replies = await Promise.all([call.complete(spec, report), call.complete(spec, report)])
  const again = await call.complete(spec, report)
  expect(again.status).toBe(200)
  expect(replies.filter((reply) => reply.status === 200).length).toBeGreaterThan(0)
  expect(await countEvents(videoId, 'video.ready')).toBe(1)
})

test('outputs that are not stored as reported are not published', async () => {
  const { videoId, spec } = await begin()
  const report = await storeOutputs(world, spec)
  await world.bucket.delete(`${spec.output.prefix}360p/seg_00000.m4s`)
  const reply = await call.complete(spec, report)
  expect(reply).toMatchObject({ status: 422, body: { code: 'invalid_fields' } })
  expect((await read(videoId)).status).toBe('processing')
})

test('a lost attempt is tried again and its zombie is fenced off', async () => {
  const { videoId, spec: first } = await begin()
  const report = await storeOutputs(world, first)
  world.tick(121_000)
  await world.cron('* * * * *')
  expect(await taskOf(videoId)).toMatchObject({ state: 'retry', attempt: 1 })
  expect((await read(videoId)).progress).toMatchObject({ phase: 'retry', queuePlace: 1 })

  world.tick(80_000)
  await world.cron('* * * * *')
  const second = await player.nthSpec(2)
  expect(second).toMatchObject({ taskId: first.taskId, attempt: 2 })
  expect(second.output.prefix).not.toBe(first.output.prefix)

  expect(await call.heartbeat(first, { seq: 9, percent: 99 })).toMatchObject({
    status: 409,
    body: { code: 'fenced' },
  })
  expect((await call.complete(first, report)).status).toBe(409)
  expect((await call.fail(first, 'damaged', false)).status).toBe(409)
  expect((await call.complete(second, await storeOutputs(world, second))).status).toBe(200)
  expect((await read(videoId)).status).toBe('ready')
  expect(await countEvents(videoId, 'video.ready')).toBe(1)
})

test('heartbeats keep a long encode alive', async () => {
  const { videoId, spec } = await begin()
  for (let seq = 1; seq <= 3; seq++) {
    world.tick(100_000)
    await call.heartbeat(spec, { seq, percent: seq * 10 })
    await world.cron('* * * * *')
  }
  expect(await taskOf(videoId)).toMatchObject({ state: 'running', attempt: 1 })
})

test('a bad file fails for good, and only its owner learns why', async () => {
  const { videoId, spec } = await begin()
  expect((await call.fail(spec, 'not_a_video', false)).status).toBe(200)
  const mine = await read(videoId)
  expect(mine).toMatchObject({ status: 'failed', failure: { code: 'not_a_video' } })
  expect(mine.failure.message).toMatch(/not a video/)
  const theirs = await world.as(stranger).get(`/api/v1/videos/${videoId}`)
  expect(theirs.body).toMatchObject({ status: 'failed', failure: null })
})

test('a failed video can be converted again by its owner, and by nobody else', async () => {
  const { videoId, spec } = await begin()
  await call.fail(spec, 'damaged', false)
  const path = `/api/v1/videos/${videoId}/retry`
  expect((await world.as(stranger).post(path)).status).toBe(403)
  expect((await world.as(owner).post(path)).body).toMatchObject({ status: 'processing' })
  const next = await player.nthSpec(2)
  expect(next.taskId).not.toBe(spec.taskId)
  expect((await world.as(owner).post(path)).status).toBe(409)
  await call.complete(next, await storeOutputs(world, next))
  expect((await read(videoId)).status).toBe('ready')
})

test('after the last attempt the task is a dead letter and the video has failed', async () => {
  const { videoId } = await begin()
  for (let attempt = 1; attempt <= 5; attempt++) {
    const spec = await player.nthSpec(attempt)
    expect(spec.attempt).toBe(attempt)
    expect((await call.fail(spec, 'internal', true)).status).toBe(200)
    world.tick(16 * 60_000)
    await world.cron('* * * * *')
  }
  expect(await taskOf(videoId)).toMatchObject({ state: 'dead', attempt: 5 })
  owner.accessToken = await login(owner)
  expect(await read(videoId)).toMatchObject({
    status: 'failed',
    failure: { code: 'out_of_attempts' },
  })
  expect(await countEvents(videoId, 'task.dead')).toBe(1)
})

test('a busy fleet costs no attempt, and the next free place takes the task', async () => {
  const { spec: running } = await begin()
  player.status = 429
  const { videoId } = await world.upload(owner, file)
  await expect.poll(async () => (await taskOf(videoId))?.attempt).toBe(0)
  player.status = 202
  await call.complete(running, await storeOutputs(world, running))
  const waiting = await player.nthSpec(2)
  expect(waiting).toMatchObject({ videoId, attempt: 1 })
})

test('a machine that leaves hands its task back: the next one stores elsewhere', async () => {
  const { videoId, spec } = await begin()
  await call.heartbeat(spec, { seq: 1, percent: 60 })
  expect((await call.release(spec)).status).toBe(200)
  const next = await player.nthSpec(2)
  expect(next).toMatchObject({ taskId: spec.taskId, attempt: 2 })
  expect(next.leaseId).not.toBe(spec.leaseId)
  expect(next.output.prefix).not.toBe(spec.output.prefix)
  expect((await call.heartbeat(spec, { seq: 1, percent: 1 })).status).toBe(409)
  await call.heartbeat(next, { seq: 1, percent: 10 })
  expect((await read(videoId)).progress.percent).toBe(60)
})

test('a task may be handed back any number of times', async () => {
  const { videoId } = await begin()
  for (let n = 1; n <= 7; n++) {
    const spec = await player.nthSpec(n)
    expect(spec.attempt).toBe(n)
    await call.release(spec)
  }
  const last = await player.nthSpec(8)
  expect((await call.fail(last, 'internal', true)).status).toBe(200)
  expect(await taskOf(videoId)).toMatchObject({ state: 'retry', lost: 1 })
})

test('a film that is longer than it said goes on in the lane of long films', async () => {
  const { videoId, spec } = await begin()
  expect(spec.lane).toBe('short')
  expect((await call.release(spec, 'long')).status).toBe(200)
  const next = await player.nthSpec(2)
  expect(next).toMatchObject({ videoId, taskId: spec.taskId, lane: 'long' })
  await call.complete(next, await storeOutputs(world, next))
})

test('an attempt that took too long can still say so', async () => {
  const { videoId, spec } = await begin()
  const { hardSeconds } = spec.deadlines
  for (let passed = 0; passed < hardSeconds; passed += 100) {
    world.tick(100_000)
    await call.heartbeat(spec, { seq: passed, percent: 1 })
  }
  world.tick(10_000)
  expect((await call.fail(spec, 'timed_out', false)).status).toBe(200)
  owner.accessToken = await login(owner)
  expect(await read(videoId)).toMatchObject({ status: 'failed', failure: { code: 'timed_out' } })
})

test('a transcoder whose answer got lost may have begun: the next attempt stores elsewhere', async () => {
  player.status = 500
  const { videoId } = await world.upload(owner, file)
  await expect.poll(async () => (await taskOf(videoId))?.attempt).toBe(1)
  await expect.poll(async () => (await taskOf(videoId))?.state).toBe('queued')
  player.status = 202
  expect(await player.nthSpec(1)).toMatchObject({ videoId, attempt: 2 })
  expect(await taskOf(videoId)).toMatchObject({ lost: 0 })
})

test('a lost queue message is found by the sweep', async () => {
  const { videoId, spec } = await begin()
  await call.release(spec)
  await player.nthSpec(2)
  await world.db
    .prepare("update tasks set state = 'queued', lease_id = null where video_id = ?")
    .bind(videoId)
    .run()
  world.tick(61_000)
  await world.cron('* * * * *')
  expect((await player.nthSpec(3)).taskId).toBe(spec.taskId)
})

test('deleting a video in mid-encode stops the work and empties its storage', async () => {
  const { videoId, spec } = await begin()
  await storeOutputs(world, spec)
  expect((await world.as(owner).delete(`/api/v1/videos/${videoId}`)).status).toBe(204)
  expect((await world.as(owner).get(`/api/v1/videos/${videoId}`)).status).toBe(404)
  await expect
    .poll(async () => {
      const all = await Promise.all(
        [`v/${videoId}/`, `s/${videoId}/`].map((prefix) => world.bucket.list({ prefix })),
      )
      return all.flatMap((page) => page.objects).length
    })
    .toBe(0)
  const beat = await call.heartbeat(spec, { seq: 1, percent: 1 })
  expect(beat).toMatchObject({ status: 200, body: { isCancelled: true } })
  expect(player.cancelled[0]).toContain(spec.taskId)
})

test('callbacks need the token of that very attempt', async () => {
  const { spec } = await begin()
  const other = { ...spec, callback: { ...spec.callback, token: `${spec.callback.token}x` } }
  expect((await call.heartbeat(other, { seq: 1, percent: 1 })).status).toBe(401)
  const asUser = { ...spec, callback: { ...spec.callback, token: owner.accessToken } }
  expect((await call.heartbeat(asUser, { seq: 1, percent: 1 })).status).toBe(401)
  const reply = await world
    .as(owner)
    .get('/api/v1/me', { authorization: `Bearer ${spec.callback.token}` })
  expect(reply.status).toBe(401)
})

async function login(user: TestUser): Promise<string> {
  const reply = await world.as().post('/api/v1/auth/login', {
    email: user.email,
    password: user.password,
  })
  return reply.body.accessToken
}
