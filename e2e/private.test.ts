import type { Playback } from '#contracts/video.ts'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectStatus } from '../scripts/lib/client.ts'
import type { TestUser } from '../worker/test/user.ts'
import { createWorld, type World } from '../worker/test/world.ts'
import { accountMenu, launchBrowser, openVisitor, type VisitorOptions } from './lib/browser.ts'
import { watchFaults } from './lib/faults.ts'
import { fetchHls } from './lib/hls.ts'
import { readScreen, startFilm } from './lib/watching.ts'

const wait = { timeout: 20_000 }

let world: World
let browser: Browser
let owner: TestUser
let stranger: TestUser

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld(), launchBrowser()])
  ;[owner, stranger] = [await world.user(), await world.user()]
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})

async function open(path: string, options: VisitorOptions = {}) {
  const visitor = await openVisitor(browser, world, options)
  const faults = watchFaults(visitor)
  const page = await visitor.newPage()
  await page.goto(path)
  return { visitor, page, faults }
}

/** The page's words, without what names the visitor. */
const wordsOf = (page: Awaited<ReturnType<typeof open>>['page']) =>
  page.getByRole('main').innerText()

test('strangers see the same page for a private video as for none', async () => {
  const video = await world.video({ owner, visibility: 'private', title: 'Behind the curtain' })
  for (const user of [undefined, stranger]) {
    const hidden = await open(`/watch/${video.id}`, user && { user })
    const heading = { name: 'This video is not available' }
    await hidden.page.getByRole('heading', heading).waitFor()
    const words = await wordsOf(hidden.page)
    expect(words).not.toContain('curtain')
    expect(await hidden.page.title()).not.toContain('curtain')
    expect(await hidden.page.locator('video').count()).toBe(0)

    await hidden.page.goto(`/watch/${world.id('video')}`)
    await hidden.page.getByRole('heading', heading).waitFor()
    expect(await wordsOf(hidden.page)).toBe(words)
    await hidden.visitor.close()
  }
})

test('its owner sees it play', async () => {
  const video = await world.video({ owner, visibility: 'private', title: 'For my eyes' })
  const { page, visitor, faults } = await open(`/watch/${video.id}`, { user: owner })
  await page.getByRole('heading', { name: 'For my eyes' }).waitFor()
  await page.getByText('Private', { exact: true }).waitFor()
  await startFilm(page)
  await expect.poll(async () => (await readScreen(page)).currentTime, wait).toBeGreaterThan(0.3)
  expect(faults()).toEqual([])
  await visitor.close()
})

test('a stranger who signs in as its owner comes back to it', async () => {
  const video = await world.video({ owner, visibility: 'private', title: 'After the door' })
  const { page, visitor } = await open(`/watch/${video.id}`)
  await page.getByRole('main').getByRole('link', { name: 'Log in' }).click()
  await page.getByRole('textbox', { name: 'E-mail' }).fill(owner.email)
  await page.getByLabel('Password', { exact: true }).fill(owner.password)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('heading', { name: 'After the door' }).waitFor()

  await accountMenu(page, owner.displayName).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('You are signed out.').waitFor()
  await page.goto(`/watch/${video.id}`)
  await page.getByRole('heading', { name: 'This video is not available' }).waitFor()
  await visitor.close()
  owner = { ...owner, ...(await signIn(owner)) }
})

/** Signing out has ended nothing but the page's own session, yet a fresh one is on the safe side. */
async function signIn({ email, password }: TestUser): Promise<Partial<TestUser>> {
  const reply = await world.as().post('/api/v1/auth/login', { email, password })
  const { accessToken } = expectStatus(reply, 200, 'login')
  return { accessToken, refreshCookie: reply.headers.getSetCookie()[0]!.split(';')[0]! }
}

test('whoever has the link of a link-only video watches it, and no list names it', async () => {
  const video = await world.video({ owner, visibility: 'unlisted', title: 'Only by link' })
  const { page, visitor, faults } = await open('/')
  await page.getByRole('heading', { name: 'Newest videos' }).waitFor()
  await page.getByRole('heading', { name: 'Nothing is playing yet' }).waitFor()
  await page.goto(`/watch/${video.id}`)
  await page.getByRole('heading', { name: 'Only by link' }).waitFor()
  await startFilm(page)
  await expect.poll(async () => (await readScreen(page)).currentTime, wait).toBeGreaterThan(0.3)
  expect(faults()).toEqual([])
  await visitor.close()
})

test('an open page loses a video that turns private, at its next visit', async () => {
  const video = await world.video({ owner, visibility: 'unlisted', title: 'Soon hidden' })
  const { page, visitor } = await open(`/watch/${video.id}`)
  await page.getByRole('heading', { name: 'Soon hidden' }).waitFor()
  const patch = { visibility: 'private' }
  expectStatus(await world.as(owner).patch(`/api/v1/videos/${video.id}`, patch), 200, 'hide')
  await page.reload()
  await page.getByRole('heading', { name: 'This video is not available' }).waitFor()
  await visitor.close()
})

test('an altered, a foreign or an expired token opens no byte of any file', async () => {
  const [video, other] = [await world.video({ owner }), await world.video({ owner })]
  const playbackOf = async (id: string) => {
    const reply = await world.as().get<Playback>(`/api/v1/videos/${id}/playback`)
    return expectStatus(reply, 200, 'playback')
  }
  const [own, alien] = [await playbackOf(video.id), await playbackOf(other.id)]
  const [master, foreign] = [own, alien].map(({ hlsUrl }) => new URL(hlsUrl, world.url).href)
  const { streams } = await fetchHls(master!, `${world.dir}/hls`)
  const files = streams.flatMap(({ url, playlist }) => {
    const names = playlist.segments.flatMap(({ uri, map }) => [uri, map?.uri ?? uri])
    return [url, ...names.map((name) => new URL(name, url).href)]
  })
  const addresses = [master!, ...files]
  const token = tokenOf(master!)
  const last = token.at(-1) === 'A' ? 'B' : 'A'
  // The last character of a MAC carries bits that decoding may drop, so one in the middle changes.
  const middle = Math.floor(token.length / 2)
  const bent =
    token.slice(0, middle) + (token[middle] === 'x' ? 'y' : 'x') + token.slice(middle + 1)
  const wrong = [token.slice(0, -1) + last, bent, tokenOf(foreign!), token.slice(0, -1), 'x', '']

  const statuses = async (tokens: string[]) => {
    const tried = addresses.flatMap((url) => tokens.map((other) => url.replace(token, other)))
    const responses = await Promise.all(tried.map((url) => fetch(url, { redirect: 'manual' })))
    const types = responses.map((response) => response.headers.get('content-type') ?? '')
    expect(types.filter((type) => /mp4|mpegurl|jpeg|vtt/.test(type))).toEqual([])
    return [...new Set(responses.map(({ status }) => status))]
  }
  for (const status of await statuses(wrong)) expect([403, 404]).toContain(status)
  const good = await Promise.all(addresses.map(async (url) => (await fetch(url)).status))
  expect(new Set(good)).toEqual(new Set([200]))

  world.tick(Date.parse(own.expiresAt) - world.now() + 1)
  for (const status of await statuses([token])) expect([403, 404]).toContain(status)
})

const tokenOf = (url: string): string => /\/p\/([^/]+)\//.exec(url)![1]!
