import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Player, Source } from '../web/player/types.ts'
import { launchBrowser } from './lib/browser.ts'
import { filmSeconds, makeFilm, serveFilm, type Stand } from './lib/growing-film.ts'
import { chooseQuality, openQualities, readScreen } from './lib/watching.ts'

const wait = { timeout: 40_000 }

let dir: string
let browser: Browser
let film: Awaited<ReturnType<typeof serveFilm>>
let stand: Stand
let page: Page

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'growing-film-'))
  ;[browser] = await Promise.all([launchBrowser(), makeFilm(dir)])
  stand = { listed: [], isFinal: false, grownSeconds: undefined, sound: 'original' }
  film = await serveFilm(dir, stand)
})
afterAll(async () => {
  film?.stop()
  await browser?.close()
  await rm(dir, { recursive: true, force: true })
})
beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 1400, height: 900 }, reducedMotion: 'reduce' })
})
afterEach(() => page.close())

interface Seen {
  /** Waits and seeks after the first picture, and what broke. */
  faults: string[]
  heights: number[]
  /** The playhead at each of its steps. */
  times: number[]
}
interface InPage {
  player: Player
  seen: Seen
}

/** Opens the film and plays it from its first picture on, noting what a viewer would notice. */
async function play(first: Partial<Stand>): Promise<void> {
  const usual = { isFinal: false, grownSeconds: undefined, sound: 'original' }
  Object.assign(stand, usual, first)
  await page.goto(film.url)
  await page.waitForFunction(() => 'player' in globalThis)
  const source: Source = {
    ...{ videoId: 'vid_1', hlsUrl: '/p/token/v/vid_1/master.m3u8', title: 'Film', artist: 'Ada' },
    ...{ expiresAt: new Date(Date.now() + 3_600_000).toISOString(), isFinal: false },
    ...{ durationMs: filmSeconds * 1000, widthPx: 854, heightPx: 480, hasVideo: true },
    ...{
      playId: null,
      clip: null,
      posterUrl: null,
      storyboardUrl: null,
      peaksUrl: null,
      captions: [],
      chapters: [],
      downloads: [],
    },
  }
  await page.evaluate((wanted) => {
    const { player } = globalThis as unknown as InPage
    const seen: Seen = { faults: [], heights: [], times: [] }
    Object.assign(globalThis, { seen })
    const { video } = player
    video.muted = true
    const fault = ({ type }: Event) => seen.faults.push(`${type} at ${video.currentTime}`)
    video.addEventListener('playing', () => {
      for (const name of ['waiting', 'seeking', 'error']) video.addEventListener(name, fault)
    })
    video.addEventListener('resize', () => seen.heights.push(video.videoHeight))
    video.addEventListener('timeupdate', () => seen.times.push(video.currentTime))
    player.on('error', ({ kind }) => seen.faults.push(`failed: ${kind}`))
    player.load(wanted, { startMs: 0, autoplay: true })
  }, source)
}
const playedTo = (seconds: number) =>
  page.waitForFunction(
    (at) => (globalThis as unknown as InPage).player.video.currentTime >= at,
    seconds,
    wait,
  )
const setRate = (rate: number) =>
  page.locator('video').evaluate((video: HTMLVideoElement, at) => (video.playbackRate = at), rate)
const seen = () => page.evaluate(() => (globalThis as unknown as InPage).seen)
const ended = () => expect.poll(async () => (await readScreen(page)).ended, wait).toBe(true)
const status = () => page.locator('.vp-status').textContent()
const buffered = () =>
  page
    .locator('video')
    .evaluate(({ buffered: list }: HTMLVideoElement) =>
      Array.from({ length: list.length }, (_, index) => [list.start(index), list.end(index)]),
    )

/** It has gone on from the first picture to the last as if nothing had happened. */
async function expectSmooth(): Promise<void> {
  const { faults, times } = await seen()
  expect(faults).toEqual([])
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(await buffered()).toHaveLength(1)
  expect((await readScreen(page)).error).toBeNull()
}

test('qualities join a film that plays from its upload, and it plays to the end', async () => {
  await play({ listed: ['original'] })
  await playedTo(0.5)
  expect(await openQualities(page)).toEqual([])
  await setRate(0.75)

  stand.listed = ['original', 'rung180']
  await expect.poll(() => openAgain(), wait).toEqual(['Original (480p)', '180p'])
  stand.listed = ['original', 'rung180', 'rung360']
  const lines = page.getByRole('menuitemradio')
  await expect.poll(() => lines.allTextContents(), wait).toContain('360p')
  expect(await lines.allTextContents()).toEqual(['Auto (480p)', 'Original (480p)', '360p', '180p'])

  await chooseQuality(page, '360p')
  await expect.poll(async () => (await readScreen(page)).heightPx, wait).toBe(360)
  Object.assign(stand, { listed: ['rung180', 'rung360', 'rung480'], sound: 'encoded' })
  stand.isFinal = true
  await expect.poll(() => openAgain(), wait).toContain('480p')
  expect(await openChecked()).toBe('360p')
  await setRate(2)
  await chooseQuality(page, 'Auto')
  await ended()

  await expectSmooth()
  const { heights } = await seen()
  expect(heights.slice(0, 2)).toEqual([480, 360])
})

test('a film that opened with its lowest rung gets sharper by itself', async () => {
  const segments: string[] = []
  page.on('request', (request) => {
    if (request.url().endsWith('.m4s')) segments.push(request.url())
  })
  await play({ listed: ['opening'], sound: 'encoded' })
  await playedTo(0.5)
  stand.listed = ['rung180', 'rung360']
  await expect.poll(() => openAgain(), wait).toContain('360p')
  Object.assign(stand, { listed: ['rung180', 'rung360', 'rung480'], isFinal: true })
  await expect.poll(async () => (await readScreen(page)).heightPx, wait).toBe(480)
  const { heights } = await seen()
  expect(heights).toEqual(heights.toSorted((a, b) => a - b))
  expect(heights[0]).toBe(180)
  await setRate(3)
  await ended()
  await expectSmooth()
  expect(segments).toEqual([...new Set(segments)])
  expect(Math.abs((await readScreen(page)).currentTime - filmSeconds)).toBeLessThan(0.15)
})

test('a film that grows has its whole length and waits in plain words for what is not there', async () => {
  await play({ listed: ['opening'], grownSeconds: 8, sound: 'encoded' })
  await playedTo(0.5)
  const first = await readScreen(page)
  expect(first.currentTime).toBeLessThan(4)
  expect(Math.abs(first.duration - filmSeconds)).toBeLessThan(0.1)
  await setRate(4)
  await expect.poll(status, wait).toContain('still being prepared')
  expect(await page.locator('.vp-status').isVisible()).toBe(true)
  expect((await readScreen(page)).currentTime).toBeLessThan(8.1)

  stand.grownSeconds = 16
  await playedTo(9)
  expect(await status()).toBe('')
  await setRate(1)
  await page.evaluate(() => (globalThis as unknown as InPage).player.seekTo(30_000))
  await expect.poll(status, wait).toContain('still being prepared')
  stand.grownSeconds = 20
  for (const _ of ['the old one, on its way', 'the longer one']) {
    await page.waitForResponse('**/live.m3u8', wait)
  }
  expect(await status()).toContain('still being prepared')
  expect((await readScreen(page)).currentTime).toBe(30)
  stand.grownSeconds = filmSeconds + 1
  await playedTo(30.5)
  expect(await status()).toBe('')
  expect((await seen()).faults.filter((fault) => fault.startsWith('seeking'))).toHaveLength(1)
  await setRate(4)
  await ended()
  const { currentTime, error } = await readScreen(page)
  expect(error).toBeNull()
  expect(Math.abs(currentTime - filmSeconds)).toBeLessThan(0.15)
})

test('a film stored lying is upright, also where it changes to a conversion', async () => {
  await play({ listed: ['turned'] })
  await playedTo(0.5)
  expect(await readColours()).toEqual(['red', 'blue'])
  expect(await readScreen(page)).toMatchObject({ widthPx: 480, heightPx: 854 })
  stand.listed = ['turned', 'upright']
  await expect.poll(() => openAgain(), wait).toEqual(['Original (480p)', '180p'])
  await chooseQuality(page, '180p')
  await expect.poll(async () => (await readScreen(page)).heightPx, wait).toBe(320)
  expect((await readScreen(page)).widthPx).toBe(180)
  expect(await readColours()).toEqual(['red', 'blue'])
  expect(await openAgain()).toContain('Original (480p)')
  await chooseQuality(page, 'Original (480p)')
  await expect.poll(async () => (await readScreen(page)).heightPx, wait).toBe(854)
  expect(await readColours()).toEqual(['red', 'blue'])
  const { faults } = await seen()
  expect(faults).toEqual([])
})

test('an upload that the browser cannot play is waited for until a conversion is there', async () => {
  await play({ listed: ['foreign'] })
  await expect.poll(status, wait).toContain('still being prepared')
  stand.listed = ['foreign', 'rung180']
  await playedTo(1)
  expect((await readScreen(page)).heightPx).toBe(180)
  expect((await seen()).faults).toEqual([])
})

/** The list of qualities, opened anew. */
async function openAgain(): Promise<string[]> {
  await page.keyboard.press('Escape')
  return openQualities(page)
}
const openChecked = () =>
  page.getByRole('menuitemradio', { checked: true }).locator('span').last().textContent()

/** Of the picture as shown: near its upper edge, near its lower one. */
const readColours = () =>
  page.locator('video').evaluate((video: HTMLVideoElement) => {
    const canvas = document.createElement('canvas')
    Object.assign(canvas, { width: 30, height: 30 })
    const pen = canvas.getContext('2d')!
    pen.drawImage(video, 0, 0, 30, 30)
    return [3, 26].map((y) => {
      const [red = 0, , blue = 0] = pen.getImageData(15, y, 1, 1).data
      return red > blue ? 'red' : 'blue'
    })
  })
