import { globSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Restrictions, narrow } from '#contracts/narrow.ts'
import type { Playback } from '#contracts/video.ts'
import { expectStatus } from '../../../scripts/lib/client.ts'
import { until } from '../../test/process.ts'
import type { TestUser } from '../../test/user.ts'
import type { TestVideo } from '../../test/video.ts'
import { type World, createWorld } from '../../test/world.ts'

let world: World
let owner: TestUser
beforeAll(async () => {
  world = await createWorld()
  owner = await world.user()
})
afterAll(() => world.stop())

const tokenIn = (playback: Playback) => playback.hlsUrl.split('/')[4]!

/** A public video and a link to it with limits of its own. */
async function linkWith(restrictions: Restrictions) {
  const video = await world.video({ owner })
  const reply = await world.as().get<Playback>(`/api/v1/videos/${video.id}/playback`)
  const token = await narrow(tokenIn(expectStatus(reply, 200, 'playback')), restrictions)
  return { video, token }
}

interface Watch {
  video: TestVideo
  token: string
}

/** A player on a machine of its own; `as` is who is signed in at it. */
function device(number: number, as?: TestUser) {
  const headers = {
    'x-forwarded-for': `198.51.${number >> 8}.${number & 255}`,
    'user-agent': 'Player/1',
  }
  const get = async (file: string) => {
    const response = await fetch(file, { headers })
    const body = response.status === 200 ? undefined : await response.json()
    if (response.status === 200) await response.arrayBuffer()
    return { status: response.status, ...(body as { code?: string; detail?: string }) }
  }
  return {
    async open({ video, token }: Watch, playId?: string) {
      const query = as ? '' : `?token=${token}${playId ? `&playId=${playId}` : ''}`
      const address = `/api/v1/videos/${video.id}/playback${query}`
      const reply = await world.as(as).get<Playback>(address, headers)
      return player(expectStatus(reply, 200, 'playback'), video, get)
    },
    player: (playback: Playback, video: TestVideo) => player(playback, video, get),
  }
}

function player(
  playback: Playback,
  video: TestVideo,
  get: (file: string) => Promise<{ status: number; code?: string; detail?: string }>,
) {
  const at = `${playback.hlsUrl.split('/v/')[0]}/${video.prefix}`
  return {
    playback,
    master: () => get(playback.hlsUrl),
    segment: () => get(`${at}180p/seg_00000.m4s`),
    poster: () => get(`${at}poster_0.jpg`),
  }
}

const usedUp = {
  status: 403,
  code: 'playback_denied',
  detail: 'The link has been used as often as it may be.',
}
const tooMany = {
  status: 403,
  code: 'streams_limit',
  detail: 'This is playing on as many devices as it may. Stop one of them, and try again.',
}

test('of twenty devices at once as many play as the link allows, and no other sees a byte', async () => {
  const link = await linkWith({ maxPlays: 3 })
  const players = await Promise.all(Array.from({ length: 20 }, (_, n) => device(n).open(link)))
  const replies = await Promise.all(players.map(({ master }) => master()))
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(3)
  for (const [index, reply] of replies.entries()) {
    if (reply.status !== 200) expect(reply).toMatchObject(usedUp)
    const segment = await players[index]!.segment()
    expect(segment.status).toBe(reply.status)
    expect((await players[index]!.poster()).status).toBe(200)
  }
})

test('reloads, renewals and a late end are one play; a copied address is another', async () => {
  const link = await linkWith({ maxPlays: 1 })
  const first = await device(1).open(link)
  expect(await first.segment()).toMatchObject(usedUp) // nothing has begun
  expect((await first.master()).status).toBe(200)
  expect((await first.master()).status).toBe(200)
  const renewed = await device(1).open(link, first.playback.playId!)
  world.tick(90 * 60_000)
  expect((await renewed.master()).status).toBe(200)
  expect((await renewed.segment()).status).toBe(200)

  const copied = device(2).player(first.playback, link.video)
  expect(await copied.segment()).toMatchObject(usedUp)
  expect(await copied.master()).toMatchObject(usedUp)
  const again = await device(1).open(link)
  expect(await again.master()).toMatchObject(usedUp)

  world.tick(31 * 60_000) // two hours and the film are over
  expect(await renewed.segment()).toMatchObject(usedUp)
})

test('narrowed links share the count of the link they came from, and cannot use it up alone', async () => {
  const link = await linkWith({ maxPlays: 2 })
  const child = { ...link, token: await narrow(link.token, { maxPlays: 1, maxHeight: 360 }) }
  const masterOf = async (number: number, of: Watch) => (await device(number).open(of)).master()
  expect((await masterOf(1, child)).status).toBe(200)
  for (const number of [2, 3, 4]) expect(await masterOf(number, child)).toMatchObject(usedUp)
  expect((await masterOf(5, link)).status).toBe(200)
  expect(await masterOf(6, link)).toMatchObject(usedUp)
  const sibling = { ...link, token: await narrow(link.token, { maxHeight: 180 }) }
  expect(await masterOf(7, sibling)).toMatchObject(usedUp)
})

test('counts outlive a server that is killed', async () => {
  const link = await linkWith({ maxPlays: 1, maxStreams: 1 })
  const first = await device(1).open(link)
  expect((await first.master()).status).toBe(200)
  await world.killWorkerd()
  expect((await first.segment()).status).toBe(200)
  const second = await device(2).open(link)
  expect(await second.master()).toMatchObject(tooMany)
  world.tick(30_000)
  expect(await second.master()).toMatchObject(usedUp)
})

test('a device too many is refused, those that play go on, and a place is free after half a minute', async () => {
  const link = await linkWith({ maxStreams: 2 })
  const [one, two, three] = await Promise.all([1, 2, 3].map((n) => device(n).open(link)))
  expect((await one!.master()).status).toBe(200)
  expect((await two!.master()).status).toBe(200)
  expect(await three!.master()).toMatchObject(tooMany)
  for (let seconds = 0; seconds < 40; seconds += 8) {
    world.tick(8000)
    expect((await one!.segment()).status).toBe(200)
    expect((await three!.master()).status).toBe(seconds < 24 ? 403 : 200) // the second has stopped
  }
  expect(await two!.segment()).toMatchObject(tooMany)
})

test('a viewer of a workspace has one count over its videos, and each viewer their own', async () => {
  const films = await Promise.all([
    linkWith({ viewerId: 'ada', maxStreams: 1 }),
    linkWith({ viewerId: 'ada', maxStreams: 1 }),
    linkWith({ viewerId: 'eve', maxStreams: 1 }),
  ])
  const players = await Promise.all(films.map((link, n) => device(n).open(link)))
  const replies = []
  for (const { master } of players) replies.push(await master())
  expect(replies).toMatchObject([{ status: 200 }, tooMany, { status: 200 }])
})

test('a viewer who is named by the holder of a limited link is still counted with the link', async () => {
  const link = await linkWith({ maxStreams: 1 })
  const named = async (viewerId: string) => ({
    ...link,
    token: await narrow(link.token, { viewerId }),
  })
  expect((await (await device(1).open(await named('a'))).master()).status).toBe(200)
  expect(await (await device(2).open(await named('b'))).master()).toMatchObject(tooMany)
})

test('a workspace limits on how many devices a member watches its private videos', async () => {
  const boss = await world.user()
  const again = await world.as().post('/api/v1/auth/login', boss)
  const elsewhere = { ...boss, accessToken: expectStatus(again, 200, 'login').accessToken }
  const video = await world.video({ owner: boss, visibility: 'private' })
  const workspace = `/api/v1/workspaces/${boss.workspaceId}`
  expect((await world.as(boss).get(workspace)).body).toMatchObject({ maxStreamsPerViewer: null })
  const changed = await world.as(boss).patch(workspace, { maxStreamsPerViewer: 1 })
  expect(changed).toMatchObject({ status: 200, body: { maxStreamsPerViewer: 1 } })
  const { items } = (await world.as(boss).get(`${workspace}/audit`)).body
  expect(items[0]).toMatchObject({
    kind: 'workspace.updated',
    data: { fields: 'maxStreamsPerViewer' },
  })

  const first = await device(1, boss).open({ video, token: '' })
  const second = await device(2, elsewhere).open({ video, token: '' })
  expect((await first.master()).status).toBe(200)
  expect(await second.master()).toMatchObject(tooMany)
  expect((await first.segment()).status).toBe(200)

  const wrong = await world.as(boss).patch(workspace, { maxStreamsPerViewer: 0 })
  expect(wrong).toMatchObject({ status: 422, body: { code: 'invalid_fields' } })
  await world.as(boss).patch(workspace, { maxStreamsPerViewer: null })
  world.tick(3000)
  expect((await second.master()).status).toBe(200)
})

test('what was counted is forgotten with the end of the link', async () => {
  const filesBefore = new Set(counters())
  const expiresAt = new Date(Math.ceil(world.now() / 1000) * 1000 + 1000).toISOString()
  const link = await linkWith({ maxPlays: 1, expiresAt })
  expect((await (await device(1).open(link)).master()).status).toBe(200)
  const [file] = counters().filter((name) => !filesBefore.has(name))
  expect(tablesOf(file!)).toContain('devices')
  world.tick(2000)
  await until('the count is gone', 20_000, async () => !tablesOf(file!).includes('devices'))
})

const counters = () =>
  globSync('**/*ViewingCounter*/*.sqlite', { cwd: path.join(world.dir, 'state') })

function tablesOf(file: string): string[] {
  const db = new DatabaseSync(path.join(world.dir, 'state', file), { readOnly: true })
  try {
    const rows = db.prepare("select name from sqlite_master where type = 'table'").all()
    return rows.map(({ name }) => String(name))
  } finally {
    db.close()
  }
}
