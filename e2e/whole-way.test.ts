import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWorld, type World } from '../worker/test/world.ts'
import {
  addAuthenticator,
  codeOf,
  logIn,
  mailedLink,
  nextCodeOf,
  section,
  signOut,
} from './lib/account.ts'
import { accountMenu, launchBrowser, openVisitor, password, signUp } from './lib/browser.ts'

let world: World
let browser: Browser
/** Passkeys are for names, and an address of numbers is none. */
let site: { url: string }
const visitors: BrowserContext[] = []

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld(), launchBrowser()])
  site = { url: world.url.replace('127.0.0.1', 'localhost') }
})
afterAll(async () => {
  await Promise.all(visitors.map((visitor) => visitor.close()))
  await browser?.close()
  await world?.stop()
})

/** Somebody at a device that nobody has used before. */
async function newDevice(): Promise<{ visitor: BrowserContext; page: Page }> {
  const visitor = await openVisitor(browser, site)
  visitors.push(visitor)
  return { visitor, page: await visitor.newPage() }
}

type Owner = Awaited<ReturnType<World['user']>>

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })

/** Signs up, and follows the link on the page of mails. */
async function signUpAndVerify(page: Page, name: string): Promise<string> {
  const { email } = await signUp(page, name)
  await page.goto(`/outbox?key=${world.secrets.OUTBOX_KEY}`)
  const mail = page.getByRole('article').filter({ hasText: email }).first()
  const link = await mail.getByRole('link').getAttribute('href')
  const { pathname, hash } = new URL(link!)
  await page.goto(pathname + hash)
  await page.getByRole('heading', { name: /confirmed/i }).waitFor()
  return email
}

test('from signing up to a colleague whose role falls', async () => {
  const { page } = await newDevice()
  const email = await signUpAndVerify(page, 'Ada Harbour')
  const account = accountMenu(page, 'Ada Harbour')

  await page.goto('/account/security')
  const app = section(page, 'Authenticator app')
  await button(page, 'Set up').click()
  const secret = (await app.locator('code').innerText()).replaceAll(' ', '')
  await app.getByRole('textbox', { name: 'Six-digit code' }).fill(codeOf(secret, world))
  await button(page, 'I kept them').click()
  await signOut(page, account)

  const { page: laptop, visitor } = await newDevice()
  await laptop.goto('/login?next=/account/security')
  await logIn(laptop, email, password)
  await laptop.getByRole('heading', { name: 'One more step' }).waitFor()
  await laptop.getByRole('textbox', { name: 'Six-digit code' }).fill(nextCodeOf(secret, world))
  await laptop.getByRole('heading', { name: 'Security', exact: true }).waitFor()

  await addAuthenticator(visitor, laptop)
  const passkeys = section(laptop, 'Passkeys')
  await passkeys.getByRole('button', { name: 'Add a passkey' }).click()
  await passkeys.getByRole('textbox', { name: 'Name' }).fill('Laptop')
  await passkeys.getByRole('button', { name: 'Make the passkey' }).click()
  await passkeys.getByText('Laptop', { exact: true }).waitFor()
  await signOut(laptop, accountMenu(laptop, 'Ada Harbour'))
  await laptop.goto('/login?next=/studio/settings/members')
  await button(laptop, 'Sign in with a passkey').click()
  await laptop.getByRole('heading', { name: '1 member' }).waitFor()

  const guest = await newDevice()
  const guestEmail = await signUpAndVerify(guest.page, 'Bea Guest')
  await laptop.getByRole('textbox', { name: 'E-mail' }).fill(guestEmail)
  await button(laptop, 'Send invitation').click()
  await laptop.getByText(`An invitation is on its way to ${guestEmail}.`).waitFor()
  await guest.page.goto(await mailedLink(world, guestEmail, '/join'))
  await button(guest.page, /^Join Ada Harbour/).click()
  await guest.page.getByText(/^You are in Ada Harbour.* now\.$/).waitFor()

  const owns = `select user_id as id, workspace_id as workspaceId from memberships
    where role = 'owner' and user_id = (select id from users where email = ?)`
  const owner = (await world.db.prepare(owns).bind(email).first<Owner>())!
  const video = await world.video({ owner, title: 'Low tide' })
  await guest.page.goto(`/studio/videos/${video.id}`)
  const title = guest.page.getByRole('textbox', { name: 'Title' })
  await title.fill('Low tide, second cut')
  await guest.page.getByText('Saved', { exact: true }).waitFor()

  await laptop.reload()
  await laptop.getByRole('combobox', { name: 'Role of Bea Guest' }).selectOption('viewer')
  await laptop.getByText('Bea Guest: viewer from now on.').waitFor()
  await title.fill('Low tide, third cut')
  await expect.poll(() => title.isDisabled()).toBe(true)
  const stored = world.db.prepare('select title from videos where id = ?').bind(video.id)
  expect(await stored.first<string>('title')).toBe('Low tide, second cut')
}, 180_000)
