import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { TestUser } from '../worker/test/user.ts'
import { createWorld, type World } from '../worker/test/world.ts'
import { findBarriers } from './lib/axe.ts'
import { launchBrowser, openVisitor } from './lib/browser.ts'
import { watchFaults } from './lib/faults.ts'
import { makeClip, makeHeavyClip } from './lib/media.ts'
import { chooseFiles, rowOf } from './lib/uploading.ts'
import { readScreen, startFilm } from './lib/watching.ts'

const wait = { timeout: 20_000 }

/** Nothing is converted here: what plays is the uploaded file itself. */
let world: World
let browser: Browser
let user: TestUser
let visitor: BrowserContext
let page: Page
let faults: () => string[]
let film: string
let longFilm: string

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld(), launchBrowser()])
  const fileNamed = (name: string) => path.join(world.dir, 'files', name)
  ;[film, longFilm] = [fileNamed('harbour.mp4'), fileNamed('night-train.mp4')]
  mkdirSync(fileNamed(''))
  await Promise.all([makeClip(film), makeHeavyClip(longFilm)])
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})

beforeEach(async () => {
  user = await world.user({ displayName: 'Night Watch' })
  visitor = await openVisitor(browser, world, { user })
  await visitor.grantPermissions(['clipboard-read', 'clipboard-write'])
  faults = watchFaults(visitor)
  page = await visitor.newPage()
  await page.goto('/studio/upload')
})
afterEach(() => visitor.close())

const partNumberOf = (url: URL): number =>
  url.pathname.startsWith('/cdn-cgi/local/r2/s3/') ? Number(url.pathname.split('/').at(-1)) : 0

/** Of eight parts, the four in the middle stay on their way until the returned function runs. */
async function holdMiddle(): Promise<() => void> {
  const gate = Promise.withResolvers<void>()
  const isMiddle = (url: URL) => partNumberOf(url) > 3 && partNumberOf(url) < 8
  await page.route(isMiddle, (route) => gate.promise.then(() => route.continue()))
  return gate.resolve
}

const player = (row: Locator) => row.getByRole('region', { name: 'Video player' })

async function playInRow(row: Locator): Promise<void> {
  const play = player(row).getByRole('button', { name: 'Play' })
  await play.click()
  await expectRunning()
}

async function expectRunning(): Promise<void> {
  const { currentTime } = await readScreen(page)
  await expect
    .poll(async () => (await readScreen(page)).currentTime, wait)
    .toBeGreaterThan(currentTime + 0.5)
}

test('a film plays in its row before anything is converted, and its link opens it', async () => {
  await chooseFiles(page, [film])
  const row = rowOf(page, film)
  await row.getByText('Plays now, sharper versions coming', { exact: true }).waitFor()
  await row.getByRole('listitem').filter({ hasText: 'Original, ready' }).waitFor()
  await page.getByRole('status').filter({ hasText: 'harbour.mp4 plays now' }).waitFor()
  expect((await readScreen(page)).paused).toBe(true)
  await playInRow(row)
  expect(await findBarriers(page)).toEqual([])

  await row.getByText('Only you and the members of').waitFor()
  await row.getByRole('button', { name: 'Copy link' }).click()
  await page.getByText('The link is copied.').waitFor()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  await page.goto(link)
  await page.getByRole('heading', { name: 'harbour', exact: true }).waitFor()
  await startFilm(page)
  await expectRunning()
  expect(faults()).toEqual([])
})

test('one press lets anyone with the link watch a film that is not converted yet', async () => {
  await chooseFiles(page, [film])
  const row = rowOf(page, film)
  await row.getByRole('button', { name: 'Let anyone with the link watch' }).click()
  await row.getByText('Anyone who has it can watch.').waitFor()
  await row.getByText('Saved').waitFor()
  const copy = row.getByRole('button', { name: 'Copy link' })
  expect(await copy.evaluate((button) => button === document.activeElement)).toBe(true)
  const link = await row.getByRole('textbox', { name: 'Link works now' }).inputValue()

  const stranger = await openVisitor(browser, world)
  page = await stranger.newPage()
  await page.goto(link)
  await startFilm(page)
  await expectRunning()
  await stranger.close()
})

test('a film plays while most of it is still on its way', async () => {
  const release = await holdMiddle()
  await chooseFiles(page, [longFilm])
  const row = rowOf(page, longFilm)
  const title = row.getByRole('textbox', { name: 'Title' })
  await title.fill('The night train')
  await row.getByText(/^Plays already, \d+% uploaded$/).waitFor()
  expect(await title.evaluate((field) => field === document.activeElement)).toBe(true)
  expect(await title.inputValue()).toBe('The night train')
  await playInRow(row)

  release()
  await row.getByText('Plays now, sharper versions coming', { exact: true }).waitFor(wait)
  await expectRunning()
  expect(faults()).toEqual([])
})

test('a film that plays goes away with its upload, and so does its link', async () => {
  await holdMiddle()
  await chooseFiles(page, [longFilm])
  const row = rowOf(page, longFilm)
  await player(row).waitFor()
  const link = await row.getByRole('textbox', { name: 'Link works now' }).inputValue()
  await playInRow(row)

  await row.getByRole('button', { name: 'Cancel upload' }).click()
  const dialog = page.getByRole('alertdialog', { name: 'Cancel this upload?' })
  await dialog.getByText('Its link stops working.').waitFor()
  await dialog.getByRole('button', { name: 'Cancel upload' }).click()
  await row.waitFor({ state: 'detached' })
  expect(await page.locator('video').count()).toBe(0)
  await page.goto(link)
  await page.getByRole('heading', { name: 'This video is not available' }).waitFor()
})

test('a film that plays in its row is not cut when its other versions join', async () => {
  const converting = await createWorld({ transcoder: true })
  const owner = await openVisitor(browser, converting, { user: await converting.user() })
  faults = watchFaults(owner)
  page = await owner.newPage()
  await page.goto('/studio/upload')
  await chooseFiles(page, [film])
  const row = rowOf(page, film)
  await playInRow(row)
  const restarts = await countRestarts(page)
  await row.getByText('Ready', { exact: true }).waitFor({ timeout: 90_000 })
  const chips = await row.getByRole('listitem').allTextContents()
  expect(chips).toEqual(['480p, ready', '360p, ready', 'Stereo, ready'])
  expect((await readScreen(page)).error).toBeNull()
  expect(await restarts()).toBe(0)
  expect(faults()).toEqual([])
  await owner.close()
  await converting.stop()
})

/** How often the page's film has begun anew from here on. */
async function countRestarts(page: Page): Promise<() => Promise<number>> {
  const film = page.locator('video')
  await film.evaluate((video) => {
    const counted = Object.assign(video, { restarts: 0 })
    video.addEventListener('emptied', () => (counted.restarts += 1))
  })
  return () => film.evaluate((video) => (video as unknown as { restarts: number }).restarts)
}
