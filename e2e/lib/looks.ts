import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { findBarriers } from './axe.ts'
import { desktop, phone } from './browser.ts'

/** Where set, a picture of what was looked at is left there. */
const shotsDir = process.env['LANTERN_SHOTS']

/** A page as it stands, wide and narrow, light and dark: no barriers, nothing hangs over. */
export async function checkLooks(page: Page, name: string): Promise<void> {
  for (const viewport of [phone, desktop]) {
    await page.setViewportSize(viewport)
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.locator(`html[data-theme=${colorScheme}]`).waitFor()
      await waitForRest(page)
      await takeShot(page, `${name}-${viewport.width}-${colorScheme}`)
      expect(await findBarriers(page), `${name} ${viewport.width} ${colorScheme}`).toEqual([])
    }
    expect(await overhangPx(page), `${name} ${viewport.width} sideways`).toBe(0)
  }
}

/** A change of theme runs through transitions, however short: colours are final after them. */
const waitForRest = (page: Page) =>
  page.evaluate(async () => {
    const isEnding = (animation: Animation) =>
      Number.isFinite(Number(animation.effect?.getComputedTiming().endTime))
    const running = document.getAnimations().filter(isEnding)
    await document.fonts.ready
    await Promise.allSettled(running.map((animation) => animation.finished))
  })

async function takeShot(page: Page, name: string): Promise<void> {
  if (!shotsDir) return
  await mkdir(shotsDir, { recursive: true })
  await page.screenshot({
    path: path.join(shotsDir, `${name}.png`),
    animations: 'disabled',
    fullPage: true,
  })
}

const overhangPx = (page: Page) =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    return Math.max(0, scrollWidth - clientWidth)
  })
