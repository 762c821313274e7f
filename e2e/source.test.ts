import path from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectStatus } from '../scripts/lib/client.ts'
import { ffmpeg } from '../scripts/lib/clip.ts'
import { type Player, createPlayer } from '../worker/test/transcoder.ts'
import type { TestUser } from '../worker/test/user.ts'
import { createWorld, type World } from '../worker/test/world.ts'
import { launchBrowser, openVisitor } from './lib/browser.ts'
import { watchFaults } from './lib/faults.ts'
import { playInFfmpeg } from './lib/hls.ts'
import { serveShaka } from './lib/shaka.ts'
import { readScreen, startFilm } from './lib/watching.ts'

const wait = { timeout: 30_000 }
const seconds = 24

let world: World
let browser: Browser
let owner: TestUser
/** Takes tasks and never works on them: what plays is the uploaded file alone. */
let idle: Player

beforeAll(async () => {
  idle = await createPlayer()
  ;[world, browser] = await Promise.all([createWorld({ transcoderUrl: idle.url }), launchBrowser()])
  owner = await world.user()
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
  idle?.stop()
})

const inputs = [
  ...['-f', 'lavfi', '-i', `testsrc2=size=640x360:rate=30:duration=${seconds}`],
  ...['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=44100:duration=${seconds}`],
]
const h264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '3', '-pix_fmt', 'yuv420p']
const aac = ['-c:a', 'aac', '-b:a', '96k']

const cases = [
  {
    name: 'an MP4 with B-frames and its index at the end',
    file: 'film.mp4',
    options: [...h264, ...aac],
  },
  { name: 'a Matroska film', file: 'film.mkv', options: [...h264, '-g', '75', ...aac] },
  { name: 'a transport stream', file: 'film.ts', options: [...h264, '-g', '75', ...aac] },
  {
    name: 'a fragmented MP4',
    file: 'fragmented.mp4',
    options: [...h264, '-g', '60', ...aac, '-movflags', '+frag_keyframe+empty_moov'],
  },
]

describe.each(cases)('$name, uncoded', ({ file, options }) => {
  let videoId: string
  let masterUrl: string
  let visitor: BrowserContext
  let page: Page
  let faults: () => string[]

  beforeAll(async () => {
    const clip = path.join(world.dir, file)
    await ffmpeg([...inputs, ...options, clip])
    ;({ videoId } = await world.upload(owner, clip, { visibility: 'unlisted' }))
    const reply = await world.as().get(`/api/v1/videos/${videoId}/playback`)
    masterUrl = expectStatus(reply, 200, 'playback')['hlsUrl']
    visitor = await openVisitor(browser, world)
    faults = watchFaults(visitor)
    page = await visitor.newPage()
  })
  afterAll(() => visitor?.close())

  test('plays to its end in ffmpeg without a word', async () => {
    expect(await playInFfmpeg(masterUrl)).toBe('')
  })

  test('is found at fifty random moments on our own page, and plays to its end', async () => {
    await page.goto(`/watch/${videoId}`)
    await startFilm(page)
    await expect.poll(async () => (await readScreen(page)).currentTime, wait).toBeGreaterThan(0.2)
    const wrong = await page.locator('video').evaluate(async (element, end) => {
      const video = element as HTMLVideoElement
      video.pause()
      const misses: string[] = []
      for (let i = 0; i < 50; i++) {
        // A fixed sequence, so that a miss can be looked at again.
        const target = ((i * 0.618_033_988_75) % 1) * (end - 0.5)
        const shown = new Promise<number>((resolve) =>
          video.requestVideoFrameCallback((_now, { mediaTime }) => resolve(mediaTime)),
        )
        video.currentTime = target
        const late = new Promise<number>((resolve) => setTimeout(resolve, 10_000, Number.NaN))
        const mediaTime = await Promise.race([shown, late])
        if (!(Math.abs(mediaTime - target) <= 1 / 30 + 0.001)) {
          misses.push(`${target.toFixed(3)}: ${mediaTime}`)
        }
      }
      return misses
    }, seconds)
    expect(wrong).toEqual([])

    await page.locator('video').evaluate((element: HTMLVideoElement) => {
      element.currentTime = 0
      element.playbackRate = 8
      return element.play()
    })
    await expect.poll(async () => (await readScreen(page)).ended, wait).toBe(true)
    const screen = await readScreen(page)
    expect(Math.abs(screen.currentTime - seconds)).toBeLessThan(0.15)
    expect(screen.decodedAudioBytes).toBeGreaterThan(0)
    expect(faults()).toEqual([])
  })

  test('plays to its end in Shaka on a page of another origin', async () => {
    const shaka = await serveShaka()
    const other = await visitor.newPage()
    await other.goto(`${shaka.url}?url=${encodeURIComponent(masterUrl)}`)
    await expect.poll(async () => (await readScreen(other)).currentTime, wait).toBeGreaterThan(0.2)
    await other.locator('video').evaluate((video: HTMLVideoElement) => (video.playbackRate = 8))
    await expect.poll(async () => (await readScreen(other)).ended, wait).toBe(true)
    expect(await other.evaluate('problems')).toEqual([])
    await other.close()
    shaka.stop()
  })
})
