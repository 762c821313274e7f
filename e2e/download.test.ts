import { readFile } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestUser } from '../worker/test/user.ts'
import { createWorld, type World } from '../worker/test/world.ts'
import { launchBrowser, openVisitor } from './lib/browser.ts'
import { watchFaults } from './lib/faults.ts'
import { checkSizes } from './lib/looks.ts'

const wait = { timeout: 20_000 }

let world: World
let browser: Browser
let owner: TestUser

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld(), launchBrowser()])
  owner = await world.user()
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})

test('an owner offers a film to save, and a viewer saves it', async () => {
  const video = await world.video({ owner, title: 'Low tide' })
  const studio = await openVisitor(browser, world, { user: owner })
  const editor = await studio.newPage()
  await editor.goto(`/studio/videos/${video.id}`)
  const choice = editor.getByLabel('What viewers can download')
  await choice.waitFor(wait)
  expect(await choice.inputValue()).toBe('none')
  await choice.selectOption('video')
  await editor.getByText('Whoever can watch it can save it as an MP4.').waitFor(wait)
  await editor.getByText('Saved', { exact: true }).waitFor(wait)
  await checkSizes(editor, 'studio-download')
  await studio.close()

  const visitor = await openVisitor(browser, world)
  const faults = watchFaults(visitor)
  const viewer = await visitor.newPage()
  await viewer.goto(`/watch/${video.id}`)
  await viewer.getByRole('button', { name: 'Download' }).click(wait)
  await viewer.getByRole('button', { name: /^180p/ }).waitFor(wait)
  await checkSizes(viewer, 'watch-download')
  const [download] = await Promise.all([
    viewer.waitForEvent('download', wait),
    viewer.getByRole('button', { name: /^180p/ }).click(wait),
  ])
  expect(download.suggestedFilename()).toBe('Low tide.mp4')
  const bytes = await readFile(await download.path())
  expect(bytes.toString('latin1', 4, 8)).toBe('ftyp')
  expect(faults()).toEqual([])
  await visitor.close()
})

test('a browser plays the saved file by itself, to its end and from its middle', async () => {
  const video = await world.video({ owner })
  await world.as(owner).patch(`/api/v1/videos/${video.id}`, { downloads: 'video' })
  const { body } = await world.as().get(`/api/v1/videos/${video.id}/playback`)
  const visitor = await openVisitor(browser, world)
  const page = await visitor.newPage()
  await page.goto('/')
  const seen = await page.evaluate(async (url: string) => {
    // Only the page's own policy says where its films come from: the bytes are fetched.
    const file = new Blob([await (await fetch(url)).arrayBuffer()], { type: 'video/mp4' })
    const film = document.createElement('video')
    film.muted = true
    film.src = URL.createObjectURL(file)
    const on = (name: string) =>
      new Promise((resolve, reject) => {
        film.addEventListener(name, resolve, { once: true })
        film.addEventListener('error', () => reject(new Error(film.error?.message)))
      })
    await on('loadedmetadata')
    const { duration, videoWidth, videoHeight } = film
    film.currentTime = 3
    await on('seeked')
    const ended = on('ended')
    await film.play()
    await ended
    return {
      duration,
      videoWidth,
      videoHeight,
      frames: film.getVideoPlaybackQuality().totalVideoFrames,
    }
  }, body.downloads[0].url)
  expect(seen).toMatchObject({ videoWidth: 320, videoHeight: 180 })
  expect(seen.duration).toBeCloseTo(4, 0)
  expect(seen.frames).toBeGreaterThan(5)
  await visitor.close()
})
