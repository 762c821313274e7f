import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWorld, type World } from '../worker/test/world.ts'
import { launchBrowser, openVisitor, signUp } from './lib/browser.ts'
import { watchFaults } from './lib/faults.ts'
import { type Film, findFilms, makeClip } from './lib/media.ts'
import { chooseFiles, recordProgress, rowOf } from './lib/uploading.ts'
import { chooseQuality, openQualities, readScreen } from './lib/watching.ts'

const films = findFilms()
const nameOf = (film: Film) => path.basename(film.file)

let world: World
let browser: Browser
let visitor: BrowserContext
let page: Page
let faults: () => string[]

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld({ transcoder: true }), launchBrowser()])
  const file = path.join(world.dir, 'clips', 'made-here.mp4')
  await mkdir(path.dirname(file))
  await makeClip(file)
  films.push({ file, hasAudio: true, isPortrait: false })
  visitor = await openVisitor(browser, world)
  faults = watchFaults(visitor)
  page = await visitor.newPage()
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})

describe('a newcomer with films', () => {
  test('signs up, uploads them in one go and sees each get ready', async () => {
    await signUp(page, 'Ada Lighthouse')
    await page.getByRole('link', { name: 'Upload' }).first().click()
    const progress = await recordProgress(page)
    const files = films.map((film) => film.file)
    await chooseFiles(page, files)
    for (const film of films) {
      const ready = rowOf(page, film.file).getByText(/^Ready/)
      await ready.waitFor({ timeout: 150_000 })
    }

    const seen = Object.entries(await progress())
    for (const [bar, values] of seen) {
      expect(values, `${bar} never falls`).toEqual(values.toSorted((a, b) => a - b))
      expect(values.at(-1), bar).toBeLessThanOrEqual(100)
    }
    const names = seen.map(([bar]) => bar)
    expect(names).toEqual(expect.arrayContaining(films.map((film) => `Upload of ${nameOf(film)}`)))
    const conversions = seen.filter(([bar]) => bar.startsWith('Conversion'))
    const moved = conversions.filter(([, values]) => values.length >= 3)
    expect(moved.length, JSON.stringify(conversions)).toBeGreaterThan(0)
    expect(faults()).toEqual([])
  })

  for (const name of [...films.map(nameOf), 'made-here.mp4']) {
    test(`watches ${name} upright, with its sound, in each quality asked for`, async () => {
      const film = films.find((one) => nameOf(one) === name)!
      await page.getByRole('link', { name: 'Upload' }).first().click()
      await rowOf(page, film.file).getByRole('link', { name: 'Watch' }).click()

      const screen = () => readScreen(page)
      await expect.poll(async () => (await screen()).currentTime, wait).toBeGreaterThan(0.5)
      const { widthPx, heightPx } = await screen()
      expect(heightPx > widthPx, `${widthPx}x${heightPx}`).toBe(film.isPortrait)
      if (film.hasAudio) {
        await expect.poll(async () => (await screen()).decodedAudioBytes, wait).toBeGreaterThan(0)
      } else expect((await screen()).decodedAudioBytes).toBe(0)

      const qualities = (await openQualities(page)).filter((name) => /^\d+p/.test(name))
      const shortSide = Math.min(widthPx, heightPx)
      const other = qualities.find((quality) => quality !== `${shortSide}p`)
      if (other) {
        await chooseQuality(page, other)
        // The new quality begins at a key frame; a film of one segment shows it when played again.
        const shown = async () => {
          const now = await screen()
          if (now.ended) await page.keyboard.press('k')
          return `${Math.min(now.widthPx, now.heightPx)}p`
        }
        await expect.poll(shown, wait).toBe(other)
      }
      expect((await screen()).error).toBeNull()
      expect(faults()).toEqual([])
    })
  }
})

const wait = { timeout: 20_000 }
