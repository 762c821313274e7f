import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { TestUser } from '../../worker/test/user.ts'
import type { World } from '../../worker/test/world.ts'
import { findBarriers } from './axe.ts'
import { desktop, openVisitor, phone } from './browser.ts'
import { watchFaults } from './faults.ts'

/** Where set, a picture of every page is left there. */
const shotsDir = process.env['LANTERN_SHOTS']

/** Each page wide and narrow, light and dark: no barrier, no sideways scrolling, no fault. */
export async function checkLooks(
  browser: Browser,
  world: Pick<World, 'url'>,
  paths: string[],
  user?: TestUser,
): Promise<void> {
  for (const viewport of [desktop, phone]) {
    const visitor = await openVisitor(browser, world, { viewport, ...(user && { user }) })
    const faults = watchFaults(visitor)
    const page = await visitor.newPage()
    for (const place of paths) {
      await page.goto(place)
      await page.getByRole('heading', { level: 1 }).first().waitFor()
      await page.waitForLoadState('networkidle')
      await checkLook(page, place.replace(/#.*/, '').slice(1).replaceAll('/', '-'))
    }
    expect(faults()).toEqual([])
    await visitor.close()
  }
}

/** A page that was led somewhere, narrow and then wide. */
export async function checkSizes(page: Page, name: string): Promise<void> {
  for (const viewport of [phone, desktop]) {
    await page.setViewportSize(viewport)
    await checkLook(page, name)
  }
}

/** The page as it stands. `name` is the picture's. */
export async function checkLook(page: Page, name: string): Promise<void> {
  const width = page.viewportSize()?.width ?? 0
  await page.evaluate(() => document.fonts.ready)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.locator(`html[data-theme=${colorScheme}]`).waitFor()
    await waitForRest(page)
    await takeShot(page, `${name}-${width}-${colorScheme}`)
    expect(await findBarriers(page), `${name} at ${width} px, ${colorScheme}`).toEqual([])
  }
  expect(await overhangPx(page), `${name} at ${width} px scrolls sideways`).toBe(0)
}

/** A change of theme runs through transitions, however short: colours are final after them. */
const waitForRest = (page: Page) =>
  page.evaluate(async () => {
    const isEnding = (animation: Animation) =>
      Number.isFinite(Number(animation.effect?.getComputedTiming().endTime))
    const running = document.getAnimations().filter(isEnding)
    await Promise.allSettled(running.map((animation) => animation.finished))
  })

export async function takeShot(page: Page, name: string) {
  if (!shotsDir) return
  await mkdir(shotsDir, { recursive: true })
  const file = path.join(shotsDir, `${name}.png`)
  await page.screenshot({ path: file, animations: 'disabled', fullPage: true })
}

const overhangPx = (page: Page) =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    return Math.max(0, scrollWidth - clientWidth)
  })
