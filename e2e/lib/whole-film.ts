import type { Browser, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Playback } from '#contracts/video.ts'
import type { World } from '../../worker/test/world.ts'
import { openVisitor } from './browser.ts'
import { watchFaults } from './faults.ts'
import { serveShaka } from './shaka.ts'
import { readScreen, startFilm } from './watching.ts'

const wait = { timeout: 30_000 }

interface Places {
  browser: Browser
  world: World
}

/** Throws unless the film is seen and heard to its end, on our page. */
export async function playOnOurPage(
  { browser, world }: Places,
  { videoId }: Pick<Playback, 'videoId'>,
  seconds: number,
) {
  const visitor = await openVisitor(browser, world)
  const faults = watchFaults(visitor)
  const page = await visitor.newPage()
  await page.goto(`/watch/${videoId}`)
  await startFilm(page)
  await playToEnd(page, seconds)
  expect((await readScreen(page)).decodedAudioBytes).toBeGreaterThan(0)
  expect(faults()).toEqual([])
  await visitor.close()
}

/** The same in a player that is not ours, by the link alone. */
export async function playInShaka(
  { browser, world }: Places,
  { hlsUrl }: Pick<Playback, 'hlsUrl'>,
  seconds: number,
) {
  const shaka = await serveShaka()
  const visitor = await openVisitor(browser, world)
  const faults = watchFaults(visitor)
  const page = await visitor.newPage()
  const url = encodeURIComponent(new URL(hlsUrl, world.url).href)
  await page.goto(`${shaka.url}?url=${url}`)
  await playToEnd(page, seconds)
  expect(await page.evaluate('problems')).toEqual([])
  expect(faults().filter((fault) => !fault.includes('favicon'))).toEqual([])
  await visitor.close()
  shaka.stop()
}

/** Three times as fast, from the first moving picture on. */
async function playToEnd(page: Page, seconds: number) {
  await expect.poll(async () => (await readScreen(page)).currentTime, wait).toBeGreaterThan(0.2)
  await page.locator('video').evaluate((video: HTMLVideoElement) => (video.playbackRate = 3))
  await expect.poll(async () => (await readScreen(page)).ended, wait).toBe(true)
  const { currentTime, error } = await readScreen(page)
  expect(error).toBeNull()
  expect(Math.abs(currentTime - seconds)).toBeLessThan(0.15)
}
