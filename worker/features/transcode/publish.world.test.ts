import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AudioRendition, TaskSpec, VideoRendition } from '#contracts/task.ts'
import { type Player, call, createPlayer, storeOutputs } from '../../test/transcoder.ts'
import type { TestUser } from '../../test/user.ts'
import { type World, createWorld } from '../../test/world.ts'

let world: World
let player: Player
let owner: TestUser

beforeAll(async () => {
  player = await createPlayer()
  world = await createWorld({ transcoderUrl: player.url })
  owner = await world.user()
})
afterAll(async () => {
  await world.stop()
  player.stop()
})

const media = { durationMs: 8000, widthPx: 640, heightPx: 360, framesPerSecond: 30 }
const sizeBytes = 500

/** Stores `count` segments of two seconds and answers the rendition that they make. */
async function make(spec: TaskSpec, name: string, count: number): Promise<VideoRendition> {
  const keys = Array.from({ length: count }, (_, n) => `${name}/seg_0000${n}.m4s`)
  for (const key of [`${name}/init.mp4`, ...keys]) {
    await world.bucket.put(spec.output.prefix + key, new Uint8Array(sizeBytes))
  }
  const heightPx = Number.parseInt(name, 10) || 360
  return {
    ...{ name, kind: 'video', codecs: 'avc1.64001e', initKey: `${name}/init.mp4` },
    ...{ widthPx: Math.round((heightPx * 16) / 9), heightPx, framesPerSecond: 30 },
    ...{ peakBitsPerSecond: heightPx * 2000, averageBitsPerSecond: heightPx * 1500 },
    segments: keys.map((key) => ({ key, durationSeconds: 2, sizeBytes, keyFrameBytes: 100 })),
  }
}
async function makeSound(spec: TaskSpec, count: number): Promise<AudioRendition> {
  const { segments, initKey } = await make(spec, 'audio', count)
  return {
    ...{ name: 'audio', kind: 'audio', codecs: 'mp4a.40.2', initKey, segments },
    ...{ peakBitsPerSecond: 128_000, averageBitsPerSecond: 128_000, channels: 2, language: null },
    ...{ label: null, track: 0 },
  }
}

const reportOf = ({ attempt, leaseId }: TaskSpec) => ({
  ...{ attempt, leaseId, media },
  ...{ captions: [], pictures: null, choices: null, cpuSeconds: 1 },
})

/** A file that no browser plays, with its opening and its encode at the transcoder. */
async function begin() {
  const [openings, encodes] = [player.openings.length + 1, player.specs.length + 1]
  const { videoId } = await world.upload(owner, new Uint8Array(3000).fill(9))
  const opening = await player.nthOpening(openings)
  return { videoId, opening, encode: await player.nthSpec(encodes) }
}
const readVideo = async (videoId: string) =>
  (await world.as(owner).get(`/api/v1/videos/${videoId}`)).body
const readPlayback = (videoId: string) => world.as(owner).get(`/api/v1/videos/${videoId}/playback`)

async function readMaster(videoId: string): Promise<{ url: string; text: string }> {
  world.tick(1500)
  const { body } = await readPlayback(videoId)
  return { url: body.hlsUrl, text: await (await fetch(body.hlsUrl)).text() }
}
const read = async (master: string, uri: string) => fetch(new URL(uri, master))

test('an opening is the lowest rung alone, in short segments, before all encodes', async () => {
  const { opening, encode } = await begin()
  expect(opening).toMatchObject({ kind: 'opening', segmentSeconds: 2, gopSeconds: 2 })
  expect(opening.ladder.map(({ name }) => name)).toEqual(['360p'])
  expect(encode.ladder.length).toBeGreaterThan(1)
  expect(opening.encodeId).not.toBe(encode.encodeId)
})

test('an opening plays from its first segment on and grows until it is whole', async () => {
  const { videoId, opening } = await begin()
  expect(await readVideo(videoId)).toMatchObject({ playable: false, status: 'processing' })
  expect((await readPlayback(videoId)).status).toBe(409)

  const publish = async (count: number, isComplete: boolean) => {
    const both = [await make(opening, '360p', count), await makeSound(opening, count)]
    const renditions = both.map((rendition) => ({ rendition, isComplete }))
    expect((await call.publish(opening, { media, renditions })).status).toBe(200)
    return both
  }
  await publish(1, false)
  expect(await readVideo(videoId)).toMatchObject({
    ...{ playable: true, status: 'processing', durationMs: 8000, hasAudio: true },
  })
  const { url, text } = await readMaster(videoId)
  const uri = `e/${opening.encodeId}/a1/360p/live.m3u8`
  expect(text).toContain(uri)
  expect(text).not.toContain('FINAL')
  const first = await read(url, uri)
  expect(first.headers.get('cache-control')).toBe('private, no-cache')
  const firstText = await first.text()
  expect(firstText.match(/seg_/g)).toHaveLength(1)
  expect(firstText).not.toContain('ENDLIST')

  const both = await publish(4, false)
  expect((await (await read(url, uri)).text()).match(/seg_/g)).toHaveLength(4)
  const done = await call.complete(opening, { ...reportOf(opening), renditions: both })
  expect(done.status).toBe(200)
  const whole = await read(url, uri)
  expect(whole.headers.get('cache-control')).toContain('immutable')
  expect(await whole.text()).toContain('#EXT-X-ENDLIST')
  expect(await readVideo(videoId)).toMatchObject({ playable: true, status: 'processing' })
})

test('renditions join the lowest first; the sound stays one; the ladder ends it', async () => {
  const { videoId, opening, encode } = await begin()
  const early = [await make(opening, '360p', 4), await makeSound(opening, 4)]
  await call.publish(opening, {
    media,
    renditions: early.map((rendition) => ({ rendition, isComplete: false })),
  })
  const sound = await makeSound(encode, 2)
  const low = await make(encode, '360p', 2)
  const high = await make(encode, '720p', 2)
  const offer = (...made: (VideoRendition | AudioRendition)[]) =>
    call.publish(encode, {
      media,
      renditions: made.map((rendition) => ({ rendition, isComplete: true })),
    })

  expect((await offer(sound, low)).status).toBe(200)
  const second = (await readMaster(videoId)).text
  expect(second).toContain(`e/${encode.encodeId}/a1/360p/index.m3u8`)
  expect(second).not.toContain(`e/${opening.encodeId}/a1/360p/`)
  expect(second).toContain(`URI="e/${opening.encodeId}/a1/audio/live.m3u8"`)
  expect(second).not.toContain(`e/${encode.encodeId}/a1/audio`)
  expect(await readVideo(videoId)).toMatchObject({ status: 'processing', playable: true })

  await offer(high)
  const third = (await readMaster(videoId)).text
  expect(third).toContain('360p/index.m3u8')
  expect(third).toContain('720p/index.m3u8')

  const done = await call.complete(encode, { ...reportOf(encode), renditions: [sound, low, high] })
  expect(done.status).toBe(200)
  const last = (await readMaster(videoId)).text
  expect(last).toContain('#EXT-X-LANTERN-FINAL:YES')
  expect(last).toContain(`URI="e/${encode.encodeId}/a1/audio/index.m3u8"`)
  expect(last).not.toContain(opening.encodeId)
  expect(await readVideo(videoId)).toMatchObject({ status: 'ready' })
  expect((await readPlayback(videoId)).body.isFinal).toBe(true)
})

test('an opening that fails is no failure of the film', async () => {
  const { videoId, opening, encode } = await begin()
  await call.fail(opening, 'damaged', false)
  expect(await readVideo(videoId)).toMatchObject({ status: 'processing', failure: null })
  await call.complete(encode, await storeOutputs(world, encode))
  expect(await readVideo(videoId)).toMatchObject({ status: 'ready', playable: true })
})

test('what is not stored is not offered, and a zombie offers nothing', async () => {
  const { videoId, opening } = await begin()
  const rendition = await make(opening, '360p', 2)
  rendition.segments[1]!.sizeBytes += 1
  const wrong = { media, renditions: [{ rendition, isComplete: false }] }
  expect((await call.publish(opening, wrong)).body).toMatchObject({ code: 'invalid_fields' })
  expect(await readVideo(videoId)).toMatchObject({ playable: false })

  rendition.segments[1]!.sizeBytes -= 1
  await call.fail(opening, 'internal', true)
  const late = { media, renditions: [{ rendition, isComplete: false }] }
  expect((await call.publish(opening, late)).body).toMatchObject({ code: 'fenced' })
  expect(await readVideo(videoId)).toMatchObject({ playable: false })
})

test('the next attempt of an encode replaces what the lost one had offered', async () => {
  const { videoId, encode } = await begin()
  const offer = async (spec: TaskSpec, name: string) => {
    const rendition = await make(spec, name, 1)
    const reply = await call.publish(spec, { media, renditions: [{ rendition, isComplete: true }] })
    expect(reply).toMatchObject({ status: 200 })
  }
  await offer(encode, '360p')
  await call.fail(encode, 'internal', true)
  world.tick(16_000)
  await world.cron('* * * * *')
  world.tick(61_000)
  await world.cron('* * * * *')
  const isSecond = ({ taskId, attempt }: TaskSpec) => taskId === encode.taskId && attempt === 2
  await expect.poll(() => player.specs.some(isSecond), { timeout: 10_000 }).toBe(true)
  const second = player.specs.find(isSecond)!
  await offer(second, '480p')
  const { text } = await readMaster(videoId)
  expect(text).toContain(`e/${encode.encodeId}/a2/480p/index.m3u8`)
  expect(text).not.toContain('360p')
})

test('an opening goes a day after its ladder is whole, and not before', async () => {
  const { videoId, opening, encode } = await begin()
  const both = [await make(opening, '360p', 2), await makeSound(opening, 2)]
  await call.complete(opening, { ...reportOf(opening), renditions: both })
  const list = async () => (await world.bucket.list({ prefix: opening.output.prefix })).objects
  world.tick(25 * 3600_000)
  await world.cron('*/15 * * * *')
  expect((await list()).length).toBeGreaterThan(0)

  // Its token has ended with the day.
  await world.db
    .prepare("update tasks set state = 'done', finished_at = ? where id = ?")
    .bind(world.now(), encode.taskId)
    .run()
  await world.db
    .prepare("update videos set status = 'ready', encode_id = ? where id = ?")
    .bind(encode.encodeId, videoId)
    .run()
  world.tick(60_000)
  await world.cron('*/15 * * * *')
  expect((await list()).length).toBeGreaterThan(0)
  world.tick(24 * 3600_000)
  await world.cron('*/15 * * * *')
  expect(await list()).toEqual([])
})
