import path from 'node:path'
import { mkdir } from 'node:fs/promises'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { makeMedia } from '../worker/test/media.ts'
import type { TestVideo } from '../worker/test/video.ts'
import { createWorld, type World } from '../worker/test/world.ts'
import { launchBrowser, openVisitor } from './lib/browser.ts'
import { startOtherSite } from './lib/other-site.ts'
import {
  mintToken,
  noteStalls,
  readStalls,
  runClock,
  shortenLinks,
  watchTokens,
} from './lib/renewing.ts'
import { readScreen, startFilm } from './lib/watching.ts'

const wait = { timeout: 60_000 }
const lifeMs = 10_000

let world: World
let browser: Browser
let video: TestVideo
let visitor: BrowserContext
let page: Page
let stopClock: () => void

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld(), launchBrowser()])
  const mediaDir = path.join(world.dir, 'two-minutes')
  await mkdir(mediaDir)
  await makeMedia(mediaDir, 120)
  video = await world.video({ visibility: 'unlisted', mediaDir })
  stopClock = runClock(world)
})
afterAll(async () => {
  stopClock?.()
  await browser?.close()
  await world?.stop()
})
beforeEach(async () => {
  visitor = await openVisitor(browser, world)
  page = await visitor.newPage()
  await noteStalls(page)
})
afterEach(() => visitor.close())

/** Four times as fast, from the first moving picture on. */
async function play() {
  await page.goto(`/watch/${video.id}`)
  await startFilm(page)
  await expect.poll(currentTime, wait).toBeGreaterThan(0.2)
  await page.locator('video').evaluate((film: HTMLVideoElement) => (film.playbackRate = 4))
}
const currentTime = async () => (await readScreen(page)).currentTime

test('two minutes of film play through tokens of ten seconds, and stand still at none', async () => {
  await shortenLinks(page, world, lifeMs)
  const tokens = watchTokens(page)
  const refused: string[] = []
  page.on('response', (response) => {
    if (response.status() === 403) refused.push(response.url())
  })
  await play()
  await expect.poll(async () => (await readScreen(page)).ended, wait).toBe(true)
  expect(await readStalls(page)).toEqual([])
  expect((await readScreen(page)).decodedAudioBytes).toBeGreaterThan(100_000)
  expect(tokens().length).toBeGreaterThanOrEqual(3)
  expect(refused).toEqual([])
})

test('a refused segment is asked for again under the next token, and nobody sees it', async () => {
  const tokens = watchTokens(page)
  const given = await shortenLinks(page, world, 3_600_000)
  let refusals = 0
  await page.route('**/180p/seg_00012.m4s', async (route) => {
    if (refusals++ > 0) return route.fallback()
    await route.fulfill({ status: 403, json: { code: 'playback_denied' } })
  })
  await play()
  await expect.poll(currentTime, wait).toBeGreaterThan(30)
  expect(refusals).toBe(2)
  expect(given).toHaveLength(2)
  expect(tokens()).toEqual(given)
  expect(await readStalls(page)).toEqual([])
})

test('renewals that fail are tried again while the token lives', async () => {
  await shortenLinks(page, world, lifeMs)
  const tokens = watchTokens(page)
  let asked = 0
  await page.route('**/api/v1/videos/*/playback', async (route) => {
    asked += 1
    if (asked === 2 || asked === 3) await route.abort('connectionfailed')
    else await route.fallback()
  })
  await play()
  await expect.poll(currentTime, wait).toBeGreaterThan(70)
  expect(asked).toBeGreaterThanOrEqual(4)
  expect(tokens().length).toBeGreaterThanOrEqual(2)
  expect(await readStalls(page)).toEqual([])
})

test('a page that comes back from a sleep renews first', async () => {
  const given = await shortenLinks(page, world, lifeMs)
  const tokens = watchTokens(page)
  const refused: string[] = []
  page.on('response', (response) => {
    if (response.status() === 403) refused.push(response.url())
  })
  await page.goto(`/watch/${video.id}`)
  await startFilm(page)
  await expect.poll(currentTime, wait).toBeGreaterThan(0.2)
  await page.keyboard.press('k')
  await expect.poll(() => Date.now(), wait).toBeGreaterThan(startOf(given) + lifeMs)
  await page.locator('video').evaluate((film: HTMLVideoElement) => (film.currentTime = 90))
  await page.keyboard.press('k')
  await expect.poll(currentTime, wait).toBeGreaterThan(91)
  expect(tokens().length).toBeGreaterThanOrEqual(2)
  expect(refused).toEqual([])
})

test('a frame asks the page around it for its next token', async () => {
  const site = await startOtherSite()
  onTestFinished(site.stop)
  const next = async () => (await mintToken(world, video.id, lifeMs)).token
  const tokens = watchTokens(page)
  const src = `${world.url}/embed/${video.id}?autoplay=1&muted=1&token=${await next()}`
  await page.exposeFunction('nextToken', next)
  await page.goto(`${site.origins[0]}/?src=${encodeURIComponent(src)}`)
  const frame = (await (await page.locator('iframe').elementHandle())!.contentFrame())!
  await page.addScriptTag({
    type: 'module',
    content: `import { connect } from '${world.url}/embed-client.js'
      const player = connect(document.querySelector('iframe'))
      player.on('renew', async () => player.setToken(await nextToken()))
      await player.ready
      player.setRate(4)`,
  })
  const film = frame.locator('video')
  const position = () => film.evaluate(({ currentTime }: HTMLVideoElement) => currentTime)
  await expect.poll(position, wait).toBeGreaterThan(70)
  expect(tokens().length).toBeGreaterThanOrEqual(2)
  expect(await readStalls(frame)).toEqual([])
})

const startOf = (given: string[]): number => {
  const payload = Buffer.from(given[0]!.split('.')[1]!, 'base64url').toString()
  return (JSON.parse(payload) as { x: number }).x * 1000 - lifeMs
}
