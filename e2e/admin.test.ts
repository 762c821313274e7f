import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { TestUser } from '../worker/test/user.ts'
import { createWorld, type World } from '../worker/test/world.ts'
import { accountMenu, launchBrowser, openVisitor } from './lib/browser.ts'
import { watchFaults } from './lib/faults.ts'
import { checkSizes } from './lib/looks.ts'

let world: World
let browser: Browser
let root: TestUser
const visitors: BrowserContext[] = []

beforeAll(async () => {
  const env = { PLATFORM_ADMINS: 'root@example.com' }
  ;[world, browser] = await Promise.all([createWorld({ env }), launchBrowser()])
  root = await world.user({ displayName: 'Ruth Root', email: 'root@example.com' })
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})
afterEach(async () => {
  await Promise.all(visitors.splice(0).map((visitor) => visitor.close()))
})

async function open(user: TestUser | undefined, path: string) {
  const visitor = await openVisitor(browser, world, user ? { user } : {})
  visitors.push(visitor)
  const faults = watchFaults(visitor)
  const page = await visitor.newPage()
  await page.goto(path)
  return { page, faults }
}

const rowOf = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name })

test('an account is suspended with a reason, is out at once, and comes back', async () => {
  const noisy = await world.user({ displayName: 'Nora Noisy' })
  const { page: hers } = await open(noisy, '/studio')
  await hers.getByRole('heading', { name: 'Your first video goes here' }).waitFor()

  const { page, faults } = await open(root, '/')
  await accountMenu(page, 'Ruth Root').click()
  await page.getByRole('link', { name: 'Administration' }).click()
  await rowOf(page, 'Nora Noisy').waitFor()
  await checkSizes(page, 'admin-users')
  await page.getByRole('searchbox', { name: 'Search names and addresses' }).fill('nobody at all')
  await page.getByRole('heading', { name: 'Nobody like that' }).waitFor()
  await page.getByRole('searchbox').fill('noisy')
  await rowOf(page, 'Nora Noisy').getByRole('button', { name: 'Suspend Nora Noisy' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Suspend' }).click()
  await dialog.getByText('Say why').waitFor()
  await checkSizes(page, 'admin-suspend')
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('Uploads films of others')
  await dialog.getByRole('button', { name: 'Suspend' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await rowOf(page, 'Nora Noisy').getByText('Suspended').waitFor()
  await rowOf(page, 'Nora Noisy').getByText('Uploads films of others').waitFor()
  await checkSizes(page, 'admin-suspended')

  await hers.getByRole('link', { name: 'Uploads' }).click()
  await hers.reload()
  await hers.waitForURL(/\/login/)
  const credentials = { email: noisy.email, password: noisy.password }
  expect((await world.as().post('/api/v1/auth/login', credentials)).body.code).toBe('suspended')

  await page.getByRole('button', { name: 'Restore Nora Noisy' }).click()
  await rowOf(page, 'Nora Noisy').getByText('Active').waitFor()
  expect((await world.as().post('/api/v1/auth/login', credentials)).status).toBe(200)

  await page.getByRole('link', { name: 'Audit log' }).click()
  await page.getByText(/suspended .*Uploads films of others|suspended an account/).waitFor()
  await checkSizes(page, 'admin-audit')
  expect(faults()).toEqual([])
})

test('a workspace is suspended: strangers lose its films, its people are told', async () => {
  const owner = await world.user({ displayName: 'Mara Maker' })
  const video = await world.video({ owner, title: 'Tides' })
  const { page, faults } = await open(root, '/admin/workspaces')
  await rowOf(page, 'Mara Maker').waitFor()
  await checkSizes(page, 'admin-workspaces')
  await page.getByRole('button', { name: /^Suspend Mara Maker/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('Spam')
  await dialog.getByRole('button', { name: 'Suspend' }).click()
  await rowOf(page, 'Mara Maker').getByText('Suspended').waitFor()
  expect((await world.as().get(`/api/v1/videos/${video.id}`)).status).toBe(404)

  await page.getByRole('button', { name: /^Restore Mara Maker/ }).click()
  await rowOf(page, 'Mara Maker').getByText('Active').waitFor()
  expect((await world.as().get(`/api/v1/videos/${video.id}`)).status).toBe(200)
  expect(faults()).toEqual([])
})

test('for everybody else there is nothing at that address', async () => {
  const user = await world.user()
  for (const who of [user, undefined]) {
    const { page, faults } = await open(who, '/admin')
    await page.getByRole('heading', { name: 'Nothing is lit here' }).waitFor()
    expect(faults()).toEqual([])
  }
})
