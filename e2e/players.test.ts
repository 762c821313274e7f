import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Playback } from '#contracts/video.ts'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectStatus } from '../scripts/lib/client.ts'
import type { TestUser } from '../worker/test/user.ts'
import { createWorld, type World } from '../worker/test/world.ts'
import { launchBrowser } from './lib/browser.ts'
import { countFirstPicture, fetchHls, playInFfmpeg, readPackets, readPicture } from './lib/hls.ts'
import { findFilms, makeClip } from './lib/media.ts'
import { playInShaka, playOnOurPage } from './lib/whole-film.ts'

const real = findFilms().find(({ file }) => file.includes('08-edit-list'))

let world: World
let browser: Browser
let owner: TestUser
let clip: string

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld({ transcoder: true }), launchBrowser()])
  owner = await world.user()
  clip = path.join(world.dir, 'made', 'clip.mp4')
  await mkdir(path.dirname(clip))
  await makeClip(clip)
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})

async function publish(file: string): Promise<Playback> {
  const { videoId } = await world.upload(owner, file, { visibility: 'unlisted' })
  await world.waitFor(videoId, 'ready', { limitMs: 120_000 })
  const reply = await world.as().get<Playback>(`/api/v1/videos/${videoId}/playback`)
  return expectStatus(reply, 200, 'playback')
}

const cases = [
  { name: 'a clip of 29.97 frames a second', file: () => clip, seconds: 13.3, frames: 30 },
  ...(real ? [{ name: 'a real film', file: () => real.file, seconds: 9, frames: 25 }] : []),
]

describe.each(cases)('the HLS of $name', ({ file, seconds, frames }) => {
  let playback: Playback
  let hls: Awaited<ReturnType<typeof fetchHls>>
  const masterUrl = () => new URL(playback.hlsUrl, world.url).href
  /** What we encoded: a file that is sane stays beside it, cut where it can be. */
  const isEncoded = ({ url }: { url: string }) => url.includes('/e/enc_')

  beforeAll(async () => {
    playback = await publish(file())
    hls = await fetchHls(masterUrl(), path.join(world.dir, 'hls', playback.videoId))
  })

  test('names at least two pictures and one sound', () => {
    const kinds = hls.streams.map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'video').length).toBeGreaterThanOrEqual(2)
    expect(kinds.filter((kind) => kind === 'audio')).toHaveLength(1)
  })

  test('starts every segment with a key frame', async () => {
    for (const { segments, url } of hls.streams.filter(({ kind }) => kind === 'video')) {
      for (const segment of segments) {
        const packets = await readPackets(segment.file)
        const first = packets[0]!
        expect(first.isKey, `${url} ${path.basename(segment.file)}`).toBe(true)
        expect(Math.min(...packets.map((packet) => packet.startSeconds))).toBe(first.startSeconds)
      }
    }
  })

  test('states durations that equal the media within one frame', async () => {
    for (const { kind, segments, playlist } of hls.streams) {
      const frameSeconds = kind === 'video' ? 1 / frames : 1024 / 44100
      let statedTotal = 0
      let lastEnd: number | undefined
      for (const { file: segmentFile, statedSeconds } of segments) {
        const packets = await readPackets(segmentFile)
        const start = Math.min(...packets.map((packet) => packet.startSeconds))
        const end = Math.max(...packets.map((packet) => packet.startSeconds + packet.seconds))
        expect(Math.abs(statedSeconds - (end - start))).toBeLessThan(frameSeconds)
        if (lastEnd !== undefined) expect(Math.abs(start - lastEnd)).toBeLessThan(frameSeconds)
        lastEnd = end
        statedTotal += statedSeconds
        expect(Math.round(statedSeconds)).toBeLessThanOrEqual(playlist.targetDuration)
      }
      const slack = frameSeconds + 1e-3
      expect(Math.abs(statedTotal - playback.durationMs / 1000)).toBeLessThan(slack + 1 / frames)
      if (kind === 'video') expect(Math.abs(statedTotal - seconds)).toBeLessThan(slack)
    }
  })

  test('cuts all renditions at the same moments', () => {
    const pictures = hls.streams.filter(({ kind }) => kind === 'video').filter(isEncoded)
    const cuts = pictures.map(({ segments }) => segments.map((one) => one.statedSeconds.toFixed(3)))
    for (const cut of cuts) expect(cut).toEqual(cuts[0])
  })

  test('holds pictures of the size that its master states, with square pixels', async () => {
    for (const variant of hls.variants.filter(({ uri }) => uri.startsWith('e/'))) {
      const stream = hls.streams.find(({ url }) => url.endsWith(variant.uri.replace(/^\.+/, '')))!
      const picture = await readPicture(stream.segments[0]!.file)
      expect({ width: picture.width, height: picture.height }).toEqual(variant.resolution)
      expect(picture.sample_aspect_ratio ?? '1:1').toBe('1:1')
    }
  })

  test('gives one picture a segment for scrubbing', async () => {
    const film = hls.streams.filter(isEncoded).find(({ kind }) => kind === 'video')!
    expect(hls.pictures).toHaveLength(film.segments.length)
    for (const file of hls.pictures) expect(await countFirstPicture(file), file).toBe(1)
  })

  test('plays to its end in ffmpeg without a word, as a whole and each variant', async () => {
    expect(await playInFfmpeg(masterUrl())).toBe('')
    for (const { url } of hls.streams) expect(await playInFfmpeg(url)).toBe('')
  })

  test('plays to its end in hls.js on our own page', () =>
    playOnOurPage({ browser, world }, playback, seconds))

  test('plays to its end in Shaka on a page of another origin', () =>
    playInShaka({ browser, world }, playback, seconds))
})
