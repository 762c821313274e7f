import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { TestVideo } from '../worker/test/video.ts'
import { createWorld, type World } from '../worker/test/world.ts'
import { findBarriers } from './lib/axe.ts'
import { launchBrowser, openVisitor, phone, type VisitorOptions } from './lib/browser.ts'
import {
  addCaptions,
  chapters,
  control,
  film,
  filmTitle,
  loopFilm,
  player,
} from './lib/controls.ts'
import { watchFaults } from './lib/faults.ts'
import { checkLook } from './lib/looks.ts'
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
  await world.video({ title: 'The tide goes out' })
  video = await world.video({ title: filmTitle })
  await world.as(video.owner).put(`/api/v1/videos/${video.id}/chapters`, { chapters })
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})
afterEach(async () => {
  await visitor.close()
  expect(faults()).toEqual([])
})

async function open(options: VisitorOptions = {}) {
  visitor = await openVisitor(browser, world, options)
  faults = watchFaults(visitor)
  page = await visitor.newPage()
  await addCaptions(page)
  await page.goto(`/watch/${video.id}`)
  await waitForPicture(page)
  await loopFilm(page)
  await film(page, (one) => one.pause())
}

const time = async () => (await readScreen(page)).currentTime
const isPaused = async () => (await readScreen(page)).paused
const rate = () => film(page, (one) => one.playbackRate)
const volume = () => film(page, (one) => one.volume)
const isFull = () => page.evaluate(() => document.fullscreenElement !== null)
const isInPip = () => page.evaluate(() => document.pictureInPictureElement !== null)
const cue = () => player(page).locator('.vp-cue')
const hasClass = (name: string) => player(page).evaluate((root, one) => root.matches(one), name)
const isWide = () => player(page).getByRole('button', { name: 'Normal view' }).isVisible()
const heard = () => player(page).locator('.vp-hidden[role=status]').last().textContent()
const seek = (seconds: number) =>
  page
    .locator('video')
    .evaluate((one: HTMLVideoElement, at) => void (one.currentTime = at), seconds)

describe('by mouse', () => {
  test('play, sound, captions and the picture’s own click', async () => {
    await open()
    await player(page).hover()
    await control(page, 'Play').click()
    await poll(isPaused).toBe(false)
    await control(page, 'Pause').click()
    await poll(isPaused).toBe(true)
    await page.locator('video').click({ position: { x: 200, y: 100 } })
    await poll(isPaused).toBe(false)

    await control(page, 'Mute').click()
    await poll(async () => (await readScreen(page)).muted).toBe(true)
    await control(page, 'Unmute').click()
    const slider = player(page).getByRole('slider', { name: 'Volume' })
    const { width, height } = (await slider.boundingBox())!
    await slider.click({ position: { x: width / 2, y: height / 2 } })
    await poll(volume).toBeCloseTo(0.5, 1)

    await control(page, 'Captions').click()
    await poll(() => cue().textContent()).toBe('That is the moment.')
    expect(await control(page, 'Captions').getAttribute('aria-pressed')).toBe('true')
    await control(page, 'Captions').click()
    await poll(() => cue().count()).toBe(0)
  })

  test('the timeline seeks, and names the chapter under the pointer', async () => {
    await open()
    await player(page).hover()
    const slider = player(page).getByRole('slider', { name: 'Seek' })
    const { width, height } = (await slider.boundingBox())!
    await slider.hover({ position: { x: width * 0.4, y: height / 2 } })
    await player(page).getByText('The lamp room · 0:01').waitFor()
    await slider.click({ position: { x: width * 0.75, y: height / 2 } })
    await poll(time).toBeCloseTo(3, 0)
    await poll(() => player(page).locator('.vp-chapter').textContent()).toBe('First light')
    expect(await slider.getAttribute('aria-valuetext')).toBe('0:03 of 0:04')
  })

  test('wide view, full screen and picture in picture, there and back', async () => {
    await open()
    await player(page).hover()
    await control(page, 'Wide view').click()
    await poll(isWide).toBe(true)
    await control(page, 'Normal view').click()
    await control(page, 'Full screen').click()
    await poll(isFull).toBe(true)
    await control(page, 'Exit full screen').click()
    await poll(isFull).toBe(false)
    await control(page, 'Picture in picture').click()
    await poll(isInPip).toBe(true)
    await control(page, 'Picture in picture').click()
    await poll(isInPip).toBe(false)
  })

  test('the menu sets speed and how captions look, which is remembered', async () => {
    await open()
    await player(page).hover()
    const line = (name: string | RegExp) => player(page).getByRole('menuitem', { name })
    const choice = (name: string) => player(page).getByRole('menuitemradio', { name, exact: true })
    await control(page, 'Settings').click()
    await line(/^Speed/).click()
    await choice('1.5×').click()
    await poll(rate).toBe(1.5)

    await control(page, 'Settings').click()
    await line(/^Chapters/).click()
    await choice('First light 0:02').click()
    await poll(time).toBeGreaterThanOrEqual(2.5)

    await control(page, 'Settings').click()
    await line(/^Captions/).click()
    await line('Caption style').click()
    await poll(() => cue().textContent()).toBe('Captions look like this.')
    await line(/^Size/).click()
    await choice('150 %').click()
    await line('Size').click()
    await line(/^Text/).click()
    await choice('Yellow').click()
    await page.keyboard.press('Escape')
    await poll(() => cue().count()).toBe(0)

    await page.reload()
    await waitForPicture(page)
    await page.keyboard.press('c')
    await poll(() => cue().textContent()).toBe('That is the moment.')
    const words = cue().locator('span')
    expect(await words.evaluate((one) => getComputedStyle(one).color)).toBe('rgb(255, 229, 92)')
  })

  test('the next film', async () => {
    await open()
    await player(page).hover()
    await control(page, 'Next video').click()
    await page.getByRole('heading', { level: 1, name: 'The tide goes out' }).waitFor()
    await page.keyboard.press('p')
    await page.getByRole('heading', { level: 1, name: filmTitle }).waitFor()
  })
})

describe('by keyboard', () => {
  test('seeks, steps, speed and volume', async () => {
    await open()
    await page.keyboard.press('5')
    await poll(time).toBeCloseTo(2, 1)
    const before = await time()
    await page.keyboard.press('.')
    await poll(time).toBeCloseTo(before + 1 / 30, 3)
    await page.keyboard.press(',')
    await poll(time).toBeCloseTo(before, 3)
    await page.keyboard.press('j')
    await poll(time).toBe(0)
    await page.keyboard.press('l')
    await poll(time).toBeCloseTo(4, 0)
    await page.keyboard.press('0')
    await poll(time).toBe(0)

    await page.keyboard.press('>')
    await poll(rate).toBe(1.25)
    await poll(heard).toBe('Speed 1.25×')
    await player(page).getByText('1.25×', { exact: true }).first().waitFor()
    await page.keyboard.press('<')
    await poll(rate).toBe(1)

    await control(page, 'Play').focus()
    await page.keyboard.press('End')
    await poll(time).toBeCloseTo(4, 0)
    await page.keyboard.press('Home')
    await poll(time).toBe(0)
    await page.keyboard.press('ArrowDown')
    await poll(volume).toBeCloseTo(0.95, 2)
    await poll(heard).toBe('Volume 95 %')
    await page.keyboard.press('ArrowUp')
    await poll(volume).toBe(1)
  })

  test('K, M, C, T, F and I', async () => {
    await open()
    await page.keyboard.press('k')
    await poll(isPaused).toBe(false)
    await page.keyboard.press('k')
    await poll(isPaused).toBe(true)
    await page.keyboard.press('m')
    await poll(heard).toBe('Sound off')
    await page.keyboard.press('c')
    await poll(() => cue().count()).toBe(1)
    await poll(heard).toBe('English')
    await page.keyboard.press('c')
    await poll(heard).toBe('Captions off')
    await page.keyboard.press('t')
    await poll(isWide).toBe(true)
    await page.keyboard.press('f')
    await poll(isFull).toBe(true)
    await page.keyboard.press('f')
    await poll(isFull).toBe(false)
    await page.keyboard.press('i')
    await poll(isInPip).toBe(true)
    await page.keyboard.press('i')
    await poll(isInPip).toBe(false)
    await page.keyboard.press('t')
  })

  test('the menu by arrows; Escape closes it and hands the focus back', async () => {
    await open()
    await control(page, 'Settings').focus()
    await page.keyboard.press('Enter')
    const focused = () => page.evaluate(() => document.activeElement?.textContent)
    await poll(focused).toMatch(/^Speed/)
    await page.keyboard.press('ArrowRight')
    await poll(focused).toBe('Normal')
    await page.keyboard.press('ArrowDown')
    await poll(focused).toBe('1.25×')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('End')
    await poll(focused).toMatch(/^Technical details/)
    await page.keyboard.press('Escape')
    await poll(() => page.evaluate(() => document.activeElement?.ariaLabel)).toBe('Settings')
  })

  test('single keys can be switched off for the page, and still work in the player', async () => {
    await open()
    await page.keyboard.press('?')
    const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
    await help.getByRole('checkbox', { name: 'Use these keys anywhere on the page' }).uncheck()
    await page.keyboard.press('Escape')
    await help.waitFor({ state: 'detached' })
    await page.locator('#main').focus()
    await page.keyboard.press('m')
    await page.keyboard.press('?')
    await control(page, 'Play').focus()
    await page.keyboard.press('>')
    await poll(rate).toBe(1.25)
    expect(await help.count()).toBe(0)
    expect((await readScreen(page)).muted).toBe(false)
    await page.keyboard.press('?')
    await help.getByRole('checkbox').check()
  })

  test('the control with the focus has a double ring and is never hidden', async () => {
    await open()
    await player(page).hover()
    await startFilm(page)
    await page.keyboard.press('Shift+Tab')
    for (let presses = 0; presses < 30; presses++) {
      await page.keyboard.press('Tab')
      if (await page.evaluate(() => document.activeElement?.ariaLabel === 'Pause')) break
    }
    const ring = await page.evaluate(() => {
      const { outlineColor, outlineWidth, boxShadow } = getComputedStyle(document.activeElement!)
      return { outlineColor, outlineWidth, boxShadow }
    })
    expect(ring).toMatchObject({ outlineColor: 'rgb(255, 255, 255)', outlineWidth: '2px' })
    expect(ring.boxShadow).toContain('rgb(0, 0, 0)')
    await page.mouse.move(5, 5)
    await seek(0)
    await poll(time).toBeGreaterThan(3.2) // longer than an idle bar stays
    expect(await hasClass('.is-idle')).toBe(false)
    await page.locator('#main').focus()
    await poll(() => hasClass('.is-idle')).toBe(true)
  })

  test('a running film says nothing', async () => {
    await open()
    await startFilm(page)
    await page.evaluate(() => {
      const changes: string[] = []
      Object.assign(globalThis, { changes })
      const watcher = new MutationObserver((all) => {
        for (const { target } of all) {
          const live = (target as Element).closest?.('[role=status],[role=alert]')
          if (live?.textContent) changes.push(live.textContent)
        }
      })
      const root = document.querySelector('.vp')!
      watcher.observe(root, { childList: true, characterData: true, subtree: true })
    })
    await seek(0)
    await poll(time).toBeGreaterThan(2)
    expect(await page.evaluate('changes')).toEqual([])
  })
})

describe('by touch', () => {
  let fingers: CDPSession
  const openPhone = async () => {
    await open({ isTouch: true })
    fingers = await visitor.newCDPSession(page)
  }
  /** Of the picture, from its left edge. */
  async function place(share: number) {
    const { x, y, width, height } = (await page.locator('video').boundingBox())!
    return { x: x + width * share, y: y + height * 0.3 }
  }
  const touch = async (type: 'touchStart' | 'touchEnd', at?: { x: number; y: number }) =>
    void (await fingers.send('Input.dispatchTouchEvent', { type, touchPoints: at ? [at] : [] }))
  async function tap(share: number) {
    await touch('touchStart', await place(share))
    await touch('touchEnd')
  }

  test('a tap shows and hides the bar, and does not stop the film', async () => {
    await openPhone()
    await control(page, 'Play').last().tap()
    await poll(isPaused).toBe(false)
    await poll(() => hasClass('.is-idle')).toBe(true)
    await tap(0.5)
    await poll(() => hasClass('.is-idle')).toBe(false)
    await tap(0.5)
    await poll(() => hasClass('.is-idle')).toBe(true)
    expect(await isPaused()).toBe(false)
  })

  test('two taps at a side seek ten seconds, with a sign', async () => {
    await openPhone()
    await seek(2)
    const sign = () => player(page).locator('.vp-pulse').textContent()
    await tap(0.9)
    await tap(0.9)
    await poll(sign).toBe('+10 s')
    await poll(time).toBeCloseTo(4, 0)
    await tap(0.1)
    await tap(0.1)
    await poll(sign).toBe('−10 s')
    await poll(time).toBe(0)
  })

  test('held down, the film runs at double speed until the finger leaves', async () => {
    await openPhone()
    await startFilm(page)
    await poll(isPaused).toBe(false)
    await touch('touchStart', await place(0.5))
    await poll(rate).toBe(2)
    await player(page).getByText('2×', { exact: true }).waitFor()
    await touch('touchEnd')
    await poll(rate).toBe(1)
    expect(await isPaused()).toBe(false)
  })

  test('controls are as large as a fingertip and answer to it', async () => {
    await openPhone()
    const small = await player(page)
      .locator('button:visible, .vp-seek')
      .evaluateAll((all) =>
        all.flatMap((one) => {
          const { width, height } = one.getBoundingClientRect()
          return Math.min(width, height) < 44 ? [`${one.ariaLabel} ${width}×${height}`] : []
        }),
      )
    expect(small).toEqual([])
    await control(page, 'Mute').tap()
    await poll(async () => (await readScreen(page)).muted).toBe(true)
    await control(page, 'Captions').tap()
    await poll(() => cue().count()).toBe(1)
    await control(page, 'Settings').tap()
    await player(page)
      .getByRole('menuitem', { name: /^Speed/ })
      .tap()
    await player(page).getByRole('menuitemradio', { name: '2×', exact: true }).tap()
    await poll(rate).toBe(2)
    await control(page, 'Full screen').tap()
    await poll(isFull).toBe(true)
    await control(page, 'Exit full screen').tap()
  })
})

test.each([
  ['wide', {}],
  ['narrow', { viewport: phone }],
])('bar, menus and help have no barrier, light and dark, %s', async (_name, options) => {
  await open(options)
  await player(page).hover()
  await page.keyboard.press('c')
  const look = (name: string) => checkLook(page, `player-${name}`)
  await look('bar')
  await control(page, 'Settings').click()
  await look('menu')
  await player(page)
    .getByRole('menuitem', { name: /^Captions/ })
    .click()
  await player(page).getByRole('menuitem', { name: 'Caption style' }).click()
  await look('caption-style')
  await player(page)
    .getByRole('menuitem', { name: /^Background/ })
    .click()
  await look('caption-ground')
  await page.keyboard.press('Escape')
  await page.keyboard.press('?')
  await look('help')
  await page.keyboard.press('Escape')
  await page.keyboard.press('t')
  await page.emulateMedia({ colorScheme: 'light' })
  await page.locator('html[data-theme=dark]').waitFor()
  expect(await findBarriers(page)).toEqual([])
})
