import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Playback } from '#contracts/video.ts'
import { expectStatus } from '../scripts/lib/client.ts'
import { createWorld, type World } from '../worker/test/world.ts'
import { launchBrowser, openVisitor } from './lib/browser.ts'
import { playInFfmpeg } from './lib/hls.ts'
import { checkSizes } from './lib/looks.ts'
import { playInShaka, playOnOurPage } from './lib/whole-film.ts'

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

test('an owner has a film encrypted on its way, and hls.js, Shaka and ffmpeg play it', async () => {
  const owner = await world.user()
  const video = await world.video({ owner })
  const studio = await openVisitor(browser, world, { user: owner })
  const editor = await studio.newPage()
  await editor.goto(`/studio/videos/${video.id}`)
  const choice = editor.getByLabel('How it is delivered')
  await choice.waitFor(wait)
  expect(await choice.inputValue()).toBe('none')
  await choice.selectOption('aes-128')
  await editor.getByText(/keys go to holders of a link alone/).waitFor(wait)
  await editor.getByText('Saved', { exact: true }).waitFor(wait)
  await checkSizes(editor, 'studio-encryption')
  await studio.close()

  world.tick(3001) // what the Worker remembers of a video
  const reply = await world.as().get<Playback>(`/api/v1/videos/${video.id}/playback`)
  const playback = expectStatus(reply, 200, 'playback')
  const url = new URL(playback.hlsUrl, world.url).href
  expect(await (await fetch(url)).text()).toMatch(/^aes\/e\//m)
  expect(await playInFfmpeg(url)).toBe('')
  await playOnOurPage({ browser, world }, playback, 4)
  await playInShaka({ browser, world }, playback, 4)
})
