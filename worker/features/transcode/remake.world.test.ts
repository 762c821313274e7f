import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { TaskReport, TaskSpec } from '#contracts/task.ts'
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
  owner = await world.user()
})

async function makeReady(change: Partial<TaskReport> = {}) {
  const next = player.specs.length + 1
  const { videoId } = await world.upload(owner, new Uint8Array(3000).fill(5))
  const spec = await player.nthSpec(next)
  const report = { ...(await storeOutputs(world, spec)), ...change }
  expect((await call.complete(spec, report)).status).toBe(200)
  return { videoId, spec }
}

const path = (videoId: string) => `/api/v1/videos/${videoId}`
const read = async (videoId: string) => (await world.as(owner).get(path(videoId))).body
const remake = (videoId: string, name = '360p') =>
  world.as(owner).post(`${path(videoId)}/renditions/${name}/remake`)

/** The playlist that the master names for 360p. */
async function playlistOf(videoId: string): Promise<string> {
  const { hlsUrl } = (await world.as(owner).get(`${path(videoId)}/playback`)).body
  const master = await (await fetch(hlsUrl)).text()
  return master.split('\n').find((line) => line.endsWith('360p/index.m3u8'))!
}
const folderOf = ({ output }: TaskSpec) => output.prefix.slice(output.prefix.indexOf('e/enc_'))

test('a rendition is made again with what was chosen, and takes the old place', async () => {
  const { videoId, spec } = await makeReady({ choices: { crf: 21 } })
  expect(await playlistOf(videoId)).toBe(`${folderOf(spec)}360p/index.m3u8`)
  const next = player.specs.length + 1
  expect((await remake(videoId)).body).toMatchObject({
    status: 'ready',
    renditions: [{ name: '360p', state: 'queued' }],
    progress: { phase: expect.any(String) },
  })
  expect((await remake(videoId)).status).toBe(409)

  const again = await player.nthSpec(next)
  expect(again).toMatchObject({ only: ['360p'], choices: { crf: 21 }, kind: 'encode' })
  await call.heartbeat(again, { seq: 1, percent: 40 })
  expect((await read(videoId)).renditions).toMatchObject([
    { name: '360p', state: 'running', percent: 40 },
  ])
  expect(await playlistOf(videoId)).toBe(`${folderOf(spec)}360p/index.m3u8`)
  await call.complete(again, await storeOutputs(world, again))
  world.tick(2000) // a master is kept for a second
  expect(await playlistOf(videoId)).toBe(`${folderOf(again)}360p/index.m3u8`)
  const video = await read(videoId)
  expect(video).toMatchObject({ status: 'ready', progress: null })
  expect((await fetch(video.posterUrl)).status).toBe(200)

  world.tick(24 * 3600_000 + 1)
  await world.cron('*/15 * * * *')
  const keys = (await world.bucket.list({ prefix: `v/${videoId}/` })).objects.map(({ key }) => key)
  expect(keys).not.toContain(`${spec.output.prefix}360p/seg_00000.m4s`)
  expect(keys).toContain(`${spec.output.prefix}poster_0.jpg`)
  expect(keys).toContain(`${again.output.prefix}360p/seg_00000.m4s`)
})

test('one that could not be made again stays as it is', async () => {
  const { videoId, spec } = await makeReady()
  const next = player.specs.length + 1
  await remake(videoId)
  await call.fail(await player.nthSpec(next), 'damaged', false)
  expect(await read(videoId)).toMatchObject({ status: 'ready', progress: null, failure: null })
  expect(await playlistOf(videoId)).toBe(`${folderOf(spec)}360p/index.m3u8`)
})

test('stopping it leaves the film ready', async () => {
  const { videoId } = await makeReady()
  await remake(videoId)
  const stopped = await world.as(owner).post(`${path(videoId)}/cancel`)
  expect(stopped.body).toMatchObject({ status: 'ready', progress: null })
})

test('what is not there, not ready or not one’s own cannot be made again', async () => {
  const { videoId } = await makeReady()
  expect((await remake(videoId, '4320p')).status).toBe(404)
  const stranger = await world.user()
  const theirs = await world.as(stranger).post(`${path(videoId)}/renditions/360p/remake`)
  expect(theirs.status).toBeGreaterThanOrEqual(403)
  const next = player.specs.length + 1
  const { videoId: raw } = await world.upload(owner, new Uint8Array(10))
  await player.nthSpec(next)
  expect((await remake(raw)).status).toBe(409)
})

test('percent never falls and the time left never rises, whatever an attempt says', async () => {
  const next = player.specs.length + 1
  const { videoId } = await world.upload(owner, new Uint8Array(3000).fill(6))
  const spec = await player.nthSpec(next)
  const left: number[] = []
  const shown: number[] = []
  for (const [seq, percent] of [10, 20, 21, 15, 22, 60].entries()) {
    await call.heartbeat(spec, { seq, percent })
    world.tick(10_000)
    const { progress } = await read(videoId)
    shown.push(progress.percent)
    if (progress.timeLeftMs !== null) left.push(progress.timeLeftMs)
  }
  expect(left.length).toBeGreaterThan(2)
  expect(left).toEqual(left.toSorted((a, b) => b - a))
  expect(shown).toEqual([10, 20, 21, 21, 22, 60])
})

test('an owner chooses the poster', async () => {
  const { videoId, spec } = await makeReady()
  await world.bucket.put(`${spec.output.prefix}poster_1.jpg`, new Uint8Array(4))
  const posters = ['poster_0.jpg', 'poster_1.jpg'].map((key, at) => ({ key, atSeconds: at }))
  const pictures = JSON.stringify({ posters, storyboard: null, previewKey: null, peaks: null })
  await world.db
    .prepare('update encodes set pictures = ? where id = ?')
    .bind(pictures, spec.encodeId)
    .run()
  const chosen = await world.as(owner).patch(path(videoId), { poster: 1 })
  expect(chosen.body.posterUrl).toContain('poster_1.jpg')
  expect(chosen.body.posters.map(({ isChosen }: { isChosen: boolean }) => isChosen)).toEqual([
    ...[false, true],
  ])
  await world.as(owner).patch(path(videoId), { visibility: 'public' })
  const seen = (await world.as(await world.user()).get(path(videoId))).body
  expect(seen).toMatchObject({ posters: [], posterUrl: expect.stringContaining('poster_1.jpg') })
})

test('what a workspace decides goes with its next film, and only admins decide', async () => {
  const settings = `/api/v1/workspaces/${owner.workspaceId}/settings/transcode`
  expect((await world.as(owner).get(settings)).body).toEqual({
    codecs: ['h264'],
    maxShortSidePx: 2160,
  })
  await world.as(owner).patch(settings, { maxShortSidePx: 720 })
  const changed = await world.as(owner).patch(settings, { codecs: ['h264', 'av1'] })
  expect(changed.body).toEqual({ codecs: ['h264', 'av1'], maxShortSidePx: 720 })
  expect((await world.as(owner).patch(settings, { codecs: ['av1'] })).status).toBe(422)
  expect((await world.as(await world.user()).get(settings)).status).toBe(404)

  const next = player.specs.length + 1
  await world.upload(owner, new Uint8Array(100))
  const spec = await player.nthSpec(next)
  expect(spec.codecs).toEqual(['h264', 'av1'])
  expect(spec.ladder.map(({ name }) => name)).toEqual(['720p', '480p', '360p'])
  await world.db
    .prepare("update memberships set role = 'editor' where workspace_id = ?")
    .bind(owner.workspaceId)
    .run()
  expect((await world.as(owner).get(settings)).status).toBe(200)
  expect((await world.as(owner).patch(settings, { maxShortSidePx: 1080 })).status).toBe(403)
})
