import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Beacon, VideoQuality } from '#contracts/beacon.ts'
import type { Playback } from '#contracts/video.ts'
import type { TestUser } from '../../test/user.ts'
import { type World, createWorld } from '../../test/world.ts'

const day = 24 * 3600_000

let world: World
let owner: TestUser
let stranger: TestUser
beforeAll(async () => {
  world = await createWorld()
  owner = await world.user()
  stranger = await world.user()
})
afterAll(() => world.stop())

async function film(visibility: 'public' | 'private' = 'public') {
  const { id } = await world.video({ owner, visibility })
  const { body } = await world.as(owner).get<Playback>(`/api/v1/videos/${id}/playback`)
  return { id, token: /\/p\/([^/]+)/.exec(body.hlsUrl)![1]!, posterUrl: body.posterUrl! }
}

const beacon = (token: string, more: Partial<Beacon> = {}): Beacon => ({
  ...{ token, playId: randomUUID(), seq: 1, place: 'watch', device: 'desktop' },
  ...{ playerVersion: '0.1.0', startupMs: 300, watchedMs: 1000, stalls: 0, stalledMs: 0 },
  ...{ meanKbps: 900, lastKbps: 1200, heightPx: 360, droppedFrames: 0, exit: 'left', error: null },
  ...more,
})
const send = (videoId: string, body: unknown) =>
  world.as().post(`/api/v1/videos/${videoId}/beacons`, body)

const rows = async (videoId: string) => {
  const asked = world.db.prepare('select * from play_sessions where video_id = ?').bind(videoId)
  return (await asked.all()).results
}
const quality = async (videoId: string): Promise<VideoQuality> => {
  const { status, body } = await world.as(owner).get(`/api/v1/videos/${videoId}/quality`)
  expect(status).toBe(200)
  return body
}

test('a play is one row, the latest that was told, in whatever order it came', async () => {
  const { id, token } = await film()
  const playId = randomUUID()
  const tell = (seq: number, watchedMs: number) =>
    send(id, beacon(token, { playId, seq, watchedMs }))
  expect((await tell(1, 1000)).status).toBe(204)
  await tell(3, 3000)
  await tell(2, 2000)
  await tell(3, 9000)
  expect(await rows(id)).toMatchObject([{ seq: 3, watched_ms: 3000, started_at: world.now() }])
  await Promise.all([5, 6, 4, 7].map((seq) => tell(seq, seq * 1000)))
  expect(await rows(id)).toMatchObject([{ seq: 7, watched_ms: 7000 }])
})

test('a row holds nothing that tells who watched', async () => {
  const { id, token } = await film()
  await send(id, beacon(token))
  const [row] = await rows(id)
  expect(Object.keys(row!).toSorted()).toEqual([
    ...['device', 'dropped_frames', 'error', 'exit', 'height_px', 'last_kbps', 'mean_kbps'],
    ...['place', 'play_id', 'player_version', 'seq', 'stalled_ms', 'stalls', 'started_at'],
    ...['startup_ms', 'updated_at', 'video_id', 'watched_ms', 'workspace_id'],
  ])
})

test('only a token that plays this video now tells of it', async () => {
  const [one, other] = [await film(), await film()]
  const image = /\/p\/([^/]+)/.exec(one.posterUrl)![1]!
  for (const token of [other.token, image, 'x', '', `${one.token}x`]) {
    const { status, body } = await send(one.id, beacon(token))
    expect([status, body.code]).toEqual([403, 'playback_denied'])
  }
  await world.as(owner).patch(`/api/v1/videos/${one.id}`, { visibility: 'private' })
  world.tick(3001)
  expect((await send(one.id, beacon(one.token))).status).toBe(403)
  expect(await rows(one.id)).toEqual([])
})

test.each([
  ['a negative count', { stalls: -1 }],
  ['a time that no play has', { startupMs: 3600_001 }],
  ['a fraction', { watchedMs: 1.5 }],
  ['a play without a proper id', { playId: 'mine' }],
  ['words where a version is due', { playerVersion: '<script>' }],
  ['an unknown end', { exit: 'bored' }],
])('%s is no beacon', async (_what, more) => {
  const { id, token } = await film()
  expect((await send(id, { ...beacon(token), ...more })).status).toBe(422)
  expect(await rows(id)).toEqual([])
})

test('its workspace reads how it went, and nobody else', async () => {
  const { id, token } = await film()
  expect(await quality(id)).toEqual({
    ...{ days: 90, plays: 0, medianStartupMs: null, stalledShare: null },
    ...{ leftBeforeStart: 0, failed: 0, watchedMs: 0 },
  })
  const told: Partial<Beacon>[] = [
    { startupMs: 200 },
    { startupMs: 400, stalls: 2, stalledMs: 900, exit: 'ended' },
    { startupMs: 1000, exit: 'error', error: 'network' },
    { startupMs: 600 },
    { startupMs: null, watchedMs: 0, exit: 'before_start' },
  ]
  for (const more of told) await send(id, beacon(token, more))
  expect(await quality(id)).toEqual({
    ...{ days: 90, plays: 5, medianStartupMs: 500, stalledShare: 0.25 },
    ...{ leftBeforeStart: 1, failed: 1, watchedMs: 4000 },
  })
  const foreign = await world.as(stranger).get(`/api/v1/videos/${id}/quality`)
  expect([foreign.status, foreign.body.code]).toEqual([404, 'not_found'])
})

test('a flood of new plays is cut off, and plays that are known go on', async () => {
  const { id, token } = await film()
  const known = beacon(token)
  await send(id, known)
  const { workspaceId } = owner
  const fill = world.db
    .prepare(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 599)
       insert into play_sessions select ?, 'p' || i, ?, 1, 'watch', 'phone', '1', 1, 1, 0, 0,
         null, null, null, 0, 'left', null, ?, ? from n`,
    )
    .bind(id, workspaceId, world.now(), world.now())
  await fill.run()
  expect((await send(id, beacon(token))).status).toBe(204)
  await send(id, { ...known, seq: 2, watchedMs: 5000 })
  expect(await quality(id)).toMatchObject({ plays: 600, watchedMs: 599 + 5000 })
  world.tick(61_000)
  await send(id, beacon(token))
  expect((await quality(id)).plays).toBe(601)
})

test('plays are forgotten after 90 days, and with their video', async () => {
  const [old, gone] = [await film(), await film()]
  await send(old.id, beacon(old.token))
  await send(gone.id, beacon(gone.token))
  await world.as(owner).delete(`/api/v1/videos/${gone.id}`)
  await expect.poll(() => rows(gone.id)).toEqual([])
  await send(gone.id, beacon(gone.token)) // a machine that has not heard of it yet
  expect(await rows(gone.id)).toEqual([])
  world.tick(3001)
  expect((await send(gone.id, beacon(gone.token))).status).toBe(403)
  world.tick(90 * day + 1)
  await world.cron('*/15 * * * *')
  expect(await rows(old.id)).toEqual([])
})
