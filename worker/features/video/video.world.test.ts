import { afterAll, beforeAll, expect, test } from 'vitest'
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
  owner = await world.user({ displayName: 'Ines Falk' })
  stranger = await world.user()
})
afterAll(async () => {
  await world.stop()
  player.stop()
})

type Visibility = 'public' | 'unlisted' | 'private'

async function publish(title: string, visibility: Visibility): Promise<string> {
  const count = player.specs.length
  const { videoId } = await world.upload(owner, new Uint8Array(100), { title, visibility })
  const spec = await player.nthSpec(count + 1)
  await call.complete(spec, await storeOutputs(world, spec))
  world.tick(1000)
  return videoId
}
const path = (videoId: string) => `/api/v1/videos/${videoId}`

test('the home page lists ready public videos, newest publication first, in pages', async () => {
  const first = await publish('First', 'public')
  await publish('Link only', 'unlisted')
  await publish('Mine', 'private')
  const second = await publish('Second', 'public')
  const page = (await world.as().get('/api/v1/videos?limit=1')).body
  expect(page.items.map((video: { id: string }) => video.id)).toEqual([second])
  const next = (await world.as().get(`/api/v1/videos?limit=1&cursor=${page.nextCursor}`)).body
  expect(next.items.map((video: { id: string }) => video.id)).toEqual([first])
  expect(next.nextCursor).toBeNull()
  expect(page.items[0]).toMatchObject({ channel: { name: 'Ines Falk' }, canEdit: false })
})

test('an unlisted video opens by its link; a private one is as good as missing', async () => {
  const unlisted = await publish('Link', 'unlisted')
  const hidden = await publish('Secret', 'private')
  expect((await world.as(stranger).get(path(unlisted))).status).toBe(200)
  expect((await world.as().get(path(unlisted))).status).toBe(200)
  const refused = await world.as(stranger).get(path(hidden))
  const missing = await world.as(stranger).get(path('vid_01kaf3v9gq8y2n5s7t4w6x0z1b'))
  expect(refused.status).toBe(404)
  expect({ ...refused.body, requestId: '' }).toEqual({ ...missing.body, requestId: '' })
})

test('the studio lists every state to members, and nothing to strangers', async () => {
  const list = `/api/v1/workspaces/${owner.workspaceId}/videos`
  const page = (await world.as(owner).get(`${list}?limit=2`)).body
  expect(page.items).toHaveLength(2)
  expect(page.items[0].canEdit).toBe(true)
  const rest = (await world.as(owner).get(`${list}?cursor=${page.nextCursor}`)).body
  expect(rest.items.length).toBeGreaterThan(0)
  expect((await world.as(stranger).get(list)).status).toBe(404)
  expect((await world.as().get(list)).status).toBe(401)
})

test('an editor changes what it says; nobody else does', async () => {
  const id = await publish('Before', 'unlisted')
  const change = { title: '  After ', description: 'At 0:30 it turns.' }
  const reply = await world.as(owner).patch(path(id), change)
  expect(reply.body).toMatchObject({ title: 'After', description: 'At 0:30 it turns.' })
  expect(await world.as(stranger).patch(path(id), change)).toMatchObject({
    status: 403,
    body: { code: 'forbidden' },
  })
  expect((await world.as(stranger).delete(path(id))).status).toBe(403)
})

test('changes of different fields at the same time are all kept', async () => {
  const id = await publish('Before', 'private')
  for (let round = 0; round < 10; round++) {
    const description = `Round ${round}`
    const visibility = round % 2 === 0 ? 'unlisted' : 'private'
    const changes = [{ title: description }, { description }, { visibility }]
    await Promise.all(changes.map((change) => world.as(owner).patch(path(id), change)))
    const { body } = await world.as(owner).get(path(id))
    expect(body).toMatchObject({ title: description, description, visibility })
  }
})

test('chapters are set as a whole by editors, and else come from the description', async () => {
  const id = await publish('Chapters', 'unlisted')
  const set = (user: TestUser, chapters: object[]) =>
    world.as(user).put(`${path(id)}/chapters`, { chapters })
  const titles = async () => {
    const { body } = await world.as().get(`${path(id)}/playback`)
    return body.chapters.map(({ title }: { title: string }) => title)
  }
  expect(await titles()).toEqual([])
  const description = '0:00 Ferry\n0:01 Lamp\n0:02 Light'
  const listed = await world.as(owner).patch(path(id), { description })
  expect(listed.body).toMatchObject({ hasOwnChapters: false })
  expect(listed.body.chapters).toHaveLength((await titles()).length)

  const own = [{ startMs: 0, title: ' Dusk ' }]
  const saved = await set(owner, own)
  expect(saved.body).toMatchObject({
    chapters: [{ startMs: 0, title: 'Dusk' }],
    hasOwnChapters: true,
  })
  expect(await titles()).toEqual(['Dusk'])
  expect((await set(stranger, own)).body.code).toBe('forbidden')

  const late = { startMs: 1000, title: 'Late' }
  const wrong = [[late], [...own, late, late], [{ startMs: 0, title: '' }]]
  for (const list of wrong) expect((await set(owner, list)).status).toBe(422)
  expect(await titles()).toEqual(['Dusk'])

  expect((await set(owner, [])).body).toMatchObject({ hasOwnChapters: false })
  expect(await titles()).toEqual(listed.body.chapters.map((one: { title: string }) => one.title))
})

test('fields that nobody offers are refused, and nothing is half-changed', async () => {
  const id = await publish('Kept', 'private')
  for (const body of [{}, { title: '' }, { status: 'ready' }, { title: 'x', epoch: 9 }]) {
    expect((await world.as(owner).patch(path(id), body)).status).toBe(422)
  }
  expect((await world.as(owner).get(path(id))).body.title).toBe('Kept')
})

test('publishing later puts a video on the home page from that moment', async () => {
  const id = await publish('Late', 'private')
  expect((await world.as(owner).get(path(id))).body.publishedAt).toBeNull()
  const at = new Date(world.now()).toISOString()
  const reply = await world.as(owner).patch(path(id), { visibility: 'public' })
  expect(reply.body.publishedAt).toBe(at)
  expect((await world.as().get('/api/v1/videos?limit=1')).body.items[0].id).toBe(id)
})

test('a deleted video is gone from every list at once', async () => {
  const id = await publish('Gone', 'public')
  expect((await world.as(owner).delete(path(id))).status).toBe(204)
  expect((await world.as(owner).delete(path(id))).status).toBe(404)
  const listed = (await world.as().get('/api/v1/videos?limit=100')).body.items
  expect(listed.map((video: { id: string }) => video.id)).not.toContain(id)
})

test('progress streams as events and ends when the video is ready', async () => {
  const count = player.specs.length
  const { videoId } = await world.upload(owner, new Uint8Array(100))
  const spec = await player.nthSpec(count + 1)
  const response = await fetch(`${world.url}${path(videoId)}/events`, {
    headers: { authorization: `Bearer ${owner.accessToken}` },
  })
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const readUntil = async (pattern: RegExp) => {
    while (!pattern.test(text)) {
      const { value, done } = await reader.read()
      if (done) throw new Error(`the stream ended before ${pattern}: ${text}`)
      text += value
    }
  }
  await readUntil(/event: video\ndata: .*"status":"processing"/)
  await call.heartbeat(spec, { seq: 1, percent: 42 })
  await readUntil(/"percent":42/)
  await call.complete(spec, await storeOutputs(world, spec))
  await readUntil(/"status":"ready"[^]*event: end/)
  expect((await reader.read()).done).toBe(true)
})

test('events of a private video are a 404 to strangers', async () => {
  const id = await publish('Quiet', 'private')
  expect((await world.as(stranger).get(`${path(id)}/events`)).status).toBe(404)
})
