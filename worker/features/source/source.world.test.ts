import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectStatus } from '../../../scripts/lib/client.ts'
import { ffmpeg } from '../../../scripts/lib/clip.ts'
import { run } from '../../../scripts/lib/run.ts'
import { putPart } from '../../../scripts/lib/upload.ts'
import { type Player, call, createPlayer, storeOutputs } from '../../test/transcoder.ts'
import type { TestUser } from '../../test/user.ts'
import { type World, createWorld } from '../../test/world.ts'

let world: World
let player: Player
let owner: TestUser
let dir: string
const clips: Record<string, string> = {}

const picture = 'testsrc2=size=640x360:rate=30'
const tone = 'sine=frequency=440:sample_rate=48000'
const x264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-g', '60']

async function makeClip(name: string, seconds: number, options: string[]): Promise<void> {
  const inputs = ['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', tone, '-t', `${seconds}`]
  clips[name] = path.join(dir, name)
  await ffmpeg([...inputs, ...options, clips[name]])
}

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'lantern-source-'))
  player = await createPlayer()
  world = await createWorld({ transcoderUrl: player.url })
  owner = await world.user()
  const aac = ['-c:a', 'aac']
  await makeClip('plain.mp4', 20, [...x264, ...aac])
  await makeClip('heavy.mp4', 20, [
    ...x264,
    '-b:v',
    '6M',
    '-minrate',
    '6M',
    ...aac,
    '-movflags',
    '+faststart',
  ])
  await makeClip('mpeg2.ts', 2, ['-c:v', 'mpeg2video', '-c:a', 'mp2'])
  await makeClip('dolby.mp4', 8, [...x264, '-c:a', 'ac3'])
}, 60_000)
afterAll(async () => {
  await world.stop()
  player.stop()
  await rm(dir, { recursive: true, force: true })
})

const readVideo = async (videoId: string) =>
  (await world.as(owner).get(`/api/v1/videos/${videoId}`)).body
const playback = (videoId: string) => world.as(owner).get(`/api/v1/videos/${videoId}/playback`)
async function readMaster(videoId: string): Promise<{ url: string; text: string }> {
  world.tick(1500)
  const { body } = await playback(videoId)
  return { url: body.hlsUrl, text: await (await fetch(body.hlsUrl)).text() }
}
/** Frames that ffmpeg decodes through a link, without a word of complaint. */
async function countFrames(url: string): Promise<number> {
  const args = ['-v', 'warning', '-count_frames', '-select_streams', 'v:0']
  const { output } = await run('ffprobe', [
    ...args,
    '-show_entries',
    'stream=nb_read_frames',
    '-of',
    'csv=p=0',
    url,
  ])
  const lines = output.split('\n').filter(Boolean)
  expect(lines).toSatisfy((all: string[]) => all.every((line) => /^\d+$/.test(line)))
  return Number(lines[0])
}

test('a film plays from its own bytes the moment its upload is complete', async () => {
  const { videoId } = await world.upload(owner, clips['plain.mp4']!)
  const video = await readVideo(videoId)
  expect(video).toMatchObject({
    ...{ status: 'processing', playable: true, hasVideo: true, hasAudio: true },
    ...{ widthPx: 640, heightPx: 360, renditions: [{ name: 'source', state: 'ready' }] },
  })
  expect(video.durationMs).toBeGreaterThan(19_900)
  expect(video.durationMs).toBeLessThan(20_100)
  const { url, text } = await readMaster(videoId)
  expect(text).toMatch(/CODECS="avc1\.64\w{4},mp4a\.40\.2"/)
  expect(text).toContain('RESOLUTION=640x360')
  expect(await countFrames(url)).toBe(600)
  expect(player.openings).toHaveLength(0)
})

test('the ladder replaces a file that wastes bits, and running sessions keep theirs', async () => {
  const { videoId } = await world.upload(owner, clips['heavy.mp4']!)
  const early = await readMaster(videoId)
  const [uri = ''] = early.text.match(/^s\/.*video\/live\.m3u8$/m) ?? []
  const spec = await player.specOf(videoId)
  await call.complete(spec, await storeOutputs(world, spec))
  const late = await readMaster(videoId)
  expect(late.text).toContain('FINAL')
  expect(late.text).not.toContain('s/upl_')
  expect((await fetch(new URL(uri, early.url))).status).toBe(200)
  expect((await readVideo(videoId)).renditions).toMatchObject([{ name: '360p' }])
})

test('what browsers do not play asks for its opening: all of it, or the sound alone', async () => {
  const before = player.openings.length
  const film = await world.upload(owner, clips['mpeg2.ts']!)
  expect((await player.nthOpening(before + 1)).ladder).toHaveLength(1)
  expect((await readVideo(film.videoId)).playable).toBe(false)

  const silent = await world.upload(owner, clips['dolby.mp4']!)
  const opening = await player.nthOpening(before + 2)
  expect(opening.ladder).toEqual([])
  expect(await readVideo(silent.videoId)).toMatchObject({ playable: false, durationMs: 8000 })
  const key = 'audio/seg_00000.m4s'
  await world.bucket.put(`${opening.output.prefix}${key}`, new Uint8Array(9))
  await call.publish(opening, {
    media: { durationMs: 8000, widthPx: null, heightPx: null, framesPerSecond: null },
    renditions: [
      {
        isComplete: false,
        rendition: {
          ...{ name: 'audio', kind: 'audio', codecs: 'mp4a.40.2', channels: 2, language: null },
          ...{ peakBitsPerSecond: 1, averageBitsPerSecond: 1, initKey: 'audio/init.mp4' },
          ...{ label: null, track: 0 },
          segments: [{ key, durationSeconds: 2, sizeBytes: 9 }],
        },
      },
    ],
  })
  expect(await readVideo(silent.videoId)).toMatchObject({ playable: true, hasVideo: true })
  const { text } = await readMaster(silent.videoId)
  expect(text).toMatch(/^s\/upl_\w+\/video\/live\.m3u8$/m)
  expect(text).toContain(`e/${opening.encodeId}/a1/audio/live.m3u8`)
})

/** An upload of which the test sends the parts that it wants. */
async function beginUpload(file: string) {
  const bytes = new Uint8Array(await readFile(file))
  const asked = await world.as(owner).post(`/api/v1/workspaces/${owner.workspaceId}/uploads`, {
    fileName: 'film.mp4',
    sizeBytes: bytes.byteLength,
  })
  const { upload, video } = expectStatus(asked, 201, 'create')
  const parts = `/api/v1/uploads/${upload.id}/parts`
  const presign = async (partNumber: number) => {
    const presigned = await world.as(owner).post(parts, { partNumbers: [partNumber] })
    return expectStatus(presigned, 200, 'presign').parts[0]
  }
  const send = async (partNumber: number) => {
    const part = await presign(partNumber)
    const start = (partNumber - 1) * upload.partSizeBytes
    const chunk = bytes.subarray(start, start + upload.partSizeBytes)
    const etag = await putPart(part.url, chunk)
    const body = { etag, sizeBytes: chunk.byteLength }
    expectStatus(await world.as(owner).put(`${parts}/${partNumber}`, body), 200, 'record')
  }
  const complete = () => world.as(owner).post(`/api/v1/uploads/${upload.id}/complete`)
  return { videoId: video.id as string, upload, presign, send, complete }
}

test('a film plays while it is uploaded, as far as its parts have arrived', async () => {
  const { videoId, upload, send, complete } = await beginUpload(clips['heavy.mp4']!)
  expect(upload.partCount).toBeGreaterThan(2)
  await send(1)
  await expect.poll(async () => (await readVideo(videoId)).playable, { timeout: 5000 }).toBe(true)
  expect(await readVideo(videoId)).toMatchObject({ status: 'uploading', widthPx: 640 })

  const { url, text } = await readMaster(videoId)
  const [uri = ''] = text.match(/^s\/.*video\/live\.m3u8$/m) ?? []
  const readList = async () => (await fetch(new URL(uri, url))).text()
  const first = await readList()
  expect(first).not.toContain('ENDLIST')
  const count = (list: string) => list.match(/seg_/g)?.length ?? 0
  expect(count(first)).toBeGreaterThan(0)
  const segment = new URL(uri.replace('live.m3u8', 'seg_00000.m4s'), url)
  expect((await fetch(segment)).status).toBe(200)

  for (let n = 3; n <= upload.partCount; n++) await send(n)
  expect(count(await readList())).toBe(count(first))
  await send(2)
  expect(count(await readList())).toBeGreaterThan(count(first))
  expect((await complete()).status).toBe(200)
  expect(await readList()).toContain('ENDLIST')
  expect(await countFrames(url)).toBe(600)
})

test.for([
  ['a transport stream', 'arriving.ts', []],
  [
    'a fragmented MP4 without a list',
    'arriving.mp4',
    ['-movflags', '+frag_keyframe+empty_moov', '-write_tmcd', '0'],
  ],
  ['a WebM as browsers record it', 'arriving.webm', ['-live', '1']],
] as const)('%s plays while it is uploaded, though it has no index', async ([, name, options]) => {
  const coded = name.endsWith('webm')
    ? [
        '-c:v',
        'libvpx-vp9',
        '-deadline',
        'realtime',
        '-cpu-used',
        '8',
        '-g',
        '60',
        '-b:v',
        '6M',
        '-minrate',
        '6M',
        '-maxrate',
        '6M',
        '-an',
      ]
    : [
        ...x264,
        '-b:v',
        '6M',
        '-minrate',
        '6M',
        '-maxrate',
        '6M',
        '-bufsize',
        '6M',
        '-x264-params',
        'nal-hrd=cbr',
        '-c:a',
        'aac',
      ]
  await makeClip(name, 20, [...coded, ...options])
  const { videoId, upload, send, complete } = await beginUpload(clips[name]!)
  expect(upload.partCount).toBeGreaterThan(2)
  await send(1)
  await expect.poll(async () => (await readVideo(videoId)).playable, { timeout: 5000 }).toBe(true)
  const early = await readVideo(videoId)
  expect(early).toMatchObject({ status: 'uploading', hasVideo: true, durationMs: null })

  const { url, text } = await readMaster(videoId)
  const [uri = ''] = text.match(/^s\/.*video\/live\.m3u8$/m) ?? []
  const readList = async () => (await fetch(new URL(uri, url))).text()
  const names = (list: string) => [...list.matchAll(/^seg_\d+\.m4s$/gm)].map(([found]) => found)
  const readSegment = async (segment: string) =>
    Buffer.from(await (await fetch(new URL(uri.replace('live.m3u8', segment), url))).arrayBuffer())
  const first = await readList()
  expect(first).not.toContain('ENDLIST')
  const before = await Promise.all(names(first).map(readSegment))
  expect(before.length).toBeGreaterThan(0)

  for (let n = 2; n <= upload.partCount; n++) await send(n)
  expect((await complete()).status).toBe(200)
  const last = await readList()
  expect(last).toContain('ENDLIST')
  expect(names(last).length).toBeGreaterThan(names(first).length)
  const after = await Promise.all(names(first).map(readSegment))
  expect(after.every((bytes, at) => bytes.equals(before[at]!))).toBe(true)
  expect((await readVideo(videoId)).durationMs).toBeGreaterThan(19_900)
  expect(await countFrames(url)).toBe(600)
})

test('an index at the end is read as soon as both ends are there', async () => {
  const { videoId, upload, send } = await beginUpload(await tailed())
  await send(1)
  await send(upload.partCount)
  await expect.poll(async () => (await readVideo(videoId)).playable, { timeout: 5000 }).toBe(true)
})

/** The heavy clip with its index at the end. */
async function tailed(): Promise<string> {
  const file = path.join(dir, 'tailed.mp4')
  await ffmpeg(['-i', clips['heavy.mp4']!, '-c', 'copy', file])
  return file
}

test('bytes put in the place of a finished part are never served', async () => {
  const { videoId, upload, presign, send, complete } = await beginUpload(clips['heavy.mp4']!)
  for (let n = 1; n <= upload.partCount; n++) await send(n)
  const late = await presign(2)
  expect((await complete()).status).toBe(200)
  const { url, text } = await readMaster(videoId)
  const [uri = ''] = text.match(/^s\/.*video\/live\.m3u8$/m) ?? []
  await putPart(late.url, new Uint8Array(late.sizeBytes))
  const list = await (await fetch(new URL(uri, url))).text()
  const names = [...list.matchAll(/^seg_\d+\.m4s$/gm)].map(([name]) => name)
  const read = names.map(
    async (name) => (await fetch(new URL(uri.replace('live.m3u8', name), url))).status,
  )
  const statuses = await Promise.all(read)
  expect(statuses).toContain(404)
  expect(statuses).toContain(200)
  expect(statuses.filter((status) => status !== 200 && status !== 404)).toEqual([])
})

test('deleting a film takes its index and its parts along', async () => {
  const { videoId } = await world.upload(owner, clips['plain.mp4']!)
  const { url, text } = await readMaster(videoId)
  const [uri = ''] = text.match(/^s\/.*video\/live\.m3u8$/m) ?? []
  expect((await fetch(new URL(uri, url))).status).toBe(200)
  await world.as(owner).delete(`/api/v1/videos/${videoId}`)
  const list = async () =>
    (await world.bucket.list()).objects.filter(({ key }) => key.includes(videoId))
  await expect.poll(list).toEqual([])
  world.tick(4000)
  expect((await fetch(new URL(uri, url))).status).toBe(403)
})
