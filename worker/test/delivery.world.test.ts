import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import HLS from 'hls-parser'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Playback } from '#contracts/video.ts'
import type { TestUser } from './user.ts'
import { type World, createWorld } from './world.ts'

let world: World
let owner: TestUser
beforeAll(async () => {
  world = await createWorld({ at: Date.UTC(2026, 10, 20, 12) })
  owner = await world.user()
})
afterAll(() => world.stop())

const playbackOf = async (videoId: string, user?: TestUser): Promise<Playback> => {
  const reply = await world.as(user).get<Playback>(`/api/v1/videos/${videoId}/playback`)
  expect(reply.status).toBe(200)
  return reply.body
}

/** What one file of each sort is called, below the encode's prefix. */
const files = {
  segment: '180p/seg_00001.m4s',
  init: '180p/init.mp4',
  sound: 'audio/seg_00000.m4s',
  list: '180p/index.m3u8',
  poster: 'poster_0.jpg',
  sheet: 'storyboard_0.jpg',
}

async function film(visibility: 'public' | 'unlisted' | 'private' = 'public') {
  const video = await world.video({ owner, visibility })
  const playback = await playbackOf(video.id, owner)
  const link = playback.hlsUrl.slice(0, playback.hlsUrl.indexOf('/v/') + 1)
  return { ...video, playback, link, url: (file: string) => link + video.prefix + file }
}

async function expectDenied(url: string, init?: RequestInit): Promise<void> {
  const response = await fetch(url, init)
  expect(response.status).toBe(403)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('access-control-allow-origin')).toBe('*')
  expect(await response.json()).toMatchObject({ code: 'playback_denied', status: 403 })
}

test('a stranger plays a public video from the master playlist to the last byte', async () => {
  const { id, prefix } = await world.video({ owner })
  const { hlsUrl, ...playback } = await playbackOf(id)
  expect(playback).toMatchObject({ videoId: id, durationMs: 4000, widthPx: 320, hasAudio: true })
  const text = await (await fetch(hlsUrl)).text()
  const master = HLS.parse(text) as HLS.types.MasterPlaylist
  const [variant] = master.variants
  const uris = [variant!.uri, variant!.audio[0]!.uri!]
  for (const uri of uris) {
    const listUrl = new URL(uri, hlsUrl)
    const list = HLS.parse(await (await fetch(listUrl)).text()) as HLS.types.MediaPlaylist
    const seconds = list.segments.reduce((sum, segment) => sum + segment.duration, 0)
    expect(seconds).toBeCloseTo(4, 1)
    for (const file of [list.segments[0]!.map!.uri, ...list.segments.map((s) => s.uri)]) {
      const got = Buffer.from(await (await fetch(new URL(file, listUrl))).arrayBuffer())
      const stored = await world.bucket.get(`${prefix}${uri.split('/').at(-2)}/${file}`)
      expect(got.equals(Buffer.from(await stored!.arrayBuffer()))).toBe(true)
    }
  }
})

test('ffmpeg decodes every frame through the link', async () => {
  const { playback } = await film()
  const args = ['-v', 'error', '-i', playback.hlsUrl, '-f', 'null', '-stats', '-']
  const { stderr } = await promisify(execFile)('ffmpeg', args)
  expect(/frame=\s*(\d+)/.exec(stderr.split('\r').at(-1) ?? '')?.[1]).toBe('120')
  expect(stderr).not.toContain('rror')
})

test('storage, edge cache and memory answer alike', async () => {
  const { url, prefix } = await film()
  const whole = Buffer.from(await (await world.bucket.get(prefix + files.segment))!.arrayBuffer())
  const seen = new Set<string>()
  for (let reading = 0; reading < 4; reading++) {
    const response = await fetch(url(files.segment))
    expect(response.status).toBe(200)
    expect(whole.equals(Buffer.from(await response.arrayBuffer()))).toBe(true)
    const { date: _date, ...headers } = Object.fromEntries(response.headers)
    seen.add(JSON.stringify(headers))
  }
  expect(seen.size).toBe(1)
  expect(JSON.parse([...seen][0]!)).toMatchObject({
    'content-type': 'video/mp4',
    'content-length': `${whole.byteLength}`,
    'accept-ranges': 'bytes',
    'cache-control': 'private, max-age=86400, immutable',
    'access-control-allow-origin': '*',
    'access-control-expose-headers': expect.stringContaining('Content-Range, ETag'),
    'cross-origin-resource-policy': 'cross-origin',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  })
})

const typeOf = async (address: string) =>
  (await fetch(address, { method: 'HEAD' })).headers.get('content-type')

test('each file has its type', async () => {
  const { url, playback } = await film()
  expect(await typeOf(playback.hlsUrl)).toBe('application/vnd.apple.mpegurl')
  expect(await typeOf(url(files.list))).toBe('application/vnd.apple.mpegurl')
  expect(await typeOf(url(files.init))).toBe('video/mp4')
  expect(await typeOf(url(files.sound))).toBe('audio/mp4')
  expect(await typeOf(url(files.poster))).toBe('image/jpeg')
})

test('parts of a file come by range, from cold and from warm', async () => {
  const { url, prefix } = await film()
  const whole = Buffer.from(await (await world.bucket.get(prefix + files.segment))!.arrayBuffer())
  const size = whole.byteLength
  const get = (range: string, more = {}) =>
    fetch(url(files.segment), { headers: { range, ...more } })
  const wanted: [string, number, number][] = [
    ['bytes=0-0', 0, 0],
    ['bytes=10-', 10, size - 1],
    ['bytes=-7', size - 7, size - 1],
    [`bytes=5-${size * 2}`, 5, size - 1],
  ]
  for (let reading = 0; reading < 3; reading++) {
    for (const [range, first, last] of wanted) {
      const part = await get(range)
      expect(part.status).toBe(206)
      expect(part.headers.get('content-range')).toBe(`bytes ${first}-${last}/${size}`)
      expect(part.headers.get('content-length')).toBe(`${last - first + 1}`)
      const bytes = Buffer.from(await part.arrayBuffer())
      expect(bytes.equals(whole.subarray(first, last + 1))).toBe(true)
    }
  }
  const outside = await get(`bytes=${size}-`)
  expect(outside.status).toBe(416)
  expect(outside.headers.get('content-range')).toBe(`bytes */${size}`)
  expect(await outside.json()).toMatchObject({ code: 'range_not_satisfiable' })

  const etag = (await get('bytes=0-0')).headers.get('etag')!
  expect((await get('bytes=0-3', { 'if-range': etag })).status).toBe(206)
  expect((await get('bytes=0-3', { 'if-range': '"other"' })).status).toBe(200)
  for (const odd of ['bytes=3-1', 'bytes=', 'bytes=0-1,4-5', 'bytes=a-b', 'lines=1-2', '-', '=']) {
    expect((await get(odd)).status, odd).toBe(200)
  }
})

test('HEAD, unchanged files and preflights carry no body; other methods are refused', async () => {
  const { url, playback } = await film()
  for (const address of [url(files.segment), playback.hlsUrl]) {
    const whole = await fetch(address)
    const size = (await whole.arrayBuffer()).byteLength
    const head = await fetch(address, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length')]).toEqual([200, `${size}`])
    const etag = whole.headers.get('etag')!
    const same = await fetch(address, { headers: { 'if-none-match': `"x", W/${etag}` } })
    expect([same.status, await same.text()]).toEqual([304, ''])
    expect(same.headers.get('etag')).toBe(etag)
  }
  const asked = await fetch(url(files.segment), { method: 'OPTIONS' })
  expect([asked.status, await asked.text()]).toEqual([204, ''])
  expect(asked.headers.get('access-control-max-age')).toBe('86400')
  expect(asked.headers.get('access-control-allow-headers')).toContain('Range')
  expect(asked.headers.get('access-control-allow-credentials')).toBeNull()
  const posted = await fetch(url(files.segment), { method: 'POST', body: 'x' })
  expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
})

test('a link opens its own video only, and no source', async () => {
  const [mine, other] = [await film('private'), await film('private')]
  for (const file of Object.values(files)) {
    expect((await fetch(mine.url(file))).status, file).toBe(200)
    await expectDenied(mine.link + other.prefix + file)
  }
  await expectDenied(`${mine.link}v/${other.id}/master.m3u8`)
  // Another video's file below one's own id does not exist, and a source is at no address.
  const crossed = other.prefix.replace(other.id, mine.id)
  expect((await fetch(mine.link + crossed + files.segment)).status).toBe(404)
  expect((await fetch(`${mine.link}s/${mine.id}/none`)).status).toBe(404)
  expect((await fetch(mine.url('180p/seg_00099.m4s'))).status).toBe(404)
})

test('a link of a picture opens pictures only', async () => {
  const { playback, prefix } = await film('unlisted')
  const link = playback.posterUrl!.slice(0, playback.posterUrl!.indexOf('/v/') + 1)
  expect(playback.posterUrl).toBe(link + prefix + files.poster)
  expect(playback.storyboardUrl).toBe(`${link}${prefix}storyboard.vtt`)
  expect((await fetch(link + prefix + files.poster)).status).toBe(200)
  expect((await fetch(link + prefix + files.sheet)).status).toBe(200)
  for (const file of [files.segment, files.init, files.sound, files.list]) {
    await expectDenied(link + prefix + file)
  }
  await expectDenied(playback.hlsUrl.replace(/^.*?(?=v\/vid)/, link))
})

test('a link cut, altered or made up opens nothing', async () => {
  const { link, url } = await film('private')
  const address = url(files.segment)
  const token = link.split('/p/')[1]!.slice(0, -1)
  const at = (text: string) => address.replace(token, text)
  const [kid, payload, mac] = token.split('.') as [string, string, string]
  const grant = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const longer = Buffer.from(JSON.stringify({ ...grant, x: grant.x + 1 })).toString('base64url')
  const wrong = [
    token.slice(0, -1),
    `${token}A`,
    `${kid}.${longer}.${mac}`,
    `${kid}.${payload}.`,
    `${kid}.${payload}.${'A'.repeat(mac.length)}`,
    `other.${payload}.${mac}`,
    `${mac}.${payload}.${kid}`,
    owner.accessToken,
    'x',
  ]
  for (const text of wrong) await expectDenied(at(text))
})

const makePrivate = (id: string) =>
  world.as(owner).patch(`/api/v1/videos/${id}`, { visibility: 'private' })
const remove = (id: string) => world.as(owner).delete(`/api/v1/videos/${id}`)

test('a link of a video made private, or deleted, is dead within five seconds', async () => {
  for (const end of [makePrivate, remove]) {
    const { id, url, playback } = await film('public')
    const addresses = [url(files.segment), playback.hlsUrl, playback.posterUrl!]
    for (const address of addresses) expect((await fetch(address)).status).toBe(200)
    world.tick(2000) // a busy video: its state is read again beside this request
    for (const address of addresses) expect((await fetch(address)).status).toBe(200)
    expect((await end(id)).status).toBeLessThan(300)
    world.tick(4999)
    for (const address of addresses) await expectDenied(address)
    await expectDenied(url(files.segment), { headers: { range: 'bytes=0-1' } })
  }
})

test('the owner gets a new link to a video that was made private', async () => {
  const { id } = await film('public')
  await makePrivate(id)
  world.tick(5000)
  expect((await fetch((await playbackOf(id, owner)).hlsUrl)).status).toBe(200)
  const stranger = await world.user()
  const hidden = await world.as(stranger).get(`/api/v1/videos/${id}/playback`)
  expect(hidden).toMatchObject({ status: 404, body: { code: 'not_found' } })
})

test('all viewers of a public video share one address a day; of a private one, none', async () => {
  const { id } = await film('public')
  const first = await playbackOf(id)
  world.tick(60_000)
  expect(await playbackOf(id, owner)).toEqual(first)
  const hidden = await film('private')
  world.tick(1000)
  expect((await playbackOf(hidden.id, owner)).hlsUrl).not.toBe(hidden.playback.hlsUrl)
})

test('a video that is not there yet gives a conflict, not a link', async () => {
  const uploads = `/api/v1/workspaces/${owner.workspaceId}/uploads`
  const created = await world.as(owner).post(uploads, { fileName: 'a.mp4', sizeBytes: 1000 })
  const reply = await world.as(owner).get(`/api/v1/videos/${created.body.video.id}/playback`)
  expect(reply).toMatchObject({ status: 409, body: { code: 'conflict' } })
})

test('a private link lives two hours to the second, and then gives no byte', async () => {
  const { playback, url } = await film('private')
  const lifeMs = Date.parse(playback.expiresAt) - world.now()
  expect(lifeMs).toBeGreaterThan(7199_000)
  expect(lifeMs).toBeLessThanOrEqual(7200_000)
  world.tick(lifeMs - 1)
  expect((await fetch(url(files.segment))).status).toBe(200)
  world.tick(1)
  for (const file of [files.segment, files.list, files.init]) await expectDenied(url(file))
  await expectDenied(playback.hlsUrl)
  await expectDenied(url(files.segment), { headers: { range: 'bytes=0-1' } })
  const head = await fetch(url(files.segment), { method: 'HEAD' })
  expect([head.status, await head.text()]).toEqual([403, ''])
})

test('no log line holds a link', () => {
  expect(world.logs.length).toBeGreaterThan(0)
  expect(world.logs.filter((line) => /\/p\/[\w-]+\.[\w-]+\./.test(line))).toEqual([])
})
