import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect } from 'vitest'
import { buildWorker } from '../../scripts/lib/build.ts'
import type { Reply } from '../../scripts/lib/client.ts'
import { type Player, createPlayer } from './transcoder.ts'
import type { TestUser } from './user.ts'
import { type World, createWorld } from './world.ts'

export let world: World
export let player: Player
export let owner: TestUser
let signedInAt: number

/** A world whose Worker fails on demand. Answers what closes it. */
export async function openFaultyWorld(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lantern-faulty-'))
  player = await createPlayer()
  const workerScript = await buildWorker(folder, 'worker/test/faulty-worker.ts')
  world = await createWorld({ transcoderUrl: player.url, workerScript })
  owner = await world.user()
  signedInAt = world.now()
  return async () => {
    await world.stop()
    player.stop()
    await rm(folder, { recursive: true })
  }
}

const minuteMs = 61_000

/** What a good client does: asks again while the server fails, and believes every other answer. */
export async function insist(act: () => Promise<Reply>, pauseMs = minuteMs): Promise<Reply> {
  for (let tries = 0; ; tries++) {
    const reply = await act()
    const isPending = reply.body?.code === 'idempotency_in_progress'
    if (reply.status < 500 && !isPending) return reply
    if (tries === 5) throw new Error(`gave up: ${JSON.stringify(reply.body)}`)
    world.tick(pauseMs)
  }
}

/** A minute of the server's life: crons run, and what they woke has happened. */
export async function passMinute(): Promise<void> {
  world.tick(minuteMs)
  await world.cron('* * * * *')
}

export async function signInAgain(): Promise<void> {
  if (world.now() - signedInAt < 20 * 60_000) return
  const { email, password, refreshCookie } = owner
  const auth = '/api/v1/auth'
  let reply = await world.as().post(`${auth}/refresh`, undefined, { cookie: refreshCookie })
  if (reply.status !== 200) reply = await world.as().post(`${auth}/login`, { email, password })
  owner.accessToken = reply.body.accessToken
  owner.refreshCookie = reply.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  signedInAt = world.now()
}

export const read = (videoId: string) => world.as(owner).get(`/api/v1/videos/${videoId}`)
export const countRows = (query: string, videoId: string) =>
  world.db.prepare(query).bind(videoId).first<number>('n')
export const liveTasks = `select count(*) as n from tasks where video_id = ?
  and state in ('queued', 'retry', 'starting', 'running')`

export async function expectReadyOnce(videoId: string): Promise<void> {
  const ready = "select count(*) as n from events where kind = 'video.ready' and video_id = ?"
  expect(await countRows(ready, videoId)).toBe(1)
}

export async function deleteVideo(videoId: string): Promise<void> {
  const reply = await insist(() => world.as(owner).delete(`/api/v1/videos/${videoId}`))
  expect([204, 404]).toContain(reply.status)
  await passMinute()
}

/** Nothing of a deleted video is left in storage after the last look. */
export async function expectNothingLeft(videoId: string): Promise<void> {
  for (let look = 0; look < 2; look++) {
    world.tick(2 * 3600_000) // storage is looked through once more after so long
    await world.cron('*/15 * * * *')
  }
  const listed = await Promise.all(
    [`v/${videoId}/`, `s/${videoId}/`].map((prefix) => world.bucket.list({ prefix })),
  )
  expect(listed.flatMap((page) => page.objects.map((object) => object.key))).toEqual([])
}

export type Mode = 'before' | 'after'
/** Runs a part of a life, one call of which fails. False: it had no call left to fail. */
export type Failing = (part: () => Promise<void>) => Promise<boolean>

const arm = (at: number, mode: Mode) => world.as().get(`/api/v1/fault?at=${at}&mode=${mode}`)

/**
 * Lives a video's whole life again and again, the n-th call of each of its parts failing, for
 * every n until no part has a call left to fail. Answers the names of the calls that failed.
 */
export async function failEveryCall(
  mode: Mode,
  live: (key: string, failing: Failing) => Promise<unknown>,
): Promise<string[]> {
  const fired: string[] = []
  for (let at = 1; ; at++) {
    const count = fired.length
    await signInAgain()
    player.specs.length = player.openings.length = player.parts.length = 0
    await live(`${mode}-${at}`, async (part) => {
      await arm(at, mode)
      await part()
      const { body } = await world.as().get('/api/v1/fault')
      await arm(0, mode)
      if (body.fired) fired.push(body.fired)
      return Boolean(body.fired)
    })
    if (fired.length === count) return fired
  }
}
