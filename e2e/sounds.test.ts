import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ffmpeg } from '../scripts/lib/clip.ts'
import type { TestUser } from '../worker/test/user.ts'
import { createWorld, type World } from '../worker/test/world.ts'
import { launchBrowser, openVisitor } from './lib/browser.ts'
import { watchFaults } from './lib/faults.ts'
import { readScreen, waitForPicture } from './lib/watching.ts'

const wait = { timeout: 30_000 }

let world: World
let browser: Browser
let visitor: BrowserContext
let user: TestUser
let videoId: string
let page: Page

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld({ transcoder: true }), launchBrowser()])
  const dir = path.join(world.dir, 'files')
  mkdirSync(dir)
  await makeManyVoices(dir)
  user = await world.user()
  videoId = (await world.upload(user, path.join(dir, 'voices.mkv'), { title: 'Voices' })).videoId
  await world.waitFor(videoId, 'ready', { limitMs: 120_000 })
  visitor = await openVisitor(browser, world, { user })
})
afterAll(async () => {
  await visitor?.close()
  await browser?.close()
  await world?.stop()
})

/** English, the same with six channels, and German; captions in both, and German forced ones. */
async function makeManyVoices(dir: string): Promise<void> {
  const captions = ['Hello', 'Guten Tag', 'Ausgang'].map((words, place) => {
    const file = path.join(dir, `${place}.srt`)
    writeFileSync(file, `1\n00:00:00,000 --> 00:00:07,900\n${words}\n`)
    return file
  })
  const tone = (hertz: number) => ['-f', 'lavfi', '-i', `sine=f=${hertz}:r=48000:d=8`]
  const track = (kind: string, language: string) => [`-metadata:s:${kind}`, `language=${language}`]
  await ffmpeg([
    ...['-f', 'lavfi', '-i', 'testsrc2=s=854x480:r=30:d=8', ...tone(440), ...tone(550)],
    ...captions.flatMap((file) => ['-i', file]),
    ...['-map', '0', '-map', '1', '-map', '2', '-map', '3', '-map', '4', '-map', '5'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'],
    ...[
      '-filter:a:0',
      'aformat=channel_layouts=5.1',
      '-filter:a:1',
      'aformat=channel_layouts=stereo',
    ],
    ...['-c:s', 'srt', ...track('a:0', 'eng'), ...track('a:1', 'ger')],
    ...[...track('s:0', 'eng'), ...track('s:1', 'ger'), ...track('s:2', 'ger')],
    ...['-disposition:s:2', 'forced', path.join(dir, 'voices.mkv')],
  ])
}

let faults: () => string[]
beforeEach(async () => {
  await page?.close()
  faults = watchFaults(visitor)
  page = await visitor.newPage()
  await page.goto(`/watch/${videoId}`)
  await waitForPicture(page)
})

const player = () => page.getByRole('region', { name: 'Video player' })

/** The choices of one list of the menu, the present one marked. */
async function openList(name: string): Promise<string[]> {
  await player().hover()
  await player().getByRole('button', { name: 'Settings' }).click()
  await player()
    .getByRole('menuitem', { name: new RegExp(`^${name}`) })
    .click()
  return player()
    .getByRole('menuitemradio')
    .evaluateAll((lines) =>
      lines.map((line) => {
        const mark = line.getAttribute('aria-checked') === 'true' ? '* ' : ''
        return mark + (line.textContent ?? '')
      }),
    )
}
const choose = (name: string) => player().getByRole('menuitemradio', { name, exact: true }).click()

test('a film is heard in stereo, and in another language or in 5.1 where a viewer says so', async () => {
  const { renditions } = (await world.as(user).get(`/api/v1/videos/${videoId}`)).body
  const nameOf = (has: { language: string; channels: number }) => {
    const isIt = (one: typeof has) => one.language === has.language && one.channels === has.channels
    return renditions.find(isIt).name
  }
  const heard: string[] = []
  page.on('request', (request) => {
    const name = /\/(audio[a-z0-9]*)\/seg_/.exec(request.url())?.[1]
    if (name) heard.push(name)
  })
  expect(await openList('Audio')).toEqual(['* English', 'Deutsch', 'English (5.1)'])
  await choose('Deutsch')
  const german = nameOf({ language: 'ger', channels: 2 })
  await expect.poll(() => heard.at(-1), wait).toBe(german)
  await page.keyboard.press('Escape')

  expect(await openList('Audio')).toEqual(['English', '* Deutsch', 'English (5.1)'])
  await choose('English (5.1)')
  await expect.poll(() => heard.at(-1), wait).toBe(nameOf({ language: 'eng', channels: 6 }))
  const before = (await readScreen(page)).decodedAudioBytes
  await page.locator('video').evaluate((video: HTMLVideoElement) => video.play())
  await expect
    .poll(async () => (await readScreen(page)).decodedAudioBytes, wait)
    .toBeGreaterThan(before)
  expect((await readScreen(page)).error).toBeNull()

  await page.reload()
  await waitForPicture(page)
  expect(await openList('Audio')).toEqual(['English', 'Deutsch', '* English (5.1)'])
  expect(faults()).toEqual([])
})

test('each quality is listed once, however many sounds go with it', async () => {
  const names = await openList('Quality')
  expect(names).toEqual([...new Set(names)])
  expect(names.filter((name) => name === '360p')).toHaveLength(1)
})

test('captions are listed by their language, and forced ones are no first choice', async () => {
  expect(await openList('Captions')).toEqual(['* Off', 'English', 'Deutsch', 'Deutsch (forced)'])
  await choose('Deutsch')
  const words = () => page.locator('.vp-cues').textContent()
  await expect.poll(words, wait).toBe('Guten Tag')

  await page.reload()
  await waitForPicture(page)
  await expect.poll(words, wait).toBe('Guten Tag')
  await page.keyboard.press('c')
  await expect.poll(words, wait).toBe('')
  await page.keyboard.press('c')
  await expect.poll(words, wait).toBe('Guten Tag') // as it was shown last
  expect(faults()).toEqual([])
})
