import { gzipSync } from 'node:zlib'
import type { Browser, Frame, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { chromium } from 'playwright-core'
import { ensureChromium } from '../scripts/lib/ffmpeg.ts'
import type { Events, LanternPlayer } from '../web/public/embed-client.d.ts'
import type { TestVideo } from '../worker/test/video.ts'
import { type World, createWorld } from '../worker/test/world.ts'
import { findBarriers } from './lib/axe.ts'
import { openVisitor } from './lib/browser.ts'
import { checkLooks, takeShot } from './lib/looks.ts'
import { type OtherSite, startOtherSite } from './lib/other-site.ts'

let world: World
let browser: Browser
let video: TestVideo
let site: OtherSite
let allowed: string
let foreign: string

/** What the scripts of any page here threw. */
const faults: string[] = []
const wait = { timeout: 15_000 }

beforeAll(async () => {
  const executablePath = await ensureChromium()
  ;[world, browser] = await Promise.all([
    createWorld(),
    chromium.launch({
      ...{ executablePath, headless: true, chromiumSandbox: false },
      args: ['--disable-gpu', '--mute-audio', '--test-third-party-cookie-phaseout'],
    }),
  ])
  video = await world.video({ title: 'Tide & <b>moon</b>' })
  site = await startOtherSite()
  ;[allowed, foreign] = site.origins
})
afterEach(() => expect(faults.splice(0)).toEqual([]))
afterAll(async () => {
  await browser?.close()
  site?.stop()
  await world?.stop()
})

interface Opened {
  page: Page
  frame: Frame
  /** Addresses that the frame asked for. */
  asked: string[]
}

/** A page of another site with a frame in it. */
async function openOn(site: string, query = '', size = '640x360'): Promise<Opened> {
  const visitor = await openVisitor(browser, world)
  const page = await visitor.newPage()
  const asked: string[] = []
  page.on('pageerror', (error) => faults.push(error.stack ?? error.message))
  page.on('request', (request) => asked.push(request.url()))
  const src = `${world.url}/embed/${video.id}${query}`
  await page.goto(`${site}/?size=${size}&src=${encodeURIComponent(src)}`)
  const handle = await page.locator('iframe').elementHandle()
  const frame = (await handle!.contentFrame())!
  return { page, frame, asked }
}

const seconds = (frame: Frame) =>
  frame.locator('video').evaluate((film: HTMLVideoElement) => film.currentTime)

const allow = async (embedDomains: string[] | null) => {
  const path = `/api/v1/videos/${video.id}`
  const reply = await world.as(video.owner).patch(path, { embedDomains })
  expect(reply.status).toBe(200)
}

test('a frame asks for nothing of the film until its button is pressed, and then plays', async () => {
  const { page, frame, asked } = await openOn(allowed)
  await frame.getByRole('link', { name: video.title }).waitFor()
  const isOfFilm = (url: string) => /\.m3u8|\.m4s|\/hls-/.test(url)
  expect(asked.filter(isOfFilm)).toEqual([])
  await takeShot(page, 'embed-fresh')
  expect(await findBarriers(frame)).toEqual([])

  await frame.locator('.vp-big').click()
  await expect.poll(() => seconds(frame), wait).toBeGreaterThan(0.3)
  expect(asked.filter(isOfFilm)).not.toEqual([])
  expect(await page.context().cookies()).toEqual([])
  await page.context().close()
})

test('it plays on its own where it is asked to, from start to end, and offers to play again', async () => {
  const { page, frame } = await openOn(allowed, '?autoplay=1&muted=1&start=0.5&end=1&color=7dd3c3')
  await frame.getByRole('button', { name: 'Play again' }).first().waitFor()
  expect(await seconds(frame)).toBeGreaterThanOrEqual(1)
  await takeShot(page, 'embed-end')
  expect(await findBarriers(frame)).toEqual([])
  await frame.locator('.embed-action').click()
  await frame.locator('.embed-end').waitFor({ state: 'hidden' })
  await page.context().close()
})

test('a small frame keeps play, time and full screen', async () => {
  const { page, frame } = await openOn(allowed, '', '200x113')
  const bar = frame.locator('.vp-bar')
  await bar.waitFor()
  const shown = bar.locator('button:visible, input:visible')
  const names = await shown.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')))
  expect(names).toEqual(['Play', 'Full screen'])
  expect(await frame.locator('.vp-time').isVisible()).toBe(true)
  await takeShot(page, 'embed-small')
  await page.context().close()
})

test('a site that its owner has not named is told so, or shown nothing', async () => {
  await allow(['localhost'])
  const there = await openOn(allowed)
  await there.frame.locator('.vp').waitFor()
  await there.page.context().close()

  const elsewhere = await openOn(foreign)
  await elsewhere.frame.getByText('cannot be shown on this site').waitFor()
  await takeShot(elsewhere.page, 'embed-elsewhere')
  expect(await findBarriers(elsewhere.frame)).toEqual([])

  // A page that keeps its name to itself meets the browser's own refusal.
  const blocked = elsewhere.page.waitForEvent('console', {
    predicate: (message) => message.text().includes('frame-ancestors'),
  })
  await elsewhere.page.evaluate((src) => {
    document.body.innerHTML = `<iframe referrerpolicy="no-referrer" src="${src}"></iframe>`
  }, `${world.url}/embed/${video.id}`)
  await blocked
  await elsewhere.page.context().close()
  await allow(null)
})

test('a page steers its frame, and hears of it', async () => {
  const { page, frame } = await openOn(allowed, '?muted=1')
  await page.addScriptTag({
    type: 'module',
    content: `import { connect } from '${world.url}/embed-client.js'
      globalThis.player = connect(document.querySelector('iframe'))`,
  })
  await page.waitForFunction(() => 'player' in globalThis)
  const heard = await page.evaluate(async () => {
    const { player } = globalThis as unknown as { player: LanternPlayer }
    const once = (name: keyof Events) => new Promise((go) => player.on(name, go))
    const first = await player.ready
    const [playing, time] = [once('play'), once('time')]
    player.play()
    await playing
    await time
    const paused = once('pause')
    player.pause()
    await paused
    player.setVolume(0.4)
    player.seek(1)
    return { first, last: await player.getState() }
  })
  expect(heard.first).toMatchObject({ isPaused: true, title: video.title })
  expect(heard.last).toMatchObject({ isPaused: true, volume: 0.4, seconds: 1 })

  // Whoever was not first, and whatever is no command, changes nothing.
  await page.evaluate(() => {
    const { contentWindow } = document.querySelector('iframe')!
    for (const message of [null, 'play', { lantern: 2, do: 'play' }, { lantern: 1, do: 'eval' }]) {
      contentWindow!.postMessage(message, '*')
    }
    contentWindow!.postMessage({ lantern: 1, do: 'seek', seconds: 'x' }, '*')
  })
  await frame.evaluate(() => postMessage({ lantern: 1, do: 'play' }, '*'))
  expect(await seconds(frame)).toBe(1)
  expect(await frame.locator('video').evaluate((film: HTMLVideoElement) => film.paused)).toBe(true)
  await page.context().close()
})

test('a film that is not ready yet comes by itself', async () => {
  const set = (status: string, encodeId: string | null) =>
    world.db
      .prepare('update videos set status = ?, encode_id = ? where id = ?')
      .bind(status, encodeId, video.id)
      .run()
  const encodeId = await world.db
    .prepare('select encode_id from videos where id = ?')
    .bind(video.id)
    .first<string>('encode_id')
  await set('processing', null)
  const { page, frame } = await openOn(allowed)
  await frame.getByText('is being prepared').waitFor()
  await takeShot(page, 'embed-processing')
  await set('ready', encodeId)
  await frame.locator('.vp').waitFor()
  await page.context().close()
})

test('its owner makes the code with the frame before them, and names the sites', async () => {
  const path = `/studio/videos/${video.id}`
  await checkLooks(browser, world, [`${path}/embed`], video.owner)
  const visitor = await openVisitor(browser, world, { user: video.owner })
  const page = await visitor.newPage()
  await page.goto(`${path}/embed`)
  await page.frameLocator('iframe').locator('.vp').waitFor()
  await page.getByLabel('Start at').fill('1:30')
  await page.getByLabel('Play at once').check()
  const code = await page.getByLabel('Code for your page').inputValue()
  expect(code).toContain(`${world.url}/embed/${video.id}?start=90&amp;autoplay=1&amp;muted=1`)

  await page.goto(path)
  await page.getByLabel('Where it may be embedded').selectOption('Only on these sites')
  await page.getByLabel('Sites').fill('Partner.example\n*.shop.example\na_b')
  await page.getByText('is not the name of a site').waitFor()
  await takeShot(page, 'studio-sites')
  await page.getByLabel('Sites').fill('https://Partner.example/\n*.shop.example')
  const saved = async () => {
    const { body } = await world.as(video.owner).get(`/api/v1/videos/${video.id}`)
    return body.embedDomains
  }
  await expect.poll(saved, wait).toEqual(['partner.example', '*.shop.example'])
  await visitor.close()
})

test('what a frame loads before its film weighs 120 kB at most', async () => {
  const html = await (await fetch(`${world.url}/embed/${video.id}?autoplay=1`)).text()
  const files = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, file]) => file!)
  expect(files.filter((file) => file.includes('player-hls'))).toHaveLength(1)
  const sizes = files.map(async (file) => {
    const reply = await fetch(world.url + file)
    return gzipSync(Buffer.from(await reply.arrayBuffer())).byteLength
  })
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
  console.log(`an embed loads ${files.length} files, ${(bytes / 1000).toFixed(1)} kB as gzip`)
  expect(bytes).toBeGreaterThan(50_000)
  expect(bytes).toBeLessThanOrEqual(120_000)
})
