import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Playback } from '#contracts/video.ts'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectStatus } from '../scripts/lib/client.ts'
import { createWorld, type World } from '../worker/test/world.ts'
import { launchBrowser, openVisitor } from './lib/browser.ts'
import { watchFaults } from './lib/faults.ts'
import { fetchHls, playInFfmpeg, readPackets } from './lib/hls.ts'
import { makeClip } from './lib/media.ts'
import { serveShaka } from './lib/shaka.ts'
import { chooseQuality, openQualities, readScreen, startFilm } from './lib/watching.ts'

const wait = { timeout: 60_000 }
const seconds = 7

let world: World
let browser: Browser
let visitor: BrowserContext
let faults: () => string[]
let playback: Playback
let hls: Awaited<ReturnType<typeof fetchHls>>

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld({ transcoder: true }), launchBrowser()])
  const owner = await world.user()
  const settings = `/api/v1/workspaces/${owner.workspaceId}/settings/transcode`
  const codecs = ['h264', 'hevc', 'av1']
  expectStatus(await world.as(owner).patch(settings, { codecs }), 200, 'settings')
  const clip = path.join(world.dir, 'made', 'clip.mp4')
  await mkdir(path.dirname(clip))
  await makeClip(clip, seconds)
  const { videoId } = await world.upload(owner, clip, { visibility: 'unlisted' })
  await world.waitFor(videoId, 'ready', { limitMs: 120_000 })
  const reply = await world.as().get<Playback>(`/api/v1/videos/${videoId}/playback`)
  playback = expectStatus(reply, 200, 'playback')
  hls = await fetchHls(masterUrl(), path.join(world.dir, 'hls'))
  visitor = await openVisitor(browser, world)
  faults = watchFaults(visitor)
})
afterAll(async () => {
  await visitor?.close()
  await browser?.close()
  await world?.stop()
})

const masterUrl = () => new URL(playback.hlsUrl, world.url).href
const nameOf = (url: string) => url.split('/').at(-2)!
const isEncoded = ({ url }: { url: string }) => url.includes('/e/enc_')

test('the master lists the sharp rung in each codec, H.264 first', () => {
  const made = hls.variants.filter(({ uri }) => uri.startsWith('e/'))
  const codecs = Object.fromEntries(
    made.map(({ uri, codecs: text }) => [nameOf(uri), text?.split(',')[0]]),
  )
  expect(codecs).toEqual({
    '360p': expect.stringMatching(/^avc1\.6400/),
    '480p': expect.stringMatching(/^avc1\.6400/),
    '480phevc': expect.stringMatching(/^hvc1\.1\.6\.L\d+\.[0-9A-F]{2}$/),
    '480pav1': 'av01.0.04M.08',
  })
  expect(hls.variants[0]?.codecs).toContain('avc1.')
  const bitsOf = (name: string) => made.find(({ uri }) => nameOf(uri) === name)!.averageBandwidth!
  expect(bitsOf('480pav1')).toBeLessThan(bitsOf('480p'))
})

test('all codecs are cut at the same moments, each segment at a key frame from 0 on', async () => {
  const pictures = hls.streams.filter(({ kind }) => kind === 'video').filter(isEncoded)
  expect(pictures).toHaveLength(4)
  const cuts = pictures.map(({ segments }) => segments.map((one) => one.statedSeconds.toFixed(3)))
  for (const cut of cuts) expect(cut).toEqual(cuts[0])
  for (const { url, segments } of pictures) {
    for (const { file } of segments) {
      const packets = await readPackets(file)
      const keys = packets.filter(({ isKey }) => isKey).map(({ startSeconds }) => startSeconds)
      const start = Math.min(...packets.map(({ startSeconds }) => startSeconds))
      expect(keys[0], `${nameOf(url)} ${file}`).toBe(start)
      for (const [i, key] of keys.entries()) expect(key - start).toBeCloseTo(i * 2.002, 2)
    }
    expect(await playInFfmpeg(url), nameOf(url)).toBe('')
  }
})

test('our player takes AV1 where it is as cheap, and lists each height once', async () => {
  const page = await visitor.newPage()
  const loaded = watchSegments(page)
  await page.goto(`/watch/${playback.videoId}`)
  await startFilm(page)
  expect(await openQualities(page)).toEqual(['480p', '360p'])
  await chooseQuality(page, '480p')
  await expect.poll(() => loaded().has('480pav1'), wait).toBe(true)
  await playToEnd(page)
  expect((await readScreen(page)).heightPx).toBe(480)
  expect([...loaded()].filter((name) => /^480p(hevc)?$/.test(name))).toEqual([])
  expect(faults()).toEqual([])
  await page.close()
})

test('our player stays with H.264 where only that is decoded in hardware', async () => {
  const page = await visitor.newPage()
  const loaded = watchSegments(page)
  await page.addInitScript(() => {
    const verdict = (video: VideoConfiguration | undefined) => ({
      ...{ supported: true, smooth: true },
      powerEfficient: video?.contentType.includes('avc1') ?? false,
    })
    Object.assign(navigator.mediaCapabilities, {
      decodingInfo: async ({ video }: MediaDecodingConfiguration) => verdict(video),
    })
  })
  await page.goto(`/watch/${playback.videoId}`)
  await startFilm(page)
  expect(await openQualities(page)).toEqual(['480p', '360p'])
  await chooseQuality(page, '480p')
  await expect.poll(() => loaded().has('480p'), wait).toBe(true)
  expect(loaded().has('480pav1')).toBe(false)
  await page.close()
})

test('a player that leaves the choice to hls.js or Shaka plays it too', async () => {
  const shaka = await serveShaka()
  const page = await visitor.newPage()
  const loaded = watchSegments(page)
  await page.goto(`${shaka.url}?url=${encodeURIComponent(masterUrl())}`)
  await playToEnd(page)
  expect(await page.evaluate('problems')).toEqual([])
  expect(loaded().size).toBeGreaterThan(1)
  await page.close()
  shaka.stop()
})

/** The names of the renditions of which segments were asked for. */
function watchSegments(page: Page): () => Set<string> {
  const names = new Set<string>()
  page.on('request', (request) => {
    if (request.url().endsWith('.m4s')) names.add(nameOf(request.url()))
  })
  return () => names
}

async function playToEnd(page: Page): Promise<void> {
  await expect.poll(async () => (await readScreen(page)).currentTime, wait).toBeGreaterThan(0.2)
  await expect.poll(async () => (await readScreen(page)).ended, wait).toBe(true)
  const { currentTime, error } = await readScreen(page)
  expect(error).toBeNull()
  expect(Math.abs(currentTime - seconds)).toBeLessThan(0.15)
}
