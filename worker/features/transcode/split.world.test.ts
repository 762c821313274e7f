import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { TaskReport, TaskSpec, TaskSplit, VideoRendition } from '#contracts/task.ts'
import { type Player, call, createPlayer } from '../../test/transcoder.ts'
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
/** The lane of long work has one place: what a test leaves would keep it from the next. */
afterEach(async () => {
  await world.db.prepare("update tasks set state = 'cancelled', finished_at = 1").run()
})

const media = { durationMs: 18_000, widthPx: 640, heightPx: 360, framesPerSecond: 30 }
const split: Omit<TaskSplit, 'attempt' | 'leaseId'> = {
  media,
  plan: {
    ...{ rate: { num: 30, den: 1 }, segmentFrames: 180, frameCount: 540, durationSeconds: 18 },
    videos: [{ name: '360p', codec: 'h264', widthPx: 640, heightPx: 360 }],
    recipe: { said: 'by the lead' },
  },
  chunks: [0, 1, 2].map((number) => ({
    ...{ number, firstFrame: number * 180, endFrame: (number + 1) * 180 },
  })),
  input: null,
}

const sizeBytes = 1000
const bytes = new Uint8Array(sizeBytes)
const base = ({ attempt, leaseId }: TaskSpec) => ({
  ...{ attempt, leaseId, media, captions: [], pictures: null, choices: null, cpuSeconds: 1 },
})

async function store(spec: TaskSpec, keys: string[]) {
  for (const key of keys) await world.bucket.put(spec.output.prefix + key, bytes)
}

async function reportChunk(spec: TaskSpec): Promise<TaskReport> {
  const key = `360p/seg_0000${spec.chunk!.number}.m4s`
  await store(spec, spec.chunk!.number === 0 ? ['360p/init.mp4', key] : [key])
  const rendition: VideoRendition = {
    ...{ name: '360p', kind: 'video', codecs: 'avc1.64001e', initKey: '360p/init.mp4' },
    ...{ widthPx: 640, heightPx: 360, framesPerSecond: 30 },
    ...{ peakBitsPerSecond: 1, averageBitsPerSecond: 1 },
    segments: [{ key, durationSeconds: 6, sizeBytes, keyFrameBytes: 100 }],
  }
  return { ...base(spec), renditions: [rendition] }
}

async function reportSound(spec: TaskSpec): Promise<TaskReport> {
  await store(spec, ['audio/init.mp4', 'audio/seg_00000.m4s'])
  return {
    ...base(spec),
    renditions: [
      {
        ...{ name: 'audio', kind: 'audio', codecs: 'mp4a.40.2', initKey: 'audio/init.mp4' },
        ...{ channels: 2, language: null, label: null, track: 0 },
        ...{ peakBitsPerSecond: 128_000, averageBitsPerSecond: 128_000 },
        segments: [{ key: 'audio/seg_00000.m4s', durationSeconds: 18, sizeBytes }],
      },
    ],
  }
}

async function reportPictures(spec: TaskSpec): Promise<TaskReport> {
  await store(spec, ['poster_0.jpg'])
  const posters = [{ key: 'poster_0.jpg', atSeconds: 3 }]
  return {
    ...base(spec),
    renditions: [],
    pictures: { posters, storyboard: null, previewKey: null, peaks: null },
  }
}

/** The lead of a film, as the transcoder has it. */
async function begin() {
  const next = player.specs.length + 1
  const { videoId } = await world.upload(owner, new Uint8Array(3000).fill(7))
  return { videoId, lead: await player.nthSpec(next), firstPart: player.parts.length + 1 }
}

const read = async (videoId: string) =>
  (await world.as(owner).get(`/api/v1/videos/${videoId}`)).body
const statesOf = async (videoId: string) => {
  const query = 'select kind, state from tasks where video_id = ? order by kind, state'
  const { results } = await world.db.prepare(query).bind(videoId).all()
  return results.map(({ kind, state }) => `${kind} ${state}`)
}

/** Every message brings one task: each that is done brings the next. */
async function makeChunks(first: number, count: number) {
  for (let n = first; n < first + count; n++) {
    const spec = await player.nthPart(n)
    expect((await call.complete(spec, await reportChunk(spec))).status).toBe(200)
  }
}

test('a long film is composed of its chunks, its sound and its pictures, once', async () => {
  const { videoId, lead, firstPart } = await begin()
  expect((await call.split(lead, split)).status).toBe(200)
  expect((await call.split(lead, split)).status).toBe(200) // its reply was lost
  const first = await player.nthPart(firstPart)
  expect(first).toMatchObject({
    ...{
      kind: 'chunk',
      lane: 'long',
      chunk: split.chunks[0],
      split: { recipe: split.plan.recipe },
    },
  })
  await call.heartbeat(first, { seq: 1, percent: 50 })
  const during = (await read(videoId)).progress
  expect(during).toMatchObject({ phase: 'encode', chunks: { done: 0, all: 3 } })
  expect(during.percent).toBeGreaterThan(10)

  await makeChunks(firstPart, 3)
  expect(await read(videoId)).toMatchObject({ status: 'processing' })
  expect((await call.complete(lead, await reportSound(lead))).status).toBe(200)
  const pictures = await player.nthPart(firstPart + 3)
  expect(pictures).toMatchObject({ kind: 'pictures', lane: 'short' })
  expect(await world.bucket.head(pictures.pictures!.lowest)).not.toBeNull()
  expect(await read(videoId)).toMatchObject({ status: 'processing', playable: true })

  await call.complete(pictures, await reportPictures(pictures))
  const video = await read(videoId)
  expect(video).toMatchObject({ status: 'ready', hasAudio: true, durationMs: 18_000 })
  expect((await fetch(video.posterUrl)).status).toBe(200)
  expect((await statesOf(videoId)).filter((state) => !state.startsWith('opening'))).toEqual([
    ...['chunk done', 'chunk done', 'chunk done', 'encode done', 'pictures done'],
  ])
})

test('the playlist names the segments of all chunks where they lie', async () => {
  const { videoId, lead, firstPart } = await begin()
  await call.split(lead, split)
  await call.complete(lead, await reportSound(lead))
  await makeChunks(firstPart, 3)
  await player.nthPart(firstPart + 3)

  const { hlsUrl } = (await world.as(owner).get(`/api/v1/videos/${videoId}/playback`)).body
  const master = await (await fetch(hlsUrl)).text()
  const uri = master.split('\n').find((line) => line.endsWith('360p/index.m3u8'))!
  const url = new URL(uri, hlsUrl)
  const media = await (await fetch(url)).text()
  const lines = media.split('\n')
  const segments = lines.filter((line) => line.endsWith('.m4s'))
  expect(segments.map((line) => line.slice(line.lastIndexOf('/') + 1))).toEqual([
    ...['seg_00000.m4s', 'seg_00001.m4s', 'seg_00002.m4s'],
  ])
  for (const segment of segments) {
    const answer = await fetch(new URL(segment, url))
    expect((await answer.arrayBuffer()).byteLength).toBe(sizeBytes)
  }
  expect(media).toContain('#EXT-X-ENDLIST')
})

test('chunks that are not the film, frame for frame, are refused', async () => {
  const { lead } = await begin()
  const [a, b, c] = split.chunks as [
    (typeof split.chunks)[0],
    (typeof split.chunks)[0],
    (typeof split.chunks)[0],
  ]
  for (const chunks of [
    [a, b],
    [a, c],
    [b, c],
    [a, { ...b, endFrame: 300 }, { ...c, firstFrame: 300 }],
  ]) {
    expect((await call.split(lead, { ...split, chunks })).status).toBe(422)
  }
  expect((await call.split({ ...lead, attempt: 2 }, split)).status).toBe(409)
})

test('a film that cannot be made in chunks is made whole', async () => {
  const { videoId, lead, firstPart } = await begin()
  await call.split(lead, split)
  const next = player.specs.length + 1
  const chunk = await player.nthPart(firstPart)
  await call.fail(chunk, 'damaged', false)
  const whole = await player.nthSpec(next)
  expect(whole).toMatchObject({ videoId, kind: 'encode', isWhole: true, split: null })
  expect((await call.heartbeat(lead, { seq: 5, percent: 9 })).body).toMatchObject({
    isCancelled: true,
  })
  expect(await read(videoId)).toMatchObject({ status: 'processing' })
  expect((await call.split(whole, split)).status).toBe(422)
  await call.fail(whole, 'damaged', false)
  expect(await read(videoId)).toMatchObject({ status: 'failed' })
})

test('a film without pictures is ready all the same', async () => {
  const { videoId, lead, firstPart } = await begin()
  await call.split(lead, split)
  await call.complete(lead, await reportSound(lead))
  await makeChunks(firstPart, 3)
  await call.fail(await player.nthPart(firstPart + 3), 'damaged', false)
  expect(await read(videoId)).toMatchObject({ status: 'ready', posterUrl: null, failure: null })
})

test('what a Worker left behind between the last chunk and its film is composed by the cron', async () => {
  const { videoId, lead, firstPart } = await begin()
  await call.split(lead, split)
  await makeChunks(firstPart, 3)
  const done = "update tasks set state = 'done', finished_at = 1 where id = ?"
  await store(lead, ['audio/init.mp4'])
  await world.db.prepare(done).bind(lead.taskId).run()
  const encode = `insert into encodes (id, video_id, task_id, attempt, prefix, is_complete, created_at)
    values (?, ?, ?, 1, ?, 0, 1)`
  const { encodeId, taskId, output } = lead
  await world.db.prepare(encode).bind(encodeId, videoId, taskId, output.prefix).run()
  await world.cron('* * * * *')
  expect(await player.nthPart(firstPart + 3)).toMatchObject({ kind: 'pictures', videoId })
})

test('a film whose last part is done can no longer be stopped, and becomes ready', async () => {
  const { videoId, lead, firstPart } = await begin()
  await call.split(lead, split)
  await call.complete(lead, await reportSound(lead))
  await makeChunks(firstPart, 2)
  const last = await player.nthPart(firstPart + 2)
  // The Worker dies between the report and the film.
  const encode = `insert into chunks (task_id, parent_id, number, prefix, renditions, created_at)
    values (?, ?, 2, ?, ?, 1)`
  const { renditions } = await reportChunk(last)
  const values = [last.taskId, lead.taskId, last.output.prefix, JSON.stringify(renditions)]
  await world.db
    .prepare(encode)
    .bind(...values)
    .run()
  const done = "update tasks set state = 'done', finished_at = ? where id = ?"
  await world.db.prepare(done).bind(world.now(), last.taskId).run()

  expect((await world.as(owner).post(`/api/v1/videos/${videoId}/cancel`)).status).toBe(409)
  expect(await read(videoId)).toMatchObject({ status: 'processing' })
  await world.cron('* * * * *')
  const pictures = await player.nthPart(firstPart + 3)
  await call.complete(pictures, await reportPictures(pictures))
  expect(await read(videoId)).toMatchObject({ status: 'ready' })
})

test('stopping ends all parts, and what plays goes on playing', async () => {
  const { videoId, lead, firstPart } = await begin()
  await call.split(lead, split)
  const chunk = await player.nthPart(firstPart)
  const stopped = await world.as(owner).post(`/api/v1/videos/${videoId}/cancel`)
  expect(stopped.body).toMatchObject({ status: 'failed', failure: { code: 'cancelled' } })
  for (const spec of [lead, chunk]) {
    const beat = await call.heartbeat(spec, { seq: 9, percent: 9 })
    expect(beat.body).toMatchObject({ isCancelled: true })
  }
  expect((await world.as(owner).post(`/api/v1/videos/${videoId}/cancel`)).status).toBe(409)
})

test('workspaces take turns in a lane', async () => {
  const { lead, firstPart } = await begin()
  await call.split(lead, split)
  const first = await player.nthPart(firstPart)
  const other = await world.user()
  const size = player.specs.length
  await world.upload(other, new Uint8Array(3000).fill(8))
  const theirs = await player.nthSpec(size + 1)
  player.status = 429
  await call.split(theirs, split)
  player.status = 202
  await call.complete(first, await reportChunk(first))
  expect(await player.nthPart(firstPart + 1)).toMatchObject({ videoId: theirs.videoId })
})
