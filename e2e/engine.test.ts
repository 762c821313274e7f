import type { Browser, BrowserContext, Page, Route } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { TestVideo } from '../worker/test/video.ts'
import { createWorld, type World } from '../worker/test/world.ts'
import { findBarriers } from './lib/axe.ts'
import { launchBrowser, openVisitor } from './lib/browser.ts'
import { watchFaults } from './lib/faults.ts'
import { readScreen, startFilm } from './lib/watching.ts'

const wait = { timeout: 30_000 }

let world: World
let browser: Browser
let video: TestVideo
let visitor: BrowserContext
let page: Page

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld(), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})
beforeEach(async () => {
  video = await world.video()
  visitor = await openVisitor(browser, world)
  page = await visitor.newPage()
})
afterEach(() => visitor.close())

const player = () => page.getByRole('region', { name: 'Video player' })
const open = () => page.goto(`/watch/${video.id}`)
const currentTime = async () => (await readScreen(page)).currentTime
const hasEnded = async () => (await readScreen(page)).ended

const plays = async () => {
  const asked = world.db.prepare('select * from play_sessions where video_id = ?').bind(video.id)
  return (await asked.all()).results
}

test('a film is seen and heard, tells of itself with each segment and how it went at its end', async () => {
  const faults = watchFaults(visitor)
  const told: Record<string, string>[] = []
  page.on('request', (request) => {
    if (request.url().endsWith('.m4s')) told.push(request.headers())
  })
  await open()
  await startFilm(page)
  await expect.poll(hasEnded, wait).toBe(true)
  expect((await readScreen(page)).decodedAudioBytes).toBeGreaterThan(0)

  await expect.poll(plays, wait).toHaveLength(1)
  const [play] = await plays()
  expect(play).toMatchObject({ exit: 'ended', error: null, place: 'watch', device: 'desktop' })
  expect(play!['startup_ms']).toBeGreaterThanOrEqual(0)
  expect(play!['watched_ms']).toBeGreaterThan(2000)
  expect(play!['watched_ms']).toBeLessThan(10_000)
  expect(play!['height_px']).toBe(180)
  expect(play!['mean_kbps']).toBeGreaterThan(0)

  expect(told.length).toBeGreaterThanOrEqual(4)
  for (const headers of told) {
    expect(headers['cmcd-session']).toContain(`sid="${play!['play_id']}"`)
    expect(headers['cmcd-object']).toMatch(/ot=[avi]/)
    expect(headers['cmcd-request']).not.toContain('nor=')
  }
  expect(faults()).toEqual([])

  const maker = await openVisitor(browser, world, { user: video.owner })
  const studio = await maker.newPage()
  await studio.goto(`/studio/videos/${video.id}`)
  await studio.getByText(/^1 play in the last 90 days\. Half start within \d+\.\d s/).waitFor()
  await maker.close()
})

test('who leaves tells of the play so far, and who never asked to play of nothing', async () => {
  // Nothing runs in this page: a script from here would count as a viewer's act, and start the film.
  const loaded = page.waitForResponse(/180p\/seg_00000\.m4s/)
  await open()
  await (await loaded).finished()
  await page.goto('about:blank')

  await open()
  await startFilm(page)
  await expect.poll(currentTime, wait).toBeGreaterThan(0.5)
  await page.goto('about:blank')
  await expect.poll(plays, wait).toMatchObject([{ exit: 'left' }])
})

test('technical details stand over the film, are copied and closed again', async () => {
  await visitor.grantPermissions(['clipboard-read', 'clipboard-write'])
  await open()
  await startFilm(page)
  await expect.poll(currentTime, wait).toBeGreaterThan(0.2)
  await page.keyboard.press('Shift+D')
  const details = player().getByRole('region', { name: 'Technical details' })
  await expect.poll(() => details.textContent(), wait).toContain('320 × 180')
  const words = await details.innerText()
  for (const part of ['180p', 'avc1', 'mp4a', 'Loaded ahead', 'Mbit/s', 'Frames dropped']) {
    expect(words).toContain(part)
  }
  expect(await findBarriers(page)).toEqual([])
  await details.getByRole('button', { name: 'Copy' }).click()
  await details.getByRole('button', { name: 'Copied' }).waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('Picture: 320 × 180')
  await page.keyboard.press('Shift+D')
  await expect.poll(() => details.count()).toBe(0)

  await player().hover()
  await player().getByRole('button', { name: 'Settings' }).click()
  await player()
    .getByRole('menuitem', { name: /^Technical details/ })
    .click()
  await details.getByRole('button', { name: 'Close' }).click()
  await expect.poll(() => details.count()).toBe(0)
})

const problem = (status: number, code: string) => (route: Route) =>
  route.fulfill({
    status,
    headers: { 'x-request-id': 'req_01kaf3v9gq8y2n5s7t4w6x0z1b' },
    contentType: 'application/problem+json',
    body: JSON.stringify({ code, status }),
  })

test.each([
  [403, 'playback_denied', 'can’t be played here'],
  [429, 'streams_limit', 'As many people are watching'],
  [404, 'not_found', 'is not there'],
])(
  'a film that answers %d %s says so, and plays once that is over',
  async (status, code, words) => {
    await page.route('**/master.m3u8', problem(status, code))
    await open()
    const panel = player().getByRole('alert')
    await panel.getByText(words).waitFor()
    await panel.getByText('req_01kaf3v9gq8y2n5s7t4w6x0z1b').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await page.unroute('**/master.m3u8')
    await panel.getByRole('button', { name: 'Try again' }).click()
    await expect.poll(hasEnded, wait).toBe(true)
    await expect.poll(() => panel.isVisible()).toBe(false)
  },
)

test('a link that is withdrawn ends the film where nothing is left of it, not before', async () => {
  await page.route('**/seg_00001.m4s', problem(403, 'playback_denied'))
  let isFirst = true
  await page.route('**/api/v1/videos/*/playback', (route) => {
    if (!isFirst) return problem(404, 'not_found')(route)
    isFirst = false
    return route.fallback()
  })
  await open()
  await startFilm(page)
  await player().getByText('This video is not available any more.').waitFor()
  expect(await currentTime()).toBeGreaterThan(1.5)
  await expect
    .poll(async () => (await plays()).at(-1), wait)
    .toMatchObject({
      exit: 'error',
      error: 'withdrawn',
    })
})

test('a film goes on by itself once the connection is back', async () => {
  let isCut = true
  await page.route('**/seg_00001.m4s', (route) =>
    isCut ? route.abort('internetdisconnected') : route.fallback(),
  )
  await open()
  await startFilm(page)
  await visitor.setOffline(true)
  await expect.poll(currentTime, wait).toBeGreaterThan(1.5)
  await player().getByText('You are offline.').waitFor()
  isCut = false
  await visitor.setOffline(false)
  await expect.poll(hasEnded, wait).toBe(true)
})
