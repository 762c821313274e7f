import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect } from 'vitest'
import type { TaskSpec } from '#contracts/task.ts'
import { buildWorker } from '../../scripts/lib/build.ts'
import { ffmpeg } from '../../scripts/lib/clip.ts'
import type { Reply } from '../../scripts/lib/client.ts'
import { putPart } from '../../scripts/lib/upload.ts'
import { type Player, call, createPlayer, storeOutputs } from './transcoder.ts'
import type { TestUser } from './user.ts'
import { type World, createWorld } from './world.ts'

let world: World
let player: Player
let owner: TestUser
let signedInAt: number
let file: Uint8Array

/** A world whose Worker fails on demand. Answers what closes it. */
export async function openFaultyWorld(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lantern-faulty-'))
  player = await createPlayer()
  file = await makeFilm(folder)
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

const arm = (at: number, mode: string) => world.as().get(`/api/v1/fault?at=${at}&mode=${mode}`)

/** What a good client does: asks again while the server fails, and believes every other answer. */
async function insist(act: () => Promise<Reply>): Promise<Reply> {
  for (let tries = 0; ; tries++) {
    const reply = await act()
    const isPending = reply.body?.code === 'idempotency_in_progress'
    if (reply.status < 500 && !isPending) return reply
    if (tries === 5) throw new Error(`gave up: ${JSON.stringify(reply.body)}`)
    world.tick(61_000)
  }
}

/** A minute of the server's life: crons run, and what they woke has happened. */
async function passMinute(): Promise<void> {
  world.tick(61_000)
  await world.cron('* * * * *')
}

async function signInAgain(): Promise<void> {
  if (world.now() - signedInAt < 20 * 60_000) return
  const { email, password } = owner
  const reply = await world.as().post('/api/v1/auth/login', { email, password })
  owner.accessToken = reply.body.accessToken
  signedInAt = world.now()
}

/** Its picture plays as it is and its sound does not, so every step of a film's life is taken. */
async function makeFilm(folder: string): Promise<Uint8Array> {
  const clip = path.join(folder, 'film.mp4')
  await ffmpeg([
    ...['-f', 'lavfi', '-i', 'testsrc2=size=192x144:rate=10:duration=2'],
    ...['-f', 'lavfi', '-i', 'sine=duration=2', '-c:v', 'libx264', '-pix_fmt', 'yuv420p'],
    ...['-c:a', 'ac3', clip],
  ])
  return new Uint8Array(await readFile(clip))
}

async function upload(key: string): Promise<string> {
  const as = world.as(owner)
  const body = { fileName: 'tide.mp4', sizeBytes: file.byteLength, visibility: 'public' }
  const path = `/api/v1/workspaces/${owner.workspaceId}/uploads`
  const created = await insist(() => as.post(path, body, { 'idempotency-key': key }))
  const { upload: row, video } = created.body
  const own = `/api/v1/uploads/${row.id}`
  const signed = await insist(() => as.post(`${own}/parts`, { partNumbers: [1] }))
  const etag = await putPart(signed.body.parts[0].url, file)
  await insist(() => as.put(`${own}/parts/1`, { etag, sizeBytes: file.byteLength }))
  const done = await insist(() => as.post(`${own}/complete`))
  expect(done.status, JSON.stringify(done.body)).toBe(200)
  return video.id
}

/** Plays the transcoder until no task is left; every attempt that is handed over works. */
async function encode(videoId: string): Promise<void> {
  const worked = new Set<string>()
  for (let minute = 0; minute < 30; minute++) {
    const handedOver = [...player.openings, ...player.specs]
    for (const spec of handedOver.filter((one) => one.videoId === videoId)) {
      if (worked.has(spec.leaseId)) continue
      worked.add(spec.leaseId)
      await work(spec)
    }
    const { status, failure } = (await insist(() => read(videoId))).body
    const isAtWork = (await countRows(liveTasks, videoId)) !== 0
    if (status === 'ready' && !isAtWork) return
    expect(['processing', 'ready'], JSON.stringify(failure)).toContain(status)
    await passMinute()
  }
  throw new Error('the video never became ready, or a task never ended')
}

async function work(spec: TaskSpec): Promise<void> {
  await insist(() => call.heartbeat(spec, { seq: 1, percent: 50 }))
  const report = await storeOutputs(world, spec)
  const renditions = report.renditions.map((rendition) => ({ isComplete: false, rendition }))
  if (spec.kind === 'opening') {
    await insist(() => call.publish(spec, { media: report.media, renditions }))
  }
  await insist(() => call.complete(spec, report))
}

const read = (videoId: string) => world.as(owner).get(`/api/v1/videos/${videoId}`)
const liveTasks = `select count(*) as n from tasks where video_id = ?
  and state in ('queued', 'retry', 'starting', 'running')`
const countRows = (query: string, videoId: string) =>
  world.db.prepare(query).bind(videoId).first<number>('n')

async function expectOnePublication(videoId: string): Promise<void> {
  const made = `select kind from encodes join tasks on tasks.id = encodes.task_id
    where encodes.video_id = ? order by kind`
  const { results } = await world.db.prepare(made).bind(videoId).all()
  // One that was late is not begun any more once the ladder is whole.
  const opening = results.length > 1 ? [{ kind: 'opening' }] : []
  expect(results).toEqual([{ kind: 'encode' }, ...opening])
  const ready = "select count(*) as n from events where kind = 'video.ready' and video_id = ?"
  expect(await countRows(ready, videoId)).toBe(1)
}

async function remove(videoId: string): Promise<void> {
  const reply = await insist(() => world.as(owner).delete(`/api/v1/videos/${videoId}`))
  expect([204, 404]).toContain(reply.status)
  await passMinute()
  for (let look = 0; look < 2; look++) {
    world.tick(2 * 3600_000) // storage is looked through once more after so long
    await world.cron('*/15 * * * *')
  }
  const listed = await Promise.all(
    [`v/${videoId}/`, `s/${videoId}/`].map((prefix) => world.bucket.list({ prefix })),
  )
  expect(listed.flatMap((page) => page.objects.map((object) => object.key))).toEqual([])
}

/**
 * Lives a video's whole life again and again, its n-th call failing, for every n until no call is
 * left to fail. Answers the names of the calls that failed.
 */
export async function failEveryCall(mode: 'before' | 'after'): Promise<string[]> {
  const fired: string[] = []
  for (let at = 1; ; at++) {
    await arm(0, mode)
    await signInAgain()
    player.specs.length = player.openings.length = 0
    await arm(at, mode)
    const videoId = await upload(`${mode}-${at}`)
    await encode(videoId)
    await expectOnePublication(videoId)
    await remove(videoId)
    const { body } = await world.as().get('/api/v1/fault')
    if (!body.fired) return fired
    fired.push(body.fired)
  }
}
