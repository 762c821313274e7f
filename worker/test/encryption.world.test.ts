import { createDecipheriv } from 'node:crypto'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { narrow } from '#contracts/narrow.ts'
import type { Playback, Video } from '#contracts/video.ts'
import { makeTestClip } from '../../scripts/lib/clip.ts'
import { run } from '../../scripts/lib/run.ts'
import type { TestUser } from './user.ts'
import type { TestVideo } from './video.ts'
import { type World, createWorld } from './world.ts'

let world: World
let owner: TestUser
beforeAll(async () => {
  world = await createWorld()
  owner = await world.user()
})
afterAll(() => world.stop())

const setEncryption = (id: string, encryption: string) =>
  world.as(owner).patch<Video>(`/api/v1/videos/${id}`, { encryption })
/** What isolates remember of a video lives three seconds. */
async function encrypt(id: string, encryption = 'aes-128') {
  expect(await setEncryption(id, encryption)).toMatchObject({ status: 200, body: { encryption } })
  world.tick(3001)
}
const playbackOf = async (id: string): Promise<Playback> =>
  (await world.as(owner).get<Playback>(`/api/v1/videos/${id}/playback`)).body
const filmOf = async (id: string) => (await playbackOf(id)).hlsUrl.replace(/master\.m3u8$/, '')
const textOf = async (url: string) => (await fetch(url)).text()
const bytesOf = async (url: string) => Buffer.from(await (await fetch(url)).arrayBuffer())

async function encrypted(): Promise<TestVideo & { film: string; folder: string }> {
  const video = await world.video({ owner, visibility: 'unlisted' })
  await encrypt(video.id)
  const folder = video.prefix.replace(`v/${video.id}/`, '')
  return { ...video, film: await filmOf(video.id), folder }
}

/** As RFC 8216, 5.2 has it: the number of a segment is its IV, and PKCS #7 fills the last block. */
function decrypt(key: Buffer, number: number, bytes: Buffer): Buffer {
  const iv = Buffer.alloc(16)
  iv.writeUInt32BE(number, 12)
  const decipher = createDecipheriv('aes-128-cbc', key, iv)
  return Buffer.concat([decipher.update(bytes), decipher.final()])
}

/** Each segment of a media playlist under its number, and the addresses of key and head. */
async function readList(url: string) {
  const text = await textOf(url)
  const first = Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(text)?.[1])
  const uri = (tag: string) =>
    new URL(new RegExp(`#EXT-X-${tag}:.*URI="([^"]+)"`).exec(text)![1]!, url)
  const names = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const segments = names.map((name, i) => ({ url: new URL(name, url).href, number: first + i }))
  return { text, segments, keyUrl: uri('KEY').href, initUrl: uri('MAP').href }
}

test('segments travel encrypted and open with the key of their stream', async () => {
  const { film, folder, prefix } = await encrypted()
  const master = await textOf(`${film}master.m3u8`)
  const uris = [...master.matchAll(/^[^#\n].*$/gm)].map(([uri]) => uri)
  expect(uris.length).toBeGreaterThan(0)
  for (const uri of uris) expect(uri).toMatch(/^aes\/e\/enc_/)
  expect(master).not.toContain('I-FRAME')

  const keys = new Set<string>()
  for (const stream of ['180p', 'audio']) {
    const list = await readList(`${film}aes/${folder}${stream}/index.m3u8`)
    expect(list.text).toMatch(/#EXT-X-MAP:.*\n#EXT-X-KEY:METHOD=AES-128,URI="[^"]+"\n#EXTINF/)
    const key = await bytesOf(list.keyUrl)
    expect(key.byteLength).toBe(16)
    keys.add(key.toString('hex'))
    const stored = async (url: string) => {
      const name = url.slice(url.lastIndexOf('/') + 1)
      const object = await world.bucket.get(`${prefix}${stream}/${name}`)
      return Buffer.from(await object!.arrayBuffer())
    }
    expect(await bytesOf(list.initUrl)).toEqual(await stored(list.initUrl))
    expect(list.segments.length).toBeGreaterThan(1)
    for (const { url, number } of list.segments) {
      const [sent, plain] = [await bytesOf(url), await stored(url)]
      expect(sent.includes(plain.subarray(0, 16))).toBe(false)
      expect(decrypt(key, number, sent)).toEqual(plain)
    }
  }
  expect(keys.size).toBe(2)
})

test('a part of an encrypted segment is a part of what is sent', async () => {
  const { film, folder } = await encrypted()
  const url = `${film}aes/${folder}180p/seg_00001.m4s`
  const whole = await fetch(url)
  const bytes = Buffer.from(await whole.arrayBuffer())
  expect(Number(whole.headers.get('content-length'))).toBe(bytes.byteLength)
  expect(bytes.byteLength % 16).toBe(0)
  const part = await fetch(url, { headers: { range: 'bytes=100-299' } })
  expect(part.status).toBe(206)
  expect(part.headers.get('content-range')).toBe(`bytes 100-299/${bytes.byteLength}`)
  expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(100, 300))
  const etag = whole.headers.get('etag')!
  expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(304)
  const head = await fetch(url, { method: 'HEAD' })
  expect(head.headers.get('content-length')).toBe(`${bytes.byteLength}`)
})

test('nothing of an encrypted film is there in the clear', async () => {
  const { film, folder } = await encrypted()
  const files = ['index.m3u8', 'iframes.m3u8', 'live.m3u8', 'init.mp4', 'seg_00000.m4s']
  for (const file of files) {
    const reply = await fetch(`${film}${folder}180p/${file}`)
    expect(reply.status, file).toBe(403)
    expect(await reply.json(), file).toMatchObject({ code: 'playback_denied' })
  }
  expect((await fetch(`${film}aes/${folder}180p/iframes.m3u8`)).status).toBe(404)
})

test('keys are for holders of a link to what they open', async () => {
  const { film, id } = await encrypted()
  const other = await encrypted()
  const key = `v/${id}/aes/keys/180p.key`
  const at = async (token: string) => fetch(`${world.url}/p/${token}/${key}`)
  const token = new URL(film).pathname.split('/')[2]!
  const fine = await at(token)
  expect(fine.status).toBe(200)
  expect(fine.headers.get('cache-control')).toBe('no-store')
  expect(fine.headers.get('content-type')).toBe('application/octet-stream')
  const { posterUrl } = await playbackOf(id)
  const refused = [
    new URL(posterUrl!).pathname.split('/')[2]!,
    new URL(other.film).pathname.split('/')[2]!,
    await narrow(token, { maxHeight: 90 }),
    await narrow(token, { kinds: ['image'] }),
    await narrow(token, { expiresAt: new Date(world.now() - 1000).toISOString() }),
    `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
  ]
  for (const wrong of refused) expect((await at(wrong)).status, wrong).toBe(403)
  const sound = `${world.url}/p/${refused[2]}/v/${id}/aes/keys/audio.key`
  expect((await fetch(sound)).status).toBe(200)
})

test('a film that was never encrypted has no key', async () => {
  const { id } = await world.video({ owner })
  const film = await filmOf(id)
  expect((await fetch(`${film}aes/keys/180p.key`)).status).toBe(404)
  const text = await textOf(`${film}master.m3u8`)
  expect((await fetch(`${film}aes/${/^e\/.*$/m.exec(text)![0]}`)).status).toBe(404)
})

test('who began before it ended goes on, and later it opens with the same key', async () => {
  const { id, film, folder } = await encrypted()
  const list = await readList(`${film}aes/${folder}180p/index.m3u8`)
  const key = await bytesOf(list.keyUrl)
  await encrypt(id, 'none')
  expect(await textOf(`${film}master.m3u8`)).not.toContain('aes/')
  expect((await fetch(`${film}${folder}180p/index.m3u8`)).status).toBe(200)
  const { url, number } = list.segments[1]!
  decrypt(await bytesOf(list.keyUrl), number, await bytesOf(url))
  await encrypt(id)
  expect(await bytesOf(list.keyUrl)).toEqual(key)
})

test('a part keeps the numbers that open its segments', async () => {
  const { film, folder, prefix } = await encrypted()
  const [, , token] = new URL(film).pathname.split('/')
  const part = await narrow(token!, { clip: { fromSeconds: 2.5, toSeconds: 4 } })
  const list = await readList(`${film.replace(token!, part)}aes/${folder}180p/index.m3u8`)
  const { url, number } = list.segments[0]!
  expect(number).toBeGreaterThan(0)
  const object = await world.bucket.get(`${prefix}180p/${url.slice(url.lastIndexOf('/') + 1)}`)
  const plain = decrypt(await bytesOf(list.keyUrl), number, await bytesOf(url))
  expect(plain).toEqual(Buffer.from(await object!.arrayBuffer()))
  const first = url.replace(/seg_\d+/, 'seg_00000')
  expect((await fetch(first)).status).toBe(403)
})

test('a film that plays as it was uploaded is encrypted too, and ffmpeg plays it to its end', async () => {
  const clip = path.join(world.dir, 'clip.mp4')
  await makeTestClip(clip, { seconds: 8 })
  const { videoId } = await world.upload(owner, clip, { visibility: 'unlisted' })
  await encrypt(videoId)
  const { hlsUrl } = await playbackOf(videoId)
  expect(await textOf(hlsUrl)).toMatch(/^aes\/s\/upl_/m)
  const args = ['-v', 'error', '-count_frames', '-show_entries', 'stream=nb_read_frames']
  const frames = async (input: string) => {
    const { output } = await run('ffprobe', [...args, '-select_streams', 'v', input], {})
    return /nb_read_frames=(\d+)/.exec(output)?.[1]
  }
  const sent = await frames(hlsUrl)
  expect(sent).toBeDefined()
  expect(sent).toBe(await frames(clip))
})

test('only editors of a video choose, and only what there is', async () => {
  const { id } = await world.video({ owner })
  expect((await setEncryption(id, 'rot13')).status).toBe(422)
  const stranger = await world.user()
  const reply = await world.as(stranger).patch(`/api/v1/videos/${id}`, { encryption: 'aes-128' })
  expect(reply.status).toBe(403)
  expect((await playbackOf(id)).hlsUrl).toBeDefined()
  expect(await textOf((await playbackOf(id)).hlsUrl)).not.toContain('aes/')
})
