import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { TestVideo } from '../worker/test/video.ts'
import { createWorld, type World } from '../worker/test/world.ts'
import { launchBrowser, openVisitor, type VisitorOptions } from './lib/browser.ts'
import { chapters, control, film, filmTitle, loopFilm, player } from './lib/controls.ts'
import { watchFaults } from './lib/faults.ts'
import { checkLook, checkSizes } from './lib/looks.ts'
import { readScreen, startFilm, waitForPicture } from './lib/watching.ts'

const poll = <T>(read: () => T) => expect.poll(read, { timeout: 15_000 })

let world: World
let browser: Browser
let visitor: BrowserContext
let page: Page
let faults: () => string[]
let video: TestVideo

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld(), launchBrowser()])
  video = await world.video({ title: filmTitle })
  await setChapters(chapters)
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})
afterEach(async () => {
  await visitor.close()
  expect(faults()).toEqual([])
})

const setChapters = (list: object[]) =>
  world.as(video.owner).put(`/api/v1/videos/${video.id}/chapters`, { chapters: list })

async function open(path: string, options: VisitorOptions = {}) {
  visitor = await openVisitor(browser, world, options)
  faults = watchFaults(visitor)
  page = await visitor.newPage()
  await page.goto(path)
}
const watchPath = () => `/watch/${video.id}`
const time = async () => (await readScreen(page)).currentTime
const isPaused = async () => (await readScreen(page)).paused

describe('the filmstrip', () => {
  const strip = () => page.getByRole('navigation', { name: 'Chapters' })
  const current = () => strip().locator('[aria-current]').textContent()

  test('shows each chapter with its picture, and goes there by mouse and keyboard', async () => {
    await open(watchPath())
    await waitForPicture(page)
    await poll(() => strip().getByRole('link').count()).toBe(3)
    await poll(() => strip().locator('image').count()).toBe(3)
    await poll(current).toContain('The last ferry')
    await strip().getByRole('link', { name: 'First light' }).click()
    await poll(current).toContain('First light')
    await poll(time).toBeGreaterThanOrEqual(2.5)
    await film(page, (one) => one.pause())
    await strip().getByRole('link', { name: 'The lamp room' }).focus()
    await page.keyboard.press('Enter')
    await poll(current).toContain('The lamp room')
    expect(new URL(page.url()).search).toBe('')
    await film(page, (one) => one.pause())
    await checkSizes(page, 'filmstrip')
  })

  test('scrolls on a phone, and a finger chooses', async () => {
    await open(watchPath(), { isTouch: true })
    await waitForPicture(page)
    const widths = () =>
      strip().evaluate(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth])
    await poll(() => strip().getByRole('link').count()).toBe(3)
    const [all = 0, seen = 0] = await widths()
    expect(all).toBeGreaterThan(seen)
    await strip().getByRole('link', { name: 'First light' }).tap()
    await poll(time).toBeGreaterThanOrEqual(2.5)
    await poll(() => strip().evaluate(({ scrollLeft }) => scrollLeft)).toBeGreaterThan(0)
  })
})

describe('where a film begins', () => {
  const keep = (seconds: number) =>
    page.evaluate(
      ([id, ms]) => localStorage.setItem('lantern.player.resume', JSON.stringify([[id, ms]])),
      [video.id, seconds * 1000] as const,
    )
  const kept = () => page.evaluate(() => localStorage.getItem('lantern.player.resume'))
  async function reopen(path: string) {
    await page.goto(path)
    await waitForPicture(page)
  }
  /** As opened from outside: what a test reads in a page counts as a viewer's act there. */
  const openQuiet = async () => {
    await open('/')
    await page.addInitScript(() => {
      Object.defineProperty(navigator, 'userActivation', { value: { hasBeenActive: false } })
    })
  }

  test('where it was left, unless the address or the viewer says otherwise', async () => {
    await openQuiet()
    await keep(2)
    await reopen(watchPath())
    await poll(time).toBeCloseTo(2, 0)
    for (const at of ['3', '0m3s', '0:03']) {
      await reopen(`${watchPath()}?t=${at}`)
      await poll(time).toBeCloseTo(3, 0)
    }
    await keep(2) // what the switch forgets
    await player(page).hover()
    await control(page, 'Settings').click()
    const remember = () =>
      player(page).getByRole('menuitemcheckbox', { name: 'Remember where I stopped' })
    expect(await remember().getAttribute('aria-checked')).toBe('true')
    await remember().click()
    await poll(() => remember().getAttribute('aria-checked')).toBe('false')
    expect(await kept()).toBe('[]')
    await reopen(watchPath())
    expect(await time()).toBe(0)
  })

  test('seen to its end, it is forgotten', async () => {
    await openQuiet()
    await keep(3)
    await reopen(watchPath())
    await startFilm(page)
    await poll(async () => (await readScreen(page)).ended).toBe(true)
    await poll(kept).toBe('[]')
  })

  test('at a moment that somebody shares', async () => {
    await openQuiet()
    await visitor.grantPermissions(['clipboard-read', 'clipboard-write'])
    await reopen(`${watchPath()}?t=3`)
    await page.getByRole('button', { name: 'Share' }).click()
    await page.getByRole('button', { name: /^Copy link at/ }).click()
    const copied = () => page.evaluate(() => navigator.clipboard.readText())
    await poll(copied).toMatch(new RegExp(`${watchPath()}\\?t=3$`))
  })
})

describe('beside other pages', () => {
  const frame = () => page.getByRole('complementary', { name: 'Playing' })
  const mark = () => film(page, (one) => Object.assign(one, { isMarked: true }))
  const isMarked = () => page.evaluate(() => 'isMarked' in (document.querySelector('video') ?? {}))

  async function leave() {
    await startFilm(page)
    await poll(isPaused).toBe(false)
    await page.getByRole('link', { name: 'Lantern' }).first().click()
    await page.waitForURL((url) => url.pathname === '/')
  }

  test.each([{}, { isTouch: true }])('a film plays on, and leads back: %j', async (options) => {
    await open(watchPath(), options)
    await waitForPicture(page)
    await loopFilm(page)
    await mark()
    await leave()
    await frame().waitFor()
    expect(await isPaused()).toBe(false)
    await film(page, (one) => one.pause())
    await checkLook(page, 'small-player')
    await frame().getByRole('link', { name: filmTitle }).click()
    await page.getByRole('heading', { level: 1, name: filmTitle }).waitFor()
    await frame().waitFor({ state: 'hidden' })
    expect(await isMarked()).toBe(true)
    expect(await player(page).locator('video').count()).toBe(1)
  })

  test('it can be closed; one that stands still does not come along', async () => {
    await open(watchPath())
    await waitForPicture(page)
    await loopFilm(page)
    await leave()
    await frame().getByRole('button', { name: 'Close the player' }).click()
    await frame().waitFor({ state: 'hidden' })
    expect(await page.locator('video').count()).toBe(0)

    await page.getByRole('link', { name: filmTitle }).first().click()
    await waitForPicture(page)
    await film(page, (one) => one.pause())
    await page.getByRole('link', { name: 'Lantern' }).first().click()
    await page.waitForURL((url) => url.pathname === '/')
    await poll(() => page.locator('video').count()).toBe(0)
  })
})

test('the system’s own controls name the film and move it', async () => {
  visitor = await openVisitor(browser, world)
  faults = watchFaults(visitor)
  page = await visitor.newPage()
  await page.addInitScript(() => {
    const handlers: Record<string, MediaSessionActionHandler | null> = {}
    Object.assign(globalThis, { handlers })
    navigator.mediaSession.setActionHandler = (action, handler) => {
      handlers[action] = handler
    }
  })
  await page.goto(watchPath())
  await startFilm(page)
  const session = () =>
    page.evaluate(() => {
      const { metadata, playbackState } = navigator.mediaSession
      return [metadata?.title, metadata?.artist, metadata?.artwork.length, playbackState]
    })
  await poll(session).toEqual([filmTitle, 'Creator', 1, 'playing'])
  const press = (action: string, detail: object = {}) =>
    page.evaluate(
      ([name, more]) =>
        (globalThis as unknown as Record<string, Record<string, (d: object) => void>>)['handlers']![
          name
        ]!(more),
      [action, detail] as const,
    )
  await press('pause')
  await poll(session).toContain('paused')
  await press('seekto', { seekTime: 3 })
  await poll(time).toBeCloseTo(3, 1)
  await press('seekbackward', { seekOffset: 1 })
  await poll(time).toBeCloseTo(2, 1)
  await press('seekforward', { seekOffset: 1 })
  await poll(time).toBeCloseTo(3, 1)
  await press('play')
  await poll(isPaused).toBe(false)
  await press('stop')
  await poll(isPaused).toBe(true)
  const others = ['previoustrack', 'nexttrack', 'enterpictureinpicture']
  const names = await page.evaluate(() => Object.keys((globalThis as never)['handlers']))
  expect(names).toEqual(expect.arrayContaining(others))
})

describe('in the studio', () => {
  const list = () => page.getByRole('region', { name: 'Chapters' })
  const titles = () => list().getByRole('textbox', { name: 'Chapter title' })
  const saved = async () => {
    const reply = await world.as(video.owner).get(`/api/v1/videos/${video.id}`)
    return reply.body.chapters.map(({ title }: { title: string }) => title)
  }
  const openStudio = () => open(`/studio/videos/${video.id}`, { user: video.owner })

  test('chapters are added at the playhead, named, removed and brought back', async () => {
    await setChapters([])
    await openStudio()
    await waitForPicture(page)
    await film(page, (one) => void (one.currentTime = 2))
    await list().getByRole('button', { name: 'Add at 0:02' }).click()
    await poll(() => titles().count()).toBe(2)
    expect(await list().getByText('Enter a title').count()).toBe(1)
    await page.keyboard.type('The lamp room') // the new line has the focus
    await poll(saved).toEqual(['Start', 'The lamp room'])
    await checkSizes(page, 'chapters')

    await list().getByRole('button', { name: 'Remove chapter The lamp room' }).click()
    await poll(saved).toEqual(['Start'])
    await page.getByRole('button', { name: 'Undo' }).click()
    await poll(saved).toEqual(['Start', 'The lamp room'])
  })

  test('a list can be pasted, and the description’s stands where there is none', async () => {
    await setChapters([])
    const path = `/api/v1/videos/${video.id}`
    await world.as(video.owner).patch(path, { description: '0:00 Dusk\n0:01 Night\n0:03 Dawn' })
    await openStudio()
    await list()
      .getByText(/They come from the times in the description/)
      .waitFor()
    await poll(() =>
      titles().evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value)),
    ).toEqual(['Dusk', 'Night', 'Dawn'])
    await titles().first().focus()
    await titles()
      .first()
      .evaluate((field) => {
        const clipboardData = new DataTransfer()
        clipboardData.setData('text/plain', '0:00 Ferry\n0:02 Lamp')
        field.dispatchEvent(
          new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
        )
      })
    await poll(saved).toEqual(['Ferry', 'Night', 'Lamp', 'Dawn'])
  })
})
