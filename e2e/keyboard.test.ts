import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { TestVideo } from '../worker/test/video.ts'
import { createWorld, type World } from '../worker/test/world.ts'
import { accountMenu, launchBrowser, openVisitor } from './lib/browser.ts'
import { watchFaults } from './lib/faults.ts'
import { readScreen, startFilm, waitForPicture } from './lib/watching.ts'

const wait = { timeout: 15_000 }

let world: World
let browser: Browser
let visitor: BrowserContext
let page: Page
let faults: () => string[]
let video: TestVideo

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld(), launchBrowser()])
  video = await world.video({ title: 'The tide comes in' })
  await world.video({ title: 'The tide goes out' })
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})
afterEach(() => visitor.close())

async function open(path: string) {
  visitor = await openVisitor(browser, world)
  faults = watchFaults(visitor)
  page = await visitor.newPage()
  await page.goto(path)
}

/** The name by which a screen reader would call what has the focus. */
const focused = () =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null
    const label = (element as HTMLInputElement | null)?.labels?.[0]?.innerText
    return element?.getAttribute('aria-label') ?? label ?? element?.innerText.trim() ?? ''
  })

/** Presses Tab until the focus is on `name`; whatever comes on the way must be seen. */
async function tabTo(name: string) {
  for (let presses = 0; presses < 30; presses++) {
    await page.keyboard.press('Tab')
    if ((await focused()) === name) return expectVisibleFocus()
  }
  throw new Error(`No way by Tab to “${name}”; the focus ended on “${await focused()}”`)
}

async function expectVisibleFocus() {
  const look = () =>
    page.evaluate(() => {
      const element = document.activeElement!
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element)
      const { width, top } = element.getBoundingClientRect()
      const hasOutline = outlineStyle !== 'none' && parseFloat(outlineWidth) > 0
      const isMarked = hasOutline || boxShadow !== 'none'
      return { isMarked, isOnScreen: width > 0 && top >= 0 && top < innerHeight }
    })
  await expect.poll(look).toEqual({ isMarked: true, isOnScreen: true })
}

test('the keyboard alone leads from the home page through the sign-in form to the studio', async () => {
  const user = await world.user({ displayName: 'Keys Only' })
  await open('/')
  await page.getByRole('link', { name: 'The tide comes in' }).first().waitFor()
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('Skip to content')
  await expectVisibleFocus()
  await tabTo('Log in')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Log in' }).waitFor()
  await tabTo('E-mail')
  await page.keyboard.type(user.email)
  await tabTo('Password')
  await page.keyboard.type(user.password)
  await page.keyboard.press('Enter')
  await accountMenu(page, 'Keys Only').waitFor()
  await page.waitForURL((url) => url.pathname !== '/login')
  expect(faults()).toEqual([])
})

test('the skip link leads past the bar to the content', async () => {
  await open('/')
  await page.getByRole('link', { name: 'The tide comes in' }).first().waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  const isInside = await page.evaluate(() => !!document.activeElement?.closest('main'))
  expect(isInside).toBe(true)
})

test('a film obeys Space, K, the arrows, M, digits and Home', async () => {
  await open(`/watch/${video.id}`)
  await startFilm(page)
  const screen = () => readScreen(page)
  const isPaused = async () => (await screen()).paused

  await expect.poll(isPaused, wait).toBe(false)
  await page.keyboard.press('Space')
  await expect.poll(isPaused, wait).toBe(true)

  await page.keyboard.press('5')
  const time = async () => (await screen()).currentTime
  await expect.poll(time, wait).toBeCloseTo(2, 1)
  await page.keyboard.press('ArrowLeft')
  await expect.poll(time, wait).toBe(0)
  await page.keyboard.press('ArrowRight')
  await expect.poll(time, wait).toBeCloseTo((await screen()).duration, 1)

  await page.keyboard.press('m')
  await expect.poll(async () => (await screen()).muted, wait).toBe(true)
  await page.keyboard.press('m')
  await expect.poll(async () => (await screen()).muted, wait).toBe(false)

  await tabTo('Mute')
  await page.keyboard.press('Home')
  await expect.poll(time, wait).toBe(0)
  const volume = () => page.locator('video').evaluate((film: HTMLVideoElement) => film.volume)
  await page.keyboard.press('ArrowDown')
  await expect.poll(volume, wait).toBeCloseTo(0.95, 2)
  expect(faults()).toEqual([])
})

test('keys typed into a field are letters, not commands', async () => {
  const owner = video.owner
  visitor = await openVisitor(browser, world, { user: owner })
  page = await visitor.newPage()
  await page.goto(`/studio/videos/${video.id}`)
  const title = page.getByRole('textbox', { name: 'Title' })
  await title.fill('')
  await title.pressSequentially('kmf 05')
  expect(await title.inputValue()).toBe('kmf 05')
  expect(await page.evaluate(() => document.fullscreenElement)).toBeNull()
  await page.getByText('Saved').waitFor()
  await title.fill(video.title)
  await expect
    .poll(async () => (await world.as().get(`/api/v1/videos/${video.id}`)).body.title, wait)
    .toBe(video.title)
})

test('the settings menu opens, walks and closes by keys, and gives the focus back', async () => {
  await open(`/watch/${video.id}`)
  await waitForPicture(page)
  await tabTo('Settings')
  await page.keyboard.press('Enter')
  await page
    .getByRole('menu')
    .getByRole('menuitem', { name: /^Speed/ })
    .waitFor()
  expect(await focused()).toContain('Speed')
  await page.keyboard.press('Enter')
  await page.getByRole('menuitemradio', { name: '1.5×' }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  const rate = () => page.locator('video').evaluate((film: HTMLVideoElement) => film.playbackRate)
  await expect.poll(rate, wait).toBe(1.25)
  expect(await focused()).toBe('Settings')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await page.getByRole('menu').waitFor({ state: 'hidden' })
  expect(await focused()).toBe('Settings')
})

test('Play pressed before the film has arrived plays it when it does', async () => {
  visitor = await openVisitor(browser, world)
  page = await visitor.newPage()
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  await page.route(/\/playback$/, async (route) => {
    await held
    await route.continue()
  })
  await page.goto(`/watch/${video.id}`)
  await page.getByRole('heading', { name: video.title }).waitFor()
  await page.getByRole('button', { name: 'Play', exact: true }).first().click()
  release()
  await expect.poll(async () => (await readScreen(page)).currentTime, wait).toBeGreaterThan(0.3)
})
