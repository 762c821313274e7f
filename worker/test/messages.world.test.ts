import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TaskSpec } from '#contracts/task.ts'
import { splitOf, storePart } from './long-film.ts'
import { compareStored } from './stored.ts'
import { type Player, call, createPlayer, storeOutputs } from './transcoder.ts'
import type { TestUser } from './user.ts'
import { type World, createWorld } from './world.ts'

const slots = 2
const chunkCount = 3
const messageCount = 200

let world: World
let player: Player
let owners: TestUser[]

beforeAll(async () => {
  player = await createPlayer()
  world = await createWorld({ transcoderUrl: player.url, env: { FLEET_SLOTS: `${slots}` } })
  owners = [await world.user(), await world.user()]
})
afterAll(async () => {
  await world.stop()
  player.stop()
})

/** Repeats itself: mulberry32. */
function createRandom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}
const random = createRandom(29)

const all = async <T>(query: string) => (await world.db.prepare(query).all<T>()).results

const countTasks = async (condition: string) =>
  (await all<{ n: number }>(`select count(*) as n from tasks where ${condition}`))[0]!.n

/** What no producer of ours sends, and what nobody can do anything about. */
const malformed: unknown[] = [
  ...[null, 'text', 7, [], {}, { v: 2 }, { v: 1, taskId: 'tsk_x' }],
  ...[{ requestId: 5 }, { v: 1, taskId: "'; drop table tasks; --", requestId: {} }],
]
const message = (taskId: string, videoId: string) => {
  return { v: 1, taskId, videoId, requestId: world.id('request') }
}

interface Sent {
  /** Texts of what must become dead letters. */
  poison: string[]
  count: number
}

/** One message of any kind: of a task in whatever state, twice, late, or poison. */
async function send(sent: Sent, deletedTask: string): Promise<void> {
  const queue = await world.queue('TRANSCODE')
  const delay = () => ({ delaySeconds: random(3) })
  const tasks = await all<{ id: string; video_id: string }>('select id, video_id from tasks')
  const roll = random(10)
  if (roll < 7) {
    const { id, video_id: videoId } = tasks[random(tasks.length)]!
    await queue.send(message(id, videoId), delay())
    await queue.send(message(id, videoId), delay())
    sent.count += 2
    return
  }
  sent.count += 1
  if (roll === 7) await queue.send(message(world.id('task'), world.id('video')), delay())
  else if (roll === 8) await queue.send(message(deletedTask, world.id('video')), delay())
  else {
    const body = malformed[random(malformed.length)]
    sent.poison.push(JSON.stringify(body))
    await queue.send(body, delay())
  }
}

/** Takes one of the specs that were handed over and not worked on, at random. */
function takeAny(worked: Set<string>): TaskSpec | undefined {
  const specs = [...player.openings, ...player.specs, ...player.parts]
  const open = specs.filter(({ leaseId }) => !worked.has(leaseId))
  const spec = open[random(open.length)]
  if (spec) worked.add(spec.leaseId)
  return spec
}

async function work(spec: TaskSpec, longVideos: Set<string>): Promise<void> {
  const isLong = longVideos.has(spec.videoId) && spec.kind !== 'opening'
  await call.heartbeat(spec, { seq: 1, percent: 50 })
  if (isLong && spec.kind === 'encode') {
    expect((await call.split(spec, splitOf(spec, chunkCount))).status).toBe(200)
  }
  const report = isLong ? await storePart(world, spec) : await storeOutputs(world, spec)
  const reply = await call.complete(spec, report)
  expect(reply.status, JSON.stringify(reply.body)).toBe(200)
}

const title = 'messages that come twice, late, mixed or poisoned lose nothing and do nothing twice'

test(title, { timeout: 180_000 }, async () => {
  const file = new Uint8Array(2000).fill(7)
  const deleted = await world.upload(owners[0]!, file)
  const { taskId: deletedTask } = await player.nthSpec(1)
  await world.as(owners[0]).delete(`/api/v1/videos/${deleted.videoId}`)
  await expect.poll(() => player.cancelled.length).toBeGreaterThan(0)
  player.specs.length = player.openings.length = 0

  const uploads = owners.flatMap((owner) => [world.upload(owner, file), world.upload(owner, file)])
  const videoIds = (await Promise.all(uploads)).map(({ videoId }) => videoId)
  const longVideos = new Set([videoIds[0]!, videoIds[2]!])

  const worked = new Set<string>()
  const sent: Sent = { poison: [], count: 0 }
  const live = "state in ('queued', 'retry', 'starting', 'running')"
  const isOver = async () => (await countTasks(live)) === 0
  const running = "lane = 'long' and state in ('starting', 'running')"
  let most = 0
  while (sent.count < messageCount || !(await isOver())) {
    if (sent.count < messageCount) await send(sent, deletedTask)
    most = Math.max(most, await countTasks(running))
    if (random(3) > 0 && sent.count < messageCount) continue
    const spec = takeAny(worked)
    if (spec) await work(spec, longVideos)
    else if (sent.count >= messageCount && (await countTasks("state = 'starting'")) === 0) {
      world.tick(61_000)
      await world.cron('* * * * *')
    }
  }
  expect(most).toBe(slots)

  const ready = await all<{ video_id: string; n: number }>(
    "select video_id, count(*) as n from events where kind = 'video.ready' group by video_id",
  )
  expect(ready.map(({ video_id: id, n }) => `${id} ${n}`).toSorted()).toEqual(
    videoIds.map((id) => `${id} 1`).toSorted(),
  )
  for (const videoId of videoIds) {
    expect(await compareStored(world, videoId)).toMatchObject({ missing: [] })
  }

  const specs = [...player.openings, ...player.specs, ...player.parts]
  const tasks = await all<{ id: string; attempt: number; video_id: string; state: string }>(
    'select id, attempt, video_id, state from tasks',
  )
  for (const { id, attempt, video_id: videoId, state } of tasks) {
    if (videoId === deleted.videoId) continue
    expect([id, attempt]).toEqual([id, specs.filter(({ taskId }) => taskId === id).length])
    expect(state === 'cancelled' ? 0 : 1, `${id} ${state}`).toBe(attempt)
  }
  const letters = 'select body from dead_letters'
  const bodies = async () => (await all<{ body: string }>(letters)).map(({ body }) => body)
  await expect.poll(async () => (await bodies()).length).toBe(sent.poison.length)
  expect((await bodies()).toSorted()).toEqual(sent.poison.toSorted())
})
