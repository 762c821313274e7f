import { readFile } from 'node:fs/promises'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { TestUser } from '../worker/test/user.ts'
import { createWorld, type World } from '../worker/test/world.ts'
import { launchBrowser, openVisitor } from './lib/browser.ts'
import { watchFaults } from './lib/faults.ts'
import { checkSizes } from './lib/looks.ts'

let world: World
let browser: Browser
let visitor: BrowserContext
let page: Page
let faults: () => string[]

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld(), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})
afterEach(() => visitor?.close())

async function open(user: TestUser, path: string) {
  visitor = await openVisitor(browser, world, { user })
  faults = watchFaults(visitor)
  page = await visitor.newPage()
  await page.goto(path)
}

const button = (name: string | RegExp) => page.getByRole('button', { name })
const isNotStepUp = (fault: string) => !/403/.test(fault)

/** The key as it is shown, once. */
async function makeKey(name: string, scopes: RegExp[]): Promise<string> {
  await button('New key').click()
  await page.getByRole('textbox', { name: 'Name' }).fill(name)
  for (const scope of scopes) await page.getByRole('checkbox', { name: scope }).check()
  await button('Make key').click()
  return page.getByRole('textbox', { name: 'API key' }).inputValue()
}

const ask = (path: string, key: string) =>
  fetch(new URL(path, world.url), { headers: { authorization: `Bearer ${key}` } })

test('a key is made, works within its scopes, and stops when it is revoked', async () => {
  const owner = await world.user({ displayName: 'Olga Owner' })
  await open(owner, '/studio/settings/keys')
  await page.getByRole('heading', { name: 'No keys yet' }).waitFor()
  await checkSizes(page, 'keys-empty')

  await button('New key').click()
  await button('Make key').click()
  await page.getByText('Choose at least one').waitFor()
  expect(await page.getByRole('textbox', { name: 'Name' }).getAttribute('aria-invalid')).toBe(
    'true',
  )
  await checkSizes(page, 'keys-form')
  await button('Not now').click()

  const key = await makeKey('Nightly uploads', [/videos:read/, /workspace:read/])
  expect(key).toMatch(/^lantern_sk_/)
  await checkSizes(page, 'keys-made')
  const videos = `/api/v1/workspaces/${owner.workspaceId}/videos`
  expect((await ask(videos, key)).status).toBe(200)
  expect((await ask(`/api/v1/workspaces/${owner.workspaceId}/audit`, key)).status).toBe(403)

  await button('I have it, hide it for good').click()
  await page.reload()
  await page.getByText('Nightly uploads').waitFor()
  expect(await page.content()).not.toContain(key)

  await button('Revoke Nightly uploads').click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke key' }).click()
  await page.getByText('“Nightly uploads” does not work any more.').waitFor()
  await page.getByRole('heading', { name: 'No keys yet' }).waitFor()
  expect((await ask(videos, key)).status).toBe(401)

  await page.getByRole('link', { name: 'Audit log' }).click()
  await page.getByText('made the API key “Nightly uploads”').waitFor()
  await page.getByText('revoked the API key “Nightly uploads”').waitFor()
  await checkSizes(page, 'audit')
  await page.getByRole('combobox', { name: 'Show' }).selectOption({ label: 'API keys' })
  await page.getByText('signed up').waitFor({ state: 'detached' })
  const [file] = await Promise.all([page.waitForEvent('download'), button('Export CSV').click()])
  expect(file.suggestedFilename()).toMatch(/audit\.csv$/)
  expect(String(await readFile(await file.path()))).toContain('key.revoked')
  expect(faults()).toEqual([])
})

test('long after signing in, a key is made once the password was given again', async () => {
  const owner = await world.user()
  await open(owner, '/studio/settings/keys')
  await page.getByRole('heading', { name: 'No keys yet' }).waitFor()
  world.tick(11 * 60_000)
  await button('New key').click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Late')
  await page.getByRole('checkbox', { name: /videos:read/ }).check()
  await button('Make key').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Your password', { exact: true }).fill(owner.password)
  await dialog.getByRole('button', { name: 'Confirm' }).click()
  expect(await page.getByRole('textbox', { name: 'API key' }).inputValue()).toMatch(/^lantern_sk_/)
  expect(faults().filter(isNotStepUp)).toEqual([])
})

test('an editor reads who keeps keys and the log, and finds no control that does nothing', async () => {
  const [owner, editor] = [await world.user({ displayName: 'Olga' }), await world.user()]
  await world.db.prepare('delete from memberships where user_id = ?').bind(editor.id).run()
  await world.db
    .prepare(`insert into memberships values (?, ?, 'editor', ?)`)
    .bind(owner.workspaceId, editor.id, world.now())
    .run()
  await open(editor, '/studio/settings/keys')
  await page.getByText(/^Owners and admins of Olga.* make keys/).waitFor()
  expect(await button('New key').count()).toBe(0)
  await checkSizes(page, 'keys-editor')
  await page.getByRole('link', { name: 'Audit log' }).click()
  await page.getByText(/^Owners and admins of Olga.* see here who did what/).waitFor()
  expect(await button('Export CSV').count()).toBe(0)
  expect(faults()).toEqual([])
})
