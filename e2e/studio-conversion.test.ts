import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestUser } from '../worker/test/user.ts'
import { createWorld, type World } from '../worker/test/world.ts'
import { findBarriers } from './lib/axe.ts'
import { desktop, launchBrowser, openVisitor, phone } from './lib/browser.ts'
import { watchFaults } from './lib/faults.ts'
import { makeScenes } from './lib/media.ts'
import { chooseFiles, percentOf, recordProgress, rowOf } from './lib/uploading.ts'
import { readScreen, startFilm, waitForPicture } from './lib/watching.ts'

const wait = { timeout: 120_000 }

let world: World
let browser: Browser
let user: TestUser
let visitor: BrowserContext
let faults: () => string[]
let page: Page
let film: string
let videoId: string

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld({ transcoder: true }), launchBrowser()])
  mkdirSync(path.join(world.dir, 'files'))
  film = path.join(world.dir, 'files', 'breakwater.mp4')
  await makeScenes(film)
  user = await world.user()
  visitor = await openVisitor(browser, world, { user })
  faults = watchFaults(visitor)
  page = await visitor.newPage()
})
afterAll(async () => {
  await visitor?.close()
  await browser?.close()
  await world?.stop()
})

const button = (name: string) => page.getByRole('button', { name, exact: true })
const bar = (name: string) => page.getByRole('progressbar', { name, exact: true })
const percent = (name: string) => percentOf(bar(name))
const dialog = () => page.getByRole('alertdialog')
const state = (): Locator => page.getByRole('complementary', { name: 'State' })
const words = (text: string) => state().locator('p').getByText(text, { exact: true })
const video = async () => (await world.as(user).get(`/api/v1/videos/${videoId}`)).body

const hasFocus = (one: Locator) => one.evaluate((element) => element === document.activeElement)
const set = (statement: string, ...values: string[]) =>
  world.db
    .prepare(statement)
    .bind(...values)
    .run()

/** For everybody, on every screen, in both lights. */
async function checkLooks(): Promise<void> {
  for (const viewport of [phone, desktop]) {
    await page.setViewportSize(viewport)
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.locator(`html[data-theme=${colorScheme}]`).waitFor()
      await page.evaluate(() =>
        Promise.allSettled(document.getAnimations().map((animation) => animation.finished)),
      )
      expect(await findBarriers(page), `${viewport.width} ${colorScheme}`).toEqual([])
    }
    const overhangPx = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(overhangPx, `${viewport.width} sideways`).toBeLessThanOrEqual(0)
  }
}

async function openStudio(): Promise<void> {
  await page.goto(`/studio/videos/${videoId}`)
  await page.getByRole('heading', { name: 'Versions' }).waitFor()
}

/** The film in a tab of its own, over and over. */
async function watchFilm(): Promise<{ tab: Page; restarts: () => Promise<number> }> {
  const tab = await visitor.newPage()
  await tab.goto(`/watch/${videoId}`)
  await startFilm(tab)
  const element = tab.locator('video')
  await element.evaluate((screen: HTMLVideoElement) => {
    screen.loop = true
    const counted = Object.assign(screen, { restarts: 0 })
    screen.addEventListener('emptied', () => (counted.restarts += 1))
  })
  const restarts = () =>
    element.evaluate((screen) => (screen as unknown as { restarts: number }).restarts)
  return { tab, restarts }
}

test('each rendition is seen while it is made, and all can be stopped', async () => {
  await page.goto('/studio/upload')
  await chooseFiles(page, [film])
  const watch = rowOf(page, film).getByRole('link', { name: 'Watch' })
  await watch.waitFor(wait)
  videoId = path.basename((await watch.getAttribute('href'))!)

  await openStudio()
  await expect.poll(() => percent('480p'), wait).toBeGreaterThan(0)
  const seen = (await percent('480p'))!
  await expect.poll(() => percent('480p'), wait).toBeGreaterThan(seen)
  expect(await page.getByText('Pictures come when the video is converted.').count()).toBe(1)

  await button('Stop converting').click()
  await dialog().getByText('What plays now goes on playing.').waitFor()
  await dialog().getByRole('button', { name: 'Stop converting' }).click()
  await words('Plays as uploaded; converting was stopped').waitFor()
  expect(await hasFocus(state())).toBe(true) // its button is gone
  expect(await video()).toMatchObject({
    ...{ status: 'failed', playable: true, progress: null },
    failure: { code: 'cancelled' },
  })

  const tab = await visitor.newPage()
  await tab.goto(`/watch/${videoId}`)
  await waitForPicture(tab)
  await tab.close()
})

test('what was stopped is converted again, and its progress never falls', async () => {
  const progress = await recordProgress(page)
  await button('Convert again').click()
  await button('Stop converting').waitFor()
  expect(await hasFocus(state())).toBe(true)
  await words('Ready').waitFor(wait)
  const seen = await progress()
  expect(Object.keys(seen)).toContain('360p')
  for (const [name, values] of Object.entries(seen)) {
    expect(values, name).toEqual(values.toSorted((a, b) => a - b))
  }
  expect(await button('Stop converting').count()).toBe(0)
  expect(await button('Make again: 480p').isEnabled()).toBe(true)
})

test('another poster is chosen by key, is seen where the film is watched, and undone', async () => {
  const posters = page.getByRole('group', { name: 'Poster' }).getByRole('radio')
  const chosen = () =>
    posters.evaluateAll((all) => all.findIndex((one) => (one as HTMLInputElement).checked))
  await posters.first().waitFor()
  const first = await chosen()
  expect(first).toBe(0)
  const before = (await video()).posterUrl

  await posters.first().focus()
  await page.keyboard.press('ArrowRight')
  await page.getByText('The poster is saved.').waitFor()
  expect(await chosen()).toBe(1)
  expect(await posters.nth(1).evaluate((one) => one === document.activeElement)).toBe(true)
  const { posterUrl } = await video()
  expect(posterUrl).not.toBe(before)

  const tab = await visitor.newPage()
  await tab.goto(`/watch/${videoId}`)
  await waitForPicture(tab)
  const shown = await tab.locator('video').getAttribute('poster')
  expect(new URL(shown!).pathname.split('/').at(-1)).toBe(
    new URL(posterUrl).pathname.split('/').at(-1),
  )
  expect((await tab.request.get(shown!)).status()).toBe(200)
  await tab.close()

  await button('Undo').click()
  await expect.poll(chosen).toBe(0)
  await expect.poll(async () => (await video()).posterUrl).toBe(before)
})

test('one rendition is made again while the film plays', async () => {
  const { tab, restarts } = await watchFilm()
  await button('Make again: 360p').click()
  await dialog().getByText('The current one keeps playing until the new one is ready.').waitFor()
  await dialog().getByRole('button', { name: 'Make again' }).click()
  await words('Plays; one version is being made again').waitFor()
  expect(await button('Make again: 480p').isEnabled()).toBe(false)
  expect(await hasFocus(button('Make again: 360p'))).toBe(true)
  expect((await video()).status).toBe('ready')

  await words('Ready').waitFor(wait)
  expect(await button('Make again: 360p').isEnabled()).toBe(true)
  expect(await restarts()).toBe(0)
  const { currentTime, error } = await readScreen(tab)
  expect(error).toBeNull()
  await expect.poll(async () => (await readScreen(tab)).currentTime, wait).not.toBe(currentTime)
  await tab.close()
  expect(faults()).toEqual([])
})

test('one that could not be made again says why, to those who can do something about it', async () => {
  await set(
    `update tasks set state = 'failed', failure_code = 'timed_out', created_at = created_at + 1e9
     where video_id = ? and remake_of is not null`,
    videoId,
  )
  await openStudio()
  const row = page.getByRole('listitem').filter({ has: button('Make again: 360p') })
  await row.getByText(/^Could not be made again: .* took too long and was stopped\.$/).waitFor()
  await row.getByText('timed_out', { exact: true }).waitFor()
  await row.getByText(/^tsk_/).waitFor()
  expect(await page.getByText(/^Could not be made again/).count()).toBe(1)
  await checkLooks()

  await world.as(user).patch(`/api/v1/videos/${videoId}`, { visibility: 'unlisted' })
  const { body } = await world.as(await world.user()).get(`/api/v1/videos/${videoId}`)
  expect(body.renditions.every(({ failure }: { failure: unknown }) => failure === null)).toBe(true)
})

test('what is being made and what has failed can be read by everybody', async () => {
  const latest = `(select max(id) from tasks where video_id = ?1 and kind = 'encode')`
  const progress = JSON.stringify({
    ...{ phase: 'encode', percent: 40, speed: 1.8, encodeStartedAt: 1 },
    renditions: [{ name: '720p', kind: 'video', widthPx: 1280, heightPx: 720, percent: 40 }],
  })
  await set(`update encodes set is_complete = 0 where video_id = ?`, videoId)
  await set(`update videos set status = 'processing' where id = ?`, videoId)
  await set(
    `update tasks set state = 'running', remake_of = null, progress = ?2, shown_percent = 40,
     time_left_ms = 150000 where id = ${latest}`,
    ...[videoId, progress],
  )
  await openStudio()
  await page.getByText('1.8× speed, about 3 min left').waitFor()
  await checkLooks()

  await set(
    `update tasks set state = 'failed', failure_code = 'internal' where id = ${latest}`,
    videoId,
  )
  await set(`update videos set status = 'failed', failure_code = 'internal' where id = ?`, videoId)
  await openStudio()
  await state().getByText('internal', { exact: true }).waitFor()
  await state().getByText(/^tsk_/).waitFor()
  await button('Convert again').waitFor()
  expect(await page.getByText('Make again').count()).toBe(0)
  await checkLooks()
  expect(faults()).toEqual([])
})

test('the settings of conversion are kept', async () => {
  await page.getByRole('link', { name: 'Settings', exact: true }).click()
  await page.getByRole('link', { name: 'Converting' }).click()
  expect(await page.getByRole('switch', { name: 'H.264' }).isDisabled()).toBe(true)
  await page.getByRole('switch', { name: 'AV1' }).press('Space')
  await page.getByRole('radio', { name: /^1080p/ }).check()
  await page.getByText('Saved', { exact: true }).waitFor()
  await page.reload()
  await expect.poll(() => page.getByRole('switch', { name: 'AV1' }).isChecked()).toBe(true)
  expect(await page.getByRole('radio', { name: /^1080p/ }).isChecked()).toBe(true)
  const path = `/api/v1/workspaces/${user.workspaceId}/settings/transcode`
  await expect
    .poll(async () => (await world.as(user).get(path)).body)
    .toEqual({ codecs: ['h264', 'av1'], maxShortSidePx: 1080 })
  expect(faults()).toEqual([])
})
