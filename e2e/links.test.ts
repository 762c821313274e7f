import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type * as Narrow from '#contracts/narrow.ts'
import type { TestUser } from '../worker/test/user.ts'
import type { TestVideo } from '../worker/test/video.ts'
import { createWorld, type World } from '../worker/test/world.ts'
import { launchBrowser, openVisitor } from './lib/browser.ts'
import { watchFaults } from './lib/faults.ts'
import { checkSizes } from './lib/looks.ts'
import { readScreen, startFilm } from './lib/watching.ts'

const wait = { timeout: 20_000 }

let world: World
let browser: Browser
let owner: TestUser
let video: TestVideo
let studio: BrowserContext
let desk: Page
let url: string

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld(), launchBrowser()])
  owner = await world.user({ displayName: 'Mara Maker' })
  video = await world.video({ owner, visibility: 'private', title: 'Before the premiere' })
  studio = await openVisitor(browser, world, { user: owner })
  desk = await studio.newPage()
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})

async function openStranger(path: string) {
  const visitor = await openVisitor(browser, world)
  const faults = watchFaults(visitor)
  const page = await visitor.newPage()
  const referers: string[] = []
  page.on('request', (request) => referers.push(request.headers()['referer'] ?? ''))
  await page.goto(path)
  return { visitor, page, faults, referers }
}

const clock = (page: Page) => page.locator('.vp-time').innerText()

test('a link is made with its limits, and stands in the list', async () => {
  const faults = watchFaults(studio)
  await desk.goto(`/studio/videos/${video.id}`)
  await desk.getByText('No links yet.').waitFor()
  await desk.getByRole('button', { name: 'New link' }).click()
  const form = desk.getByRole('dialog', { name: 'New link' })
  await form.getByRole('button', { name: 'Make link' }).click()
  await form.getByText('Enter a name').waitFor()
  await form.getByRole('textbox', { name: 'Name' }).fill('For the press')
  await form.getByText('More limits').click()
  await form.getByRole('textbox', { name: 'Only on these sites' }).fill('not a site!')
  await form.getByRole('checkbox', { name: 'Only a part' }).check()
  await form.getByRole('textbox', { name: 'From' }).fill('0:03')
  await form.getByRole('textbox', { name: 'To' }).fill('0:01')
  await form.getByRole('button', { name: 'Make link' }).click()
  await form.getByText('It must end after it begins.').waitFor()
  await form.getByText('“site!” is not the name of a site.').waitFor()
  await checkSizes(desk, 'link-form')
  await form.getByRole('checkbox', { name: 'Only a part' }).uncheck()
  await form.getByRole('textbox', { name: 'Only on these sites' }).fill('')
  await form.getByRole('textbox', { name: 'How often' }).fill('500')
  await form.getByRole('button', { name: 'Make link' }).click()

  const shown = desk.getByRole('textbox', { name: 'The link “For the press”' })
  url = await shown.inputValue()
  expect(new URL(url)).toMatchObject({ pathname: `/watch/${video.id}`, search: '' })
  await desk.getByRole('button', { name: 'Done' }).click()
  await desk.getByText('500 plays').waitFor()
  await desk.getByText('Live', { exact: true }).waitFor()
  await checkSizes(desk, 'link-list')
  expect(faults()).toEqual([])
})

test('a stranger watches by it, and sees of the video its title alone', async () => {
  const { visitor, page, faults, referers } = await openStranger(url)
  await page.getByRole('heading', { name: 'Before the premiere' }).waitFor()
  await startFilm(page)
  await expect.poll(async () => (await readScreen(page)).currentTime, wait).toBeGreaterThan(0.3)
  expect(await page.getByRole('main').innerText()).not.toContain('Mara')
  expect(referers.filter((referer) => referer.includes('token'))).toEqual([])
  await page.getByRole('button', { name: 'Share a part' }).click()
  await checkSizes(page, 'link-watch')
  expect(faults()).toEqual([])
  await visitor.close()
})

test('she narrows it without asking anybody, and the part plays from its beginning to its end', async () => {
  const { visitor, page } = await openStranger(url)
  await page.getByRole('button', { name: 'Share a part' }).click()
  const calls: string[] = []
  page.on('request', (request) => calls.push(request.url()))
  const form = page.getByRole('region', { name: 'Share a part' })
  await form.getByRole('textbox', { name: 'From' }).fill('0:02')
  await form.getByRole('textbox', { name: 'To' }).fill('0:03')
  await form.getByRole('button', { name: 'Make link' }).click()
  const part = await form.getByRole('textbox', { name: 'New link' }).inputValue()
  expect(calls.filter((call) => call.includes('/api/'))).toEqual([])
  await visitor.close()

  const friend = await openStranger(part)
  const segments: string[] = []
  friend.page.on('request', (request) => segments.push(request.url()))
  await friend.page.getByText('You see 0:02 to 0:03 of it.').waitFor()
  await startFilm(friend.page)
  // <video> has the film's own time, so that captions are in step; the timeline is the part's.
  await expect
    .poll(async () => (await readScreen(friend.page)).currentTime, wait)
    .toBeGreaterThan(2)
  await expect
    .poll(async () => (await readScreen(friend.page)).currentTime, wait)
    .toBeGreaterThan(3)
  await expect.poll(async () => (await readScreen(friend.page)).paused, wait).toBe(true)
  expect((await readScreen(friend.page)).currentTime).toBeLessThan(3.9)
  expect(await clock(friend.page)).toMatch(/\/ 0:01$/)
  await friend.page.keyboard.press('k')
  await expect.poll(async () => (await readScreen(friend.page)).currentTime, wait).toBeLessThan(3)
  expect(segments.filter((address) => /180p\/seg_00000|before/.test(address))).toEqual([])
  expect(friend.faults()).toEqual([])

  // Times of the next part count from where hers begins, as her timeline does.
  await friend.page.getByRole('button', { name: 'Share a part' }).click()
  await friend.page.getByRole('textbox', { name: 'To', exact: true }).fill('0:01')
  await friend.page.getByRole('button', { name: 'Make link' }).click()
  const next = await friend.page.getByRole('textbox', { name: 'New link' }).inputValue()
  expect(Buffer.from(next.split('.').at(-2)!, 'base64url').toString()).toBe('{"t":[2,3]}')
  await friend.visitor.close()
})

test('any link can be narrowed on a page of its own', async () => {
  await desk.getByRole('button', { name: 'More for For the press' }).click()
  await desk.getByRole('link', { name: 'Share a part' }).click()
  await desk.getByRole('heading', { name: 'Share a part' }).waitFor()
  expect(await desk.getByRole('textbox', { name: 'Your link' }).inputValue()).toBe(url)
  await desk.getByRole('combobox', { name: 'Ends' }).selectOption({ label: 'In a day' })
  await desk.getByRole('button', { name: 'Make link' }).click()
  await desk.getByRole('textbox', { name: 'New link' }).waitFor()
  await checkSizes(desk, 'share-part')
  await desk.getByRole('textbox', { name: 'Your link' }).fill('https://example.com/')
  await desk.getByText('This is not a share link of a video.').waitFor()
})

test('narrow.js is small, and narrows a link for a page of any site', async () => {
  const response = await fetch(new URL('/narrow.js', world.url))
  const text = await response.text()
  expect(text.length).toBeLessThan(2048)
  expect(response.headers.get('access-control-allow-origin')).toBe('*')
  expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
  const { narrow } = (await import(
    `data:text/javascript;base64,${Buffer.from(text).toString('base64')}`
  )) as typeof Narrow
  const token = new URLSearchParams(new URL(url).hash.slice(1)).get('token')!
  const part = await narrow(token, { clip: { fromSeconds: 1, toSeconds: 2 } })
  const reply = await world.as().get(`/api/v1/videos/${video.id}/playback?token=${part}`)
  expect(reply.body.clip).toEqual({ fromSeconds: 1, toSeconds: 2 })
})

test('a link that is revoked opens nothing five seconds later', async () => {
  await desk.goto(`/studio/videos/${video.id}`)
  await desk.getByRole('button', { name: 'More for For the press' }).click()
  await desk.getByRole('button', { name: 'Revoke' }).click()
  await desk.getByRole('alertdialog').getByRole('button', { name: 'Revoke link' }).click()
  await desk.getByText('Withdrawn', { exact: true }).waitFor()
  world.tick(5000)
  const { visitor, page } = await openStranger(url)
  await page.getByRole('heading', { name: 'This link does not open the video' }).waitFor()
  await page.getByText('The link has been withdrawn.').waitFor()
  expect(await page.locator('video').count()).toBe(0)
  await visitor.close()
})
