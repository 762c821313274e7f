import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { narrow } from '#contracts/narrow.ts'
import type { Playback } from '#contracts/video.ts'
import { makeTestClip } from '../../scripts/lib/clip.ts'
import { signGrant } from '../features/delivery/token.ts'
import type { TestUser } from './user.ts'
import { type World, createWorld } from './world.ts'

const execute = promisify(execFile)

let world: World
let owner: TestUser
beforeAll(async () => {
  world = await createWorld()
  owner = await world.user()
})
afterAll(() => world.stop())

const playbackOf = async (id: string): Promise<Playback> =>
  (await world.as(owner).get<Playback>(`/api/v1/videos/${id}/playback`)).body
const offer = (id: string, downloads: string) =>
  world.as(owner).patch(`/api/v1/videos/${id}`, { downloads })
const bytesOf = async (url: string, init?: RequestInit) =>
  Buffer.from(await (await fetch(url, init)).arrayBuffer())
const linkOf = (url: string) => url.slice(0, url.indexOf('/v/') + 1)

/** Frames that decode, and when the first and the last of them are shown: picture, then sound. */
async function probe(input: string) {
  const entries = 'stream=codec_type,nb_read_frames,nb_read_packets:packet=stream_index,pts_time'
  const args = ['-v', 'error', '-count_frames', '-show_entries', entries, '-of', 'json', input]
  const { stdout, stderr } = await execute('ffprobe', args, { maxBuffer: 2 ** 26 })
  expect(stderr).toBe('')
  const { streams, packets } = JSON.parse(stdout) as {
    streams: { codec_type: string; nb_read_frames: string }[]
    packets: { stream_index: number; pts_time: string }[]
  }
  return streams
    .map(({ codec_type, nb_read_frames }, index) => {
      const own = packets.filter(({ stream_index }) => stream_index === index)
      const times = own.map(({ pts_time }) => Number(pts_time))
      return { codec_type, nb_read_frames, begin: Math.min(...times), end: Math.max(...times) }
    })
    .toSorted((a, b) => b.codec_type.localeCompare(a.codec_type))
}

test('the file has every frame that the stream has, at the same times', async () => {
  const { id } = await world.video({ owner, title: 'Étude “No. 1”: dusk/dawn' })
  expect((await playbackOf(id)).downloads).toEqual([])
  expect(await offer(id, 'video')).toMatchObject({ status: 200, body: { downloads: 'video' } })
  const playback = await playbackOf(id)
  const [entry, ...more] = playback.downloads
  expect(more).toEqual([])
  expect(entry).toMatchObject({ label: '180p', heightPx: 180 })

  const response = await fetch(entry!.url)
  const bytes = Buffer.from(await response.arrayBuffer())
  expect(response.status).toBe(200)
  expect(response.headers.get('content-length')).toBe(`${bytes.byteLength}`)
  expect(response.headers.get('content-type')).toBe('video/mp4')
  expect(response.headers.get('content-disposition')).toBe(
    `attachment; filename="_tude _No. 1_  dusk dawn.mp4"; filename*=UTF-8''%C3%89tude%20%E2%80%9CNo.%201%E2%80%9D%20%20dusk%20dawn.mp4`,
  )
  expect(Math.abs(bytes.byteLength - entry!.sizeBytes)).toBeLessThan(4000)

  const file = path.join(world.dir, 'film.mp4')
  await writeFile(file, bytes)
  const [saved, streamed] = [await probe(file), await probe(playback.hlsUrl)]
  expect(saved.map(({ codec_type }) => codec_type)).toEqual(['video', 'audio'])
  for (const [index, track] of streamed.entries()) {
    const own = saved[index]!
    expect([own.codec_type, own.nb_read_frames]).toEqual([track.codec_type, track.nb_read_frames])
    expect(own.end - own.begin).toBeCloseTo(track.end - track.begin, 2)
  }
  expect(saved[0]!.nb_read_frames).toBe('120')
  const soundAfter = ([picture, sound]: typeof saved) => sound!.begin - picture!.begin
  expect(soundAfter(saved)).toBeCloseTo(soundAfter(streamed), 2)
  const { stdout } = await execute('ffprobe', [
    ...['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', file],
  ])
  expect(Number(stdout)).toBeCloseTo(4, 1)
  // It can be sought in: the second half alone, from the key frame on.
  const late = await execute('ffmpeg', ['-v', 'error', '-ss', '2', '-i', file, '-f', 'null', '-'])
  expect(late.stderr).toBe('')
})

test('any range of it is a part of the same file', async () => {
  const { id } = await world.video({ owner })
  await offer(id, 'video')
  const { url } = (await playbackOf(id)).downloads[0]!
  const whole = await bytesOf(url)
  const size = whole.byteLength
  const marks = [0, 1, 500, 1500, Math.floor(size / 3), Math.floor(size / 2), size - 9, size]
  const parts: Buffer[] = []
  for (const [index, first] of marks.slice(0, -1).entries()) {
    const range = `bytes=${first}-${marks[index + 1]! - 1}`
    const response = await fetch(url, { headers: { range } })
    expect(response.status).toBe(206)
    parts.push(Buffer.from(await response.arrayBuffer()))
  }
  expect(Buffer.concat(parts).equals(whole)).toBe(true)
  const left = new AbortController()
  const started = await fetch(url, { signal: left.signal })
  left.abort()
  await expect(started.arrayBuffer()).rejects.toThrow()
  expect((await bytesOf(url)).equals(whole)).toBe(true)
})

test('it is a right of its own, which the owner gives and takes', async () => {
  const { id, prefix } = await world.video({ owner, visibility: 'private' })
  await offer(id, 'video')
  const playback = await playbackOf(id)
  const { url } = playback.downloads[0]!
  const statusOf = async (address: string) => (await fetch(address)).status
  expect(await statusOf(url)).toBe(200)
  // Neither link does what the other is for.
  expect(await statusOf(linkOf(playback.hlsUrl) + url.slice(linkOf(url).length))).toBe(403)
  expect(await statusOf(`${linkOf(url)}${prefix}180p/seg_00000.m4s`)).toBe(403)
  expect(await statusOf(`${linkOf(url)}v/${id}/master.m3u8`)).toBe(403)
  for (const name of ['audio', '720p', '180pav1']) {
    expect(await statusOf(url.replace('180p', name)), name).toBe(404)
  }
  expect(await statusOf(url.replace('180p.mp4', 'original'))).toBe(403)
  await offer(id, 'none')
  expect(await statusOf(url)).toBe(403)
})

test('a link shows the files that it opens', async () => {
  const { id } = await world.video({ owner })
  await offer(id, 'video')
  const playback = await playbackOf(id)
  const [, payload = ''] = playback.hlsUrl.split('/p/')[1]!.split('.')
  const { e, x } = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const config = { TOKEN_KEYS: JSON.parse(world.secrets.TOKEN_KEYS) as Record<string, string> }
  const level = { x, k: 'wd' }
  const token = await signGrant(config, { videoId: playback.videoId, epoch: e, level })
  const shownTo = async (text: string) => {
    const reply = await world.as().get(`/api/v1/videos/${id}/playback?token=${text}`)
    return reply.body.downloads.map(({ label }: { label: string }) => label)
  }
  expect(await shownTo(token)).toEqual(['180p'])
  expect(await shownTo(await narrow(token, { kinds: ['watch'] }))).toEqual([])
  expect(await shownTo(await narrow(token, { maxHeight: 90 }))).toEqual([])
  const clip = { fromSeconds: 0, toSeconds: 2 }
  const part = await narrow(token, { clip })
  expect(await shownTo(part)).toEqual([])
  const file = `/v/${id}/download/180p.mp4`
  for (const text of [part, await narrow(token, { maxHeight: 90 })]) {
    expect((await fetch(`${world.url}/p/${text}${file}`)).status).toBe(403)
  }
  expect((await fetch(`${world.url}/p/${token}${file}`)).status).toBe(200)
})

test('the uploaded file comes back to the byte, where its owner offers it', async () => {
  const clip = path.join(world.dir, 'Holiday.MOV')
  await makeTestClip(path.join(world.dir, 'clip.mp4'), { seconds: 2 })
  await writeFile(clip, await readFile(path.join(world.dir, 'clip.mp4')))
  const { videoId } = await world.upload(owner, clip, { visibility: 'unlisted' })
  await offer(videoId, 'video')
  expect((await playbackOf(videoId)).downloads).toEqual([]) // nothing is converted yet
  await offer(videoId, 'original')
  const { downloads } = await playbackOf(videoId)
  const bytes = await readFile(clip)
  expect(downloads).toMatchObject([{ label: 'Original file', sizeBytes: bytes.byteLength }])
  const { url } = downloads[0]!
  const response = await fetch(url)
  expect(response.headers.get('content-type')).toBe('application/octet-stream')
  expect(response.headers.get('content-disposition')).toMatch(/\.MOV$/)
  expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true)
  const part = await bytesOf(url, { headers: { range: 'bytes=1000-1999' } })
  expect(part.equals(bytes.subarray(1000, 2000))).toBe(true)
})
