import { readFile } from 'node:fs/promises'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createWorld, type World } from '../worker/test/world.ts'
import { logIn, mailedLink, section } from './lib/account.ts'
import {
  accountMenu,
  launchBrowser,
  openVisitor,
  password,
  signUp,
  type VisitorOptions,
} from './lib/browser.ts'
import { watchFaults } from './lib/faults.ts'
import { checkLooks } from './lib/looks.ts'

const minuteMs = 60_000

let world: World
let browser: Browser
let visitor: BrowserContext | undefined
let people = 0

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld(), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})
afterEach(async () => {
  await visitor?.close()
  visitor = undefined
})

async function open(options: VisitorOptions = {}) {
  visitor = await openVisitor(browser, world, options)
  return { page: await visitor.newPage(), faults: watchFaults(visitor) }
}

async function newcomer() {
  const { page, faults } = await open()
  const name = `Keeper ${++people}`
  const { email } = await signUp(page, name)
  return { page, faults, name, email }
}

const confirmBanner = 'Your address is not confirmed'

test('who signs up is asked to confirm, and the link of the mail does it', async () => {
  const { page, email, faults } = await newcomer()
  await page.waitForURL(/\/studio$/)
  const banner = page.getByRole('complementary', { name: confirmBanner })
  await banner.getByText(email).waitFor()
  const link = await mailedLink(world, email, '/verify')
  await page.goto(link)
  await page.getByRole('heading', { name: 'Your address is confirmed' }).waitFor()
  expect(new URL(page.url()).hash).toBe('')
  await page.getByRole('link', { name: 'To the studio' }).click()
  await page.getByRole('heading', { name: 'Your first video goes here' }).waitFor()
  expect(await banner.count()).toBe(0)
  expect(faults()).toEqual([])

  await page.goto(link)
  await page.getByRole('heading', { name: 'This link has ended' }).waitFor()
  await page.getByText(`${email} is confirmed`).waitFor()
})

test('a link that has ended is sent again, and the new one works', async () => {
  const { page, email } = await newcomer()
  const old = await mailedLink(world, email, '/verify')
  world.tick(25 * 60 * minuteMs)
  await page.goto(old)
  await page.getByRole('button', { name: 'Send a new link' }).click()
  await page.getByText(`We sent a link to ${email}`).waitFor()
  const link = await mailedLink(world, email, '/verify')
  expect(link).not.toBe(old)
  await page.goto(link)
  await page.getByRole('heading', { name: 'Your address is confirmed' }).waitFor()
})

test('a forgotten password is set anew by a mail', async () => {
  const user = await world.user()
  const { page } = await open()
  await page.goto('/login')
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await page.getByRole('heading', { name: 'Forgot your password?' }).waitFor()
  await page.getByRole('textbox', { name: 'E-mail' }).fill(user.email)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await page.getByRole('heading', { name: 'Look into your mail' }).waitFor()
  await page.getByText(`If there is an account for ${user.email}`).waitFor()

  const link = await mailedLink(world, user.email, '/reset')
  await page.goto(link)
  await page.getByLabel('New password', { exact: true }).fill('another lamp above the sea')
  await page.getByRole('button', { name: 'Set the password' }).click()
  await page.getByText('Your new password is set.').waitFor()
  await logIn(page, user.email, user.password)
  await page.getByRole('alert').getByText(/./).waitFor()
  await logIn(page, user.email, 'another lamp above the sea')
  await accountMenu(page, user.displayName).waitFor()

  await page.goto(link)
  await page.getByLabel('New password', { exact: true }).fill('a third lamp above the sea')
  await page.getByRole('button', { name: 'Set the password' }).click()
  await page.getByRole('heading', { name: 'This link has ended' }).waitFor()
})

test('nobody learns from a forgotten password who has an account', async () => {
  const { page } = await open()
  await page.goto('/forgot')
  await page.getByRole('textbox', { name: 'E-mail' }).fill('nobody@example.com')
  await page.getByRole('button', { name: 'Send the link' }).click()
  await page.getByText('If there is an account for nobody@example.com').waitFor()
})

test('a name is saved as it is typed, and shows everywhere at once', async () => {
  const user = await world.user({ displayName: 'Before' })
  const { page, faults } = await open({ user })
  await page.goto('/account')
  await page.getByRole('textbox', { name: 'Name' }).fill('After')
  await page.getByRole('textbox', { name: 'About you' }).fill('Films of the sea.')
  await page.getByText('Saved', { exact: true }).waitFor()
  await accountMenu(page, 'Account of After').waitFor()
  await page.getByText('17 of 500 characters').waitFor()
  await page.reload()
  const bio = page.getByRole('textbox', { name: 'About you' })
  await expect.poll(() => bio.inputValue()).toBe('Films of the sea.')
  expect(faults()).toEqual([])
})

test('a picture is cut to a square, shown at once, and taken away again', async () => {
  const user = await world.user({ displayName: 'Pictured' })
  const { page, faults } = await open({ user })
  await page.goto('/account')
  const part = section(page, 'Profile')
  const mimeType = 'image/png'
  const buffer = Buffer.from(await paint(page, 900, 500), 'base64')
  await part.getByLabel('Choose a picture').setInputFiles({ name: 'me.png', mimeType, buffer })
  await page.getByText('Your picture is saved.').waitFor()
  const pictures = page.locator('img[src*="/avatars/"]')
  await expect.poll(() => pictures.count()).toBeGreaterThan(0)
  const sides = await pictures.first().evaluate(async (image: HTMLImageElement) => {
    await image.decode()
    return [image.naturalWidth, image.naturalHeight]
  })
  expect(sides).toEqual([256, 256])

  await part.getByRole('button', { name: 'Remove' }).click()
  await expect.poll(() => pictures.count()).toBe(0)
  await part
    .getByLabel('Choose a picture')
    .setInputFiles({ name: 'me.png', mimeType, buffer: Buffer.from('no picture') })
  await part.getByText('This picture cannot be read here.').waitFor()
  expect(faults()).toEqual([])
})

/** A picture of two colours, as base64 of a PNG. */
const paint = (page: Page, width: number, height: number) =>
  page.evaluate(
    ([w = 1, h = 1]) => {
      const canvas = Object.assign(document.createElement('canvas'), { width: w, height: h })
      const pen = canvas.getContext('2d')!
      pen.fillStyle = '#0f5c56'
      pen.fillRect(0, 0, w, h)
      pen.fillStyle = '#ffb65c'
      pen.fillRect(w / 3, h / 3, w / 3, h / 3)
      return canvas.toDataURL('image/png').replace(/^.*,/, '')
    },
    [width, height],
  )

test('an address changes once the old and the new one have agreed', async () => {
  const user = await world.user()
  const { page, faults } = await open({ user })
  const email = `new.${user.email}`
  await page.goto('/account')
  const part = section(page, 'E-mail address')
  await part.getByRole('button', { name: 'Change' }).click()
  await part.getByRole('textbox', { name: 'New address' }).fill(email)
  await part.getByRole('button', { name: 'Send both links' }).click()
  const says = (words: string) => part.getByText(words, { exact: true }).waitFor()
  await says(`${user.email} has not confirmed it yet`)

  await page.goto(await mailedLink(world, user.email, '/verify'))
  await page.getByRole('heading', { name: 'One of two is done' }).waitFor()
  await page.getByRole('link', { name: 'To your account' }).click()
  await says(`${user.email} has confirmed it`)
  await says(`${email} has not confirmed it yet`)

  await page.goto(await mailedLink(world, email, '/verify'))
  await page.getByRole('heading', { name: 'Your address has changed' }).waitFor()
  await page.getByRole('link', { name: 'To your account' }).click()
  await says(email)
  expect(faults()).toEqual([])
})

test('a change of address that waits is taken back', async () => {
  const user = await world.user()
  const { page } = await open({ user })
  await page.goto('/account')
  const part = section(page, 'E-mail address')
  await part.getByRole('button', { name: 'Change' }).click()
  await part.getByRole('textbox', { name: 'New address' }).fill('elsewhere@example.com')
  await part.getByRole('button', { name: 'Send both links' }).click()
  await part.getByRole('button', { name: 'Cancel the change' }).click()
  await page.getByText('Your address stays as it is.').waitFor()
  await part.getByRole('button', { name: 'Change' }).waitFor()
})

test('what is kept of a person is downloaded after a confirmation', async () => {
  const user = await world.user()
  const { page } = await open({ user })
  await page.goto('/account')
  await page.getByRole('heading', { name: 'Account', exact: true }).waitFor()
  world.tick(11 * minuteMs)
  await page.getByRole('button', { name: 'Download' }).click()
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' })
  await dialog.getByLabel('Your password', { exact: true }).fill('not this one')
  await dialog.getByRole('button', { name: 'Confirm' }).click()
  await dialog.getByText('wrong').waitFor()
  await dialog.getByLabel('Your password', { exact: true }).fill(user.password)
  const downloading = page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'Confirm' }).click()
  const file = await (await downloading).path()
  const all = JSON.parse(await readFile(file, 'utf8'))
  expect(all.user.email).toBe(user.email)
})

test('an account is deleted once its address was typed, and opens nothing after', async () => {
  const { page, email, name } = await newcomer()
  await page.goto('/account')
  await page.getByRole('button', { name: 'Delete account' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete my account?' })
  const act = dialog.getByRole('button', { name: 'Delete account' })
  await dialog.getByRole('textbox', { name: 'Your address' }).fill('somebody@example.com')
  expect(await act.getAttribute('aria-disabled')).toBe('true')
  await dialog.getByRole('textbox', { name: 'Your address' }).fill(email.toUpperCase())
  await act.click()
  await page.getByText('Your account is gone.').waitFor()
  expect(new URL(page.url()).pathname).toBe('/')
  expect(await accountMenu(page, name).count()).toBe(0)
  await page.goto('/login')
  await logIn(page, email, password)
  await page.getByRole('alert').getByText(/./).waitFor()
})

test('strangers are led to log in and come back', async () => {
  const user = await world.user()
  const { page } = await open()
  await page.goto('/account/security')
  await page.waitForURL(/\/login\?next=%2Faccount%2Fsecurity$/)
  await logIn(page, user.email, user.password)
  await page.getByRole('heading', { name: 'Security', exact: true }).waitFor()
})

test('a sign-in at another service that did not work is told, and its second step is taken up', async () => {
  const { page } = await open()
  await page.goto('/login?outside=unverified')
  await page.getByRole('alert').getByText('has not confirmed your e-mail address').waitFor()
  await page.goto('/login#challenge=abc&methods=totp,recovery')
  await page.getByRole('heading', { name: 'One more step' }).waitFor()
  expect(new URL(page.url()).hash).toBe('')
  await page.getByRole('textbox', { name: 'Six-digit code' }).fill('123 456')
  await page.getByText('That took too long').waitFor()
  await page.getByRole('heading', { name: 'Log in', exact: true }).waitFor()
})

test('the pages of accounts hold for every eye and ear', async () => {
  const user = await world.user({ displayName: 'Harbour Films', isVerified: false })
  const pages = ['/login', '/signup', '/forgot', '/verify', '/reset#token=abc']
  await checkLooks(browser, world, pages)
  await checkLooks(browser, world, ['/account', '/account/security'], user)
})
