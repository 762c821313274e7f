import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { narrow } from '#contracts/narrow.ts'
import type { Playback } from '#contracts/video.ts'
import { expectStatus } from '../scripts/lib/client.ts'
import { createWorld, type World } from '../worker/test/world.ts'
import { launchBrowser, openVisitor } from './lib/browser.ts'
import { checkSizes } from './lib/looks.ts'
import { readScreen, startFilm } from './lib/watching.ts'

const wait = { timeout: 20_000 }

let world: World
let browser: Browser

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld(), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})

/** A visitor whose player asks for the film with the token of a link. */
async function openWith(token: string, videoId: string) {
  const visitor = await openVisitor(browser, world)
  await visitor.route('**/api/v1/videos/*/playback*', (route) => {
    const url = new URL(route.request().url())
    url.searchParams.set('token', token)
    return route.continue({ url: url.href })
  })
  const page = await visitor.newPage()
  const master = page.waitForResponse((response) => response.url().includes('/master.m3u8'))
  await page.goto(`/watch/${videoId}`)
  return { visitor, page, master: await master }
}

test('a link for one device plays on one; the other is told why, and plays when that one stops', async () => {
  const video = await world.video({ visibility: 'unlisted' })
  const reply = await world.as().get<Playback>(`/api/v1/videos/${video.id}/playback`)
  const { hlsUrl } = expectStatus(reply, 200, 'playback')
  const token = await narrow(hlsUrl.split('/')[4]!, { maxStreams: 1 })
  const playsOn = async ({ page }: Awaited<ReturnType<typeof openWith>>) => {
    await startFilm(page)
    await expect.poll(async () => (await readScreen(page)).currentTime, wait).toBeGreaterThan(0.3)
  }

  const first = await openWith(token, video.id)
  expect(first.master.status()).toBe(200)
  await playsOn(first)

  const second = await openWith(token, video.id)
  expect(second.master.status()).toBe(403)
  expect(await second.master.json()).toMatchObject({
    code: 'streams_limit',
    detail: 'This is playing on as many devices as it may. Stop one of them, and try again.',
  })
  const player = second.page.getByRole('region', { name: 'Video player' })
  const again = player.getByRole('button', { name: 'Try again' })
  await again.waitFor()
  expect((await readScreen(first.page)).error).toBeNull()

  await first.visitor.close()
  world.tick(30_000)
  await again.click()
  await playsOn(second)
  await second.visitor.close()
})

test('an admin says on how many devices one may watch, and finds it said', async () => {
  const user = await world.user()
  const visitor = await openVisitor(browser, world, { user })
  const page = await visitor.newPage()
  await page.goto('/studio/settings')
  const devices = page.getByRole('combobox', { name: 'Devices of one viewer' })
  await devices.selectOption('2 devices')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Saved.').waitFor()
  await checkSizes(page, 'settings-streams')
  await page.reload()
  await expect.poll(() => devices.inputValue(), wait).toBe('2')
  await visitor.close()
})
