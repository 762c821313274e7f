import { readFile, stat } from 'node:fs/promises'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { TestUser } from '../worker/test/user.ts'
import { createWorld, type World } from '../worker/test/world.ts'
import { launchBrowser, openVisitor } from './lib/browser.ts'
import { watchFaults } from './lib/faults.ts'
import { makeClip, makeLargeClip, makeNoVideo, makeSparse } from './lib/media.ts'
import { chooseFiles, percentOf, rowOf } from './lib/uploading.ts'

const mebibyte = 2 ** 20
const maxUploadBytes = 48 * mebibyte
const wait = { timeout: 30_000 }

let world: World
let browser: Browser
let user: TestUser
let visitor: BrowserContext
let page: Page
let faults: () => string[]
let film: string
const fileNamed = (name: string) => path.join(world.dir, 'files', name)

beforeAll(async () => {
  const env = { MAX_UPLOAD_BYTES: String(maxUploadBytes) }
  const options = { transcoder: true, env }
  ;[world, browser] = await Promise.all([createWorld(options), launchBrowser()])
  mkdirSync(fileNamed(''))
  film = fileNamed('harbour.mkv')
  await makeLargeClip(film)
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})

beforeEach(async () => {
  user = await world.user()
  visitor = await openVisitor(browser, world, { user })
  faults = watchFaults(visitor)
  page = await visitor.newPage()
  await page.goto('/studio/upload')
})
afterEach(() => visitor.close())

const isPartAddress = (url: URL) => url.pathname.startsWith('/cdn-cgi/local/r2/s3/')
const partNumberOf = (url: string) => Number(new URL(url).pathname.split('/').at(-1))
const bar = () => rowOf(page, film).getByRole('progressbar')
const percent = () => percentOf(bar())

const partBytes = 4 * mebibyte
const ascending = (a: number, b: number) => a - b

async function partsOf(file: string): Promise<number[]> {
  const count = Math.ceil((await stat(file)).size / partBytes)
  return Array.from({ length: count }, (_, index) => index + 1)
}

/** Numbers of the parts whose bytes the storage has taken. */
function noteParts(): number[] {
  const taken: number[] = []
  page.on('response', (response) => {
    const request = response.request()
    if (request.method() !== 'PUT' || !isPartAddress(new URL(request.url()))) return
    if (response.ok()) taken.push(partNumberOf(request.url()))
  })
  return taken
}

/** A line so slow that a part takes seconds, and that can be cut. */
async function slowDown(): Promise<CDPSession> {
  const session = await visitor.newCDPSession(page)
  await session.send('Network.enable')
  await setLine(session, { uploadThroughput: 4 * mebibyte })
  return session
}
const setLine = (session: CDPSession, line: { uploadThroughput?: number; offline?: boolean }) =>
  session.send('Network.emulateNetworkConditions', {
    ...{ offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 },
    ...line,
  })

/** The stored parts are byte for byte the chosen file, and the film can be watched. */
async function expectArrival(file: string): Promise<void> {
  const watch = rowOf(page, file).getByRole('link', { name: 'Watch' })
  await watch.waitFor({ timeout: 90_000 })
  const videoId = path.basename((await watch.getAttribute('href'))!)
  const { objects } = await world.bucket.list({ prefix: `s/${videoId}/` })
  expect(objects.map(({ key }) => partNumberOf(`http://storage/${key}`))).toEqual(
    await partsOf(file),
  )
  const parts: Buffer[] = []
  for (const { key } of objects) {
    const stored = await world.bucket.get(key)
    parts.push(Buffer.from(await stored!.arrayBuffer()))
  }
  expect(Buffer.concat(parts).equals(await readFile(file))).toBe(true)
}

test('a paused upload moves nothing and goes on from where it stood', async () => {
  const line = await slowDown()
  const taken = noteParts()
  await chooseFiles(page, [film])
  await expect.poll(percent, wait).toBeGreaterThan(5)
  const broken = page.waitForEvent('requestfailed', (request) => request.method() === 'PUT')
  await rowOf(page, film).getByRole('button', { name: 'Pause' }).click()
  await broken
  await rowOf(page, film)
    .getByText(/^\d+%, paused$/)
    .waitFor()
  const before = (await percent())!
  expect(before).toBeGreaterThan(4)
  expect(before).toBeLessThan(100)

  await setLine(line, {})
  await rowOf(page, film).getByRole('button', { name: 'Go on' }).click()
  await expectArrival(film)
  expect(taken.toSorted(ascending)).toEqual(await partsOf(film))
  expect(faults()).toEqual([])
})

test('after a reload only the missing parts are sent', async () => {
  const isHeld = (url: URL) => isPartAddress(url) && partNumberOf(url.href) > 1
  await page.route(isHeld, () => undefined) // never answered: these stay on the way
  const recorded = page.waitForResponse((response) => response.url().endsWith('/parts/1'))
  await chooseFiles(page, [film])
  await recorded
  const warning = page.waitForEvent('dialog')
  const reloading = page.reload()
  const dialog = await warning
  expect(dialog.type()).toBe('beforeunload')
  await dialog.accept()
  await reloading
  await page.unroute(isHeld)

  const taken = noteParts()
  const row = rowOf(page, film)
  await row.getByText(/^\d+% has arrived$/).waitFor()
  const share = (await percent())!
  expect(share).toBe(Math.floor((partBytes * 100) / (await stat(film)).size))

  const other = fileNamed('another.mkv')
  await makeSparse(other, 1000)
  await chooseAgain(other)
  await row.getByText('This is another file').waitFor()
  expect(taken).toEqual([])

  await chooseAgain(film)
  await expectArrival(film)
  expect(taken.toSorted(ascending)).toEqual((await partsOf(film)).slice(1))
  expect(faults()).toEqual([])
})

async function chooseAgain(file: string): Promise<void> {
  const opening = page.waitForEvent('filechooser')
  await rowOf(page, film).getByRole('button', { name: 'Choose the file' }).click()
  await (await opening).setFiles(file)
}

test('an upload waits while there is no network and ends by itself when there is', async () => {
  const line = await slowDown()
  await chooseFiles(page, [film])
  await expect.poll(percent, wait).toBeGreaterThan(5)
  await setLine(line, { offline: true })
  await rowOf(page, film)
    .getByText(/Will go on when you are online/)
    .waitFor()
  await page.getByText('You are offline.').waitFor()
  const before = (await percent())!

  await setLine(line, {})
  await expect.poll(async () => (await percent()) ?? 100, wait).toBeGreaterThan(before)
  await expectArrival(film)
})

test('a file that is no film fails with its sentence, not for another try, and stays until it is deleted', async () => {
  const letter = fileNamed('letter.mp4')
  await makeNoVideo(letter)
  await chooseFiles(page, [letter])
  const sentence = 'This file is not a video or a sound recording that can be read.'
  await rowOf(page, letter).getByText(sentence, { exact: true }).waitFor(wait)
  expect(await rowOf(page, letter).getByRole('button', { name: 'Retry' }).count()).toBe(0)

  await page.getByRole('link', { name: 'Videos' }).click()
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'letter' }) })
  await row.getByText(sentence).waitFor()
  await row.getByRole('link', { name: 'Upload another file' }).waitFor()
  await page.reload()
  await row.getByText(sentence).waitFor()
  expect(faults()).toEqual([])

  await row.getByRole('button', { name: 'Delete letter' }).click()
  await page.getByRole('button', { name: 'Delete video' }).click()
  await page.getByRole('heading', { name: 'Your first video goes here' }).waitFor()
})

test('a file that is too large is refused in words, and nothing of it is kept', async () => {
  const huge = fileNamed('huge.mp4')
  await makeSparse(huge, maxUploadBytes + 1)
  await chooseFiles(page, [huge])
  const row = rowOf(page, huge)
  const words = await row.getByRole('alert').textContent(wait)
  expect(words).toMatch(/too large|at most|larger/i)
  expect(words).toMatch(/48/)
  await expect.poll(() => row.getByRole('button', { name: 'Retry' }).count()).toBe(0)
  const videos = await world.as(user).get(`/api/v1/workspaces/${user.workspaceId}/videos`)
  expect(videos.body.items).toEqual([])
})

test('a film that its owner deletes is gone from the list, the link and the storage', async () => {
  const clip = fileNamed('jetty.mp4')
  await makeClip(clip, 2)
  const { videoId } = await world.upload(user, clip, { title: 'Jetty' })
  await world.waitFor(videoId, 'ready')
  await page.getByRole('link', { name: 'Videos' }).click()
  await page.getByRole('button', { name: 'Delete Jetty' }).click()
  const dialog = page.getByRole('alertdialog', { name: 'Delete this video?' })
  await dialog.getByRole('button', { name: 'Keep it' }).click()
  await page.getByRole('button', { name: 'Delete Jetty' }).click()
  await dialog.getByRole('button', { name: 'Delete video' }).click()
  await page.getByText('“Jetty” is deleted.').waitFor()
  await page.getByRole('heading', { name: 'Your first video goes here' }).waitFor()
  expect(faults()).toEqual([])

  await page.goto(`/watch/${videoId}`)
  await page.getByRole('heading', { name: 'This video is not available' }).waitFor()
  const left = async () => {
    const prefixes = [`v/${videoId}/`, `s/${videoId}/`]
    const lists = await Promise.all(prefixes.map((prefix) => world.bucket.list({ prefix })))
    return lists.flatMap((list) => list.objects.map(({ key }) => key))
  }
  await expect.poll(left, wait).toEqual([])
})
