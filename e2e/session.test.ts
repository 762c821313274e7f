import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createWorld, type World } from '../worker/test/world.ts'
import { accountMenu, launchBrowser, openVisitor, password, signUp } from './lib/browser.ts'
import { watchFaults } from './lib/faults.ts'

const minuteMs = 60_000
const wait = { timeout: 10_000 }

let world: World
let browser: Browser
let visitor: BrowserContext
let people = 0

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld(), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})
afterEach(() => visitor.close())

async function newcomer() {
  visitor = await openVisitor(browser, world)
  const faults = watchFaults(visitor)
  const page = await visitor.newPage()
  const name = `Visitor ${++people}`
  const { email } = await signUp(page, name)
  const account = (tab: Page) => accountMenu(tab, name)
  const signIns = (tab: Page) => tab.getByRole('link', { name: 'Log in' }).first()
  return { page, name, email, faults, account, signIns }
}

test('a reload keeps the session, and a second tab shares it', async () => {
  const { page, account, faults } = await newcomer()
  await page.reload()
  await account(page).waitFor()
  const second = await visitor.newPage()
  await second.goto('/studio')
  await second.getByRole('heading', { name: 'Your first video goes here' }).waitFor()
  await Promise.all([page.reload(), second.reload()])
  await Promise.all([account(page).waitFor(), account(second).waitFor()])
  expect(faults()).toEqual([])
})

test('an access token that has ended is renewed without a word', async () => {
  const { page, account, faults } = await newcomer()
  await page.goto('/studio')
  await page.getByRole('heading', { name: 'Your first video goes here' }).waitFor()
  world.tick(31 * minuteMs)
  const renewal = page.waitForResponse((response) => response.url().endsWith('/auth/refresh'))
  await page.getByRole('link', { name: 'Uploads' }).click()
  expect((await renewal).status()).toBe(200)
  await page.getByRole('button', { name: 'Choose files' }).waitFor()
  await page.getByRole('link', { name: 'Videos' }).click()
  await account(page).waitFor()
  const others = faults().filter((fault) => !fault.includes('401'))
  expect(others).toEqual([])
})

test('two tabs whose tokens have ended both stay signed in', async () => {
  const { page, account } = await newcomer()
  const second = await visitor.newPage()
  await Promise.all([page.goto('/studio'), second.goto('/studio')])
  await Promise.all([account(page).waitFor(), account(second).waitFor()])
  world.tick(31 * minuteMs)
  await Promise.all([page.reload(), second.reload()])
  const empty = { name: 'Your first video goes here' }
  const headings = [page, second].map((tab) => tab.getByRole('heading', empty).waitFor())
  await Promise.all(headings)
})

test('signing out in one tab signs the other out', async () => {
  const { page, account, signIns, faults } = await newcomer()
  const second = await visitor.newPage()
  await second.goto('/studio')
  await account(second).waitFor()
  await account(page).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('You are signed out.').waitFor()
  await signIns(page).waitFor()
  await second.waitForURL(/\/login\?next=/)
  await second.reload()
  await second.getByRole('heading', { name: 'Log in' }).waitFor()
  expect(faults()).toEqual([])
})

test('a session of more than seven idle days has ended and says so by the sign-in page', async () => {
  const { page, email, account } = await newcomer()
  world.tick(8 * 24 * 60 * minuteMs)
  await page.goto('/studio')
  await page.waitForURL(/\/login\?next=%2Fstudio/)
  await page.getByRole('textbox', { name: 'E-mail' }).fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.waitForURL(/\/studio$/)
  await account(page).waitFor()
})

test('a wrong password and a taken e-mail are told at the form', async () => {
  const { email, page, name } = await newcomer()
  await visitor.clearCookies()
  await page.evaluate(() => localStorage.clear())
  await page.goto('/login')
  await page.getByRole('textbox', { name: 'E-mail' }).fill(email)
  await page.getByLabel('Password', { exact: true }).fill('not this one')
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('alert').getByText(/./).waitFor()
  expect(new URL(page.url()).pathname).toBe('/login')

  await page.getByRole('link', { name: 'Sign up' }).last().click()
  await page.getByRole('textbox', { name: 'Name' }).fill(name)
  await page.getByRole('textbox', { name: 'E-mail' }).fill(email)
  await page.getByLabel('Password', { exact: true }).fill('short')
  await page.getByRole('button', { name: 'Create account' }).click()
  const field = page.getByLabel('Password', { exact: true })
  const isValid = await field.evaluate((input: HTMLInputElement) => input.checkValidity())
  expect(isValid).toBe(false)
  await field.fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('alert').getByText(/./).waitFor()
})

test('the colours chosen in one tab hold after a reload and in the other tab', async () => {
  visitor = await openVisitor(browser, world)
  const [page, second] = [await visitor.newPage(), await visitor.newPage()]
  await Promise.all([page.goto('/'), second.goto('/login')])
  const themeOf = (tab: Page) => tab.locator('html').getAttribute('data-theme')
  expect(await themeOf(page)).toBe('light')
  await page.getByRole('button', { name: 'Light or dark' }).click()
  await page.getByRole('button', { name: 'Dark', exact: true }).click()
  await expect.poll(() => themeOf(page), wait).toBe('dark')
  await expect.poll(() => themeOf(second), wait).toBe('dark')
  await page.reload()
  expect(await themeOf(page)).toBe('dark')

  await page.bringToFront() // a tab in the background learns of the system's colours late
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.getByRole('button', { name: 'Light or dark' }).click()
  await page.getByRole('button', { name: 'As the system' }).click()
  await page.emulateMedia({ colorScheme: 'light' })
  await expect.poll(() => themeOf(page), wait).toBe('light')
})
