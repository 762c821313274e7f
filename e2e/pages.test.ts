import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { expectStatus } from '../scripts/lib/client.ts'
import type { TestUser } from '../worker/test/user.ts'
import type { TestVideo } from '../worker/test/video.ts'
import { createWorld, type World } from '../worker/test/world.ts'
import { findBarriers } from './lib/axe.ts'
import { desktop, launchBrowser, openVisitor, phone } from './lib/browser.ts'
import { watchFaults } from './lib/faults.ts'
import { makeClip, makeSparse } from './lib/media.ts'
import { chooseFiles, rowOf } from './lib/uploading.ts'
import { waitForPicture } from './lib/watching.ts'

/** Where set, a picture of every page is left there. */
const shotsDir = process.env['LANTERN_SHOTS']

let world: World
let browser: Browser
let creator: TestUser
let newcomer: TestUser
let videos: TestVideo[]
/** Whose film plays from its own bytes: nothing is converted in this world. */
let early: { user: TestUser; videoId: string }
const fileNamed = (name: string) => path.join(world.dir, 'files', name)

const titles = [
  'Boats leaving the harbour before the storm',
  'How a Fresnel lens bends the light of one small flame across thirty kilometres of open water',
  'Ebb',
  'Night train along the coast',
  'Learning to splice rope, the long way',
  'A winter in the boathouse',
]
const description = `We filmed at first light, from the old pier.

0:01 The first boat
0:03 The lamp goes out

More at https://example.com/harbour`

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld(), launchBrowser()])
  creator = await world.user({ displayName: 'Harbour Films' })
  newcomer = await world.user({ displayName: 'Newcomer' })
  await makeSparse(fileNamed('storm-over-the-bay.mov'), 34 * 2 ** 20)
  await makeSparse(fileNamed('a letter home.mp4'), 3 * 2 ** 20)
  await makeClip(fileNamed('first light.mp4'))
  if (shotsDir) await mkdir(shotsDir, { recursive: true })
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})

/** The list is empty until here. */
async function fill() {
  videos = []
  for (const title of titles) videos.push(await world.video({ owner: creator, title }))
  await world.video({ owner: creator, title: 'Rushes, not for anybody', visibility: 'private' })
  const edit = await world.as(creator).patch(`/api/v1/videos/${videos[0]!.id}`, { description })
  expectStatus(edit, 200, 'describe')
}

async function uploadEarly() {
  const user = await world.user({ displayName: 'Early Bird' })
  const title = 'First light, straight from the camera'
  const { videoId } = await world.upload(user, fileNamed('first light.mp4'), { title })
  early = { user, videoId }
}

/** Somebody new each time, for their uploads stay. */
async function uploader(): Promise<TestUser> {
  const user = await world.user({ displayName: 'Storm Chaser' })
  const uploads = `/api/v1/workspaces/${user.workspaceId}/uploads`
  const half = { fileName: 'half-sent.mp4', sizeBytes: 40 * 2 ** 20 }
  expectStatus(await world.as(user).post(uploads, half), 201, 'an upload of an earlier visit')
  return user
}

interface Visit {
  name: string
  path: () => string
  user?: () => TestUser | Promise<TestUser>
  /** Shows that the page stands. */
  isThere: (page: Page) => Promise<void>
  isRefused?: boolean
}

const heading = (name: string) => (page: Page) =>
  page.getByRole('heading', { name, exact: true }).waitFor()

const emptyPages: Visit[] = [
  { name: 'home-empty', path: () => '/', isThere: heading('Nothing is playing yet') },
  { name: 'login', path: () => '/login', isThere: heading('Log in') },
  { name: 'signup', path: () => '/signup', isThere: heading('Sign up') },
  {
    name: 'studio-empty',
    path: () => '/studio',
    user: () => newcomer,
    isThere: heading('Your first video goes here'),
  },
  {
    name: 'upload-empty',
    path: () => '/studio/upload',
    user: () => newcomer,
    isThere: heading('Upload'),
  },
  { name: 'not-found', path: () => '/no/such/page', isThere: heading('Nothing is lit here') },
  {
    name: 'watch-missing',
    path: () => `/watch/${world.id('video')}`,
    isThere: heading('This video is not available'),
    isRefused: true,
  },
  { name: 'api-docs', path: () => '/api/docs', isThere: heading('Videos') },
]

const filledPages: Visit[] = [
  { name: 'home', path: () => '/', isThere: heading('Also new') },
  {
    name: 'home-signed-in',
    path: () => '/',
    user: () => creator,
    isThere: heading('Also new'),
  },
  {
    name: 'studio',
    path: () => '/studio',
    user: () => creator,
    isThere: (page) => page.getByRole('link', { name: 'Ebb', exact: true }).waitFor(),
  },
  {
    name: 'video-editor',
    path: () => `/studio/videos/${videos[0]!.id}`,
    user: () => creator,
    isThere: heading(titles[0]!),
  },
  {
    name: 'settings',
    path: () => '/studio/settings/converting',
    user: () => creator,
    isThere: (page) => page.getByRole('switch', { name: 'AV1' }).waitFor(),
  },
  { name: 'watch', path: () => `/watch/${videos[0]!.id}`, isThere: isLoaded },
  {
    name: 'watch-own',
    path: () => `/watch/${videos[1]!.id}`,
    user: () => creator,
    isThere: isLoaded,
  },
  { name: 'upload-rows', path: () => '/studio/upload', user: uploader, isThere: hasRows },
]

const playsNow = 'Plays now, sharper versions coming'

const earlyPages: Visit[] = [
  {
    name: 'upload-playing',
    path: () => '/studio/upload',
    user: () => world.user({ displayName: 'Storm Chaser' }),
    isThere: playsInRow,
  },
  {
    name: 'studio-early',
    path: () => '/studio',
    user: () => early.user,
    isThere: (page) => page.getByText(playsNow, { exact: true }).waitFor(),
  },
  {
    name: 'video-editor-early',
    path: () => `/studio/videos/${early.videoId}`,
    user: () => early.user,
    isThere: (page) => page.getByRole('link', { name: 'Watch', exact: true }).waitFor(),
  },
  {
    name: 'watch-early',
    path: () => `/watch/${early.videoId}`,
    user: () => early.user,
    isThere: isLoaded,
  },
]

async function playsInRow(page: Page) {
  const file = fileNamed('first light.mp4')
  await chooseFiles(page, [file])
  await rowOf(page, file).getByText(playsNow, { exact: true }).waitFor()
  await waitForPicture(page)
}

async function isLoaded(page: Page) {
  await waitForPicture(page)
  await page.locator('video').evaluate((video: HTMLVideoElement) => video.pause())
  await page.getByRole('heading', { name: 'Up next' }).waitFor()
}

/** Fonts and the pictures in sight are there. */
const waitForPaint = (page: Page) =>
  page.evaluate(async () => {
    const isInSight = (image: Element) => image.getBoundingClientRect().top < innerHeight
    await document.fonts.ready
    await Promise.all([...document.images].filter(isInSight).map((image) => image.decode()))
  })

/** A change of theme runs through transitions, however short: colours are final after them. */
const waitForRest = (page: Page) =>
  page.evaluate(async () => {
    const isEnding = (animation: Animation) =>
      Number.isFinite(Number(animation.effect?.getComputedTiming().endTime))
    const running = document.getAnimations().filter(isEnding)
    await Promise.allSettled(running.map((animation) => animation.finished))
  })

/** One row that waits for its file, one under way, one paused. */
async function hasRows(page: Page) {
  await page.getByRole('article', { name: 'half-sent.mp4' }).waitFor()
  await page.route(/cdn-cgi\/local\/r2/, () => undefined)
  const files = ['storm-over-the-bay.mov', 'a letter home.mp4']
  await chooseFiles(page, files.map(fileNamed))
  const paused = page.getByRole('article', { name: files[1]! })
  await paused.getByRole('textbox', { name: 'Title' }).waitFor()
  await paused.getByRole('button', { name: 'Pause' }).click()
  await paused.getByText('0%, paused').waitFor()
}

const sizes = [
  { size: '1440', viewport: desktop },
  { size: '390', viewport: phone },
]

let visitor: BrowserContext | undefined
afterEach(async () => {
  await visitor?.close()
  visitor = undefined
})

function checkPages(visits: Visit[]) {
  for (const visit of visits) {
    test.each(sizes)(`${visit.name} at $size px, light and dark`, async ({ size, viewport }) => {
      const user = await visit.user?.()
      visitor = await openVisitor(browser, world, { viewport, ...(user && { user }) })
      const faults = watchFaults(visitor)
      const page = await visitor.newPage()
      page.on('dialog', (dialog) => void dialog.accept())
      await page.goto(visit.path())
      await visit.isThere(page)
      await waitForPaint(page)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await page.locator(`html[data-theme=${colorScheme}]`).waitFor()
        await waitForRest(page)
        await takeShot(page, `${visit.name}-${size}-${colorScheme}`)
        expect(await findBarriers(page), colorScheme).toEqual([])
      }
      expect(await overhangPx(page), 'sideways scrolling').toBe(0)
      const wanted = visit.isRefused ? / 404|: 404|status of 404/ : /^$/
      expect(faults().filter((fault) => !wanted.test(fault))).toEqual([])
    })
  }
}

async function takeShot(page: Page, name: string) {
  if (!shotsDir) return
  await page.screenshot({ path: path.join(shotsDir, `${name}.png`), animations: 'disabled' })
}

const overhangPx = (page: Page) =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    return Math.max(0, scrollWidth - clientWidth)
  })

describe('with nothing there', () => checkPages(emptyPages))

describe('with videos', () => {
  beforeAll(fill)
  checkPages(filledPages)
})

describe('with a film that plays before it is converted', () => {
  beforeAll(uploadEarly)
  checkPages(earlyPages)
})
