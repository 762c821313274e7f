import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { TestUser } from '../worker/test/user.ts'
import { createWorld, type World } from '../worker/test/world.ts'
import { addAuthenticator, codeOf, logIn, nextCodeOf, section, signOut } from './lib/account.ts'
import { accountMenu, launchBrowser, openVisitor } from './lib/browser.ts'
import { watchFaults } from './lib/faults.ts'
import { checkSizes } from './lib/looks.ts'

const minuteMs = 60_000

let world: World
let browser: Browser
/** Passkeys are for names, and an address of numbers is none. */
let site: { url: string }
let visitors: BrowserContext[] = []

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld(), launchBrowser()])
  site = { url: world.url.replace('127.0.0.1', 'localhost') }
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})
afterEach(async () => {
  await Promise.all(visitors.map((visitor) => visitor.close()))
  visitors = []
})

async function open(user?: TestUser) {
  const visitor = await openVisitor(browser, site, user && { user })
  visitors.push(visitor)
  return { visitor, page: await visitor.newPage(), faults: watchFaults(visitor) }
}

async function openSecurity(user: TestUser) {
  const opened = await open(user)
  await opened.page.goto('/account/security')
  await opened.page.getByRole('heading', { name: 'Passkeys', exact: true }).waitFor()
  return { ...opened, account: accountMenu(opened.page, `Account of ${user.displayName}`) }
}

/** Answers the key that was typed, and the recovery codes. */
async function turnOnApp(page: Page) {
  const app = section(page, 'Authenticator app')
  await app.getByRole('button', { name: 'Set up' }).click()
  await app.getByRole('img', { name: /QR code/ }).waitFor()
  await checkSizes(page, 'security-app')
  const secret = (await app.locator('code').innerText()).replaceAll(' ', '')
  await app.getByRole('textbox', { name: 'Six-digit code' }).fill('000000')
  await app.getByText('The code is wrong').waitFor()
  await app.getByRole('textbox', { name: 'Six-digit code' }).fill(codeOf(secret, world))
  await page.getByRole('heading', { name: /^Keep these/ }).waitFor()
  const codes = await page.getByRole('list', { name: 'Recovery codes' }).innerText()
  return { secret, codes: codes.split('\n') }
}

async function addPasskey(page: Page, name: string) {
  const passkeys = section(page, 'Passkeys')
  await passkeys.getByRole('button', { name: 'Add a passkey' }).click()
  await passkeys.getByRole('textbox', { name: 'Name' }).fill(name)
  await passkeys.getByRole('button', { name: 'Make the passkey' }).click()
  await passkeys.getByText(name, { exact: true }).waitFor()
  await page.getByText('Your passkey is added.').waitFor()
  return passkeys
}

test('with an authenticator app, log-in asks for its code; a recovery code does as well', async () => {
  const user = await world.user({ displayName: 'Careful One' })
  const { page, account } = await openSecurity(user)
  const { secret, codes } = await turnOnApp(page)
  expect(codes).toHaveLength(10)
  await checkSizes(page, 'security-codes')
  await page.getByRole('button', { name: 'I kept them' }).click()
  await section(page, 'Recovery codes').getByText('10 of 10 left').waitFor()

  await signOut(page, account)
  await page.goto('/login?next=/account/security')
  await logIn(page, user.email, user.password)
  await page.getByRole('heading', { name: 'One more step' }).waitFor()
  const field = page.getByRole('textbox', { name: 'Six-digit code' })
  await field.fill('000000')
  await page.getByText('The code is wrong').waitFor()
  expect(await field.inputValue()).toBe('')
  await checkSizes(page, 'login-second-step')
  const code = nextCodeOf(secret, world)
  await field.fill(`${code.slice(0, 3)} ${code.slice(3)}`)
  await page.getByRole('heading', { name: 'Security', exact: true }).waitFor()

  await signOut(page, account)
  await page.goto('/login?next=/account/security')
  await logIn(page, user.email, user.password)
  await page.getByRole('button', { name: 'Use a recovery code' }).click()
  await page.getByRole('textbox', { name: 'Recovery code' }).fill(codes[0]!.toUpperCase())
  await page.getByRole('button', { name: 'Log in' }).click()
  await section(page, 'Recovery codes').getByText('9 of 10 left').waitFor()
})

test('a dangerous act asks who it is, by the app where there is one', async () => {
  const user = await world.user({ displayName: 'Asked One' })
  const { page } = await openSecurity(user)
  const { secret } = await turnOnApp(page)
  await page.getByRole('button', { name: 'I kept them' }).click()
  world.tick(11 * minuteMs)
  const app = section(page, 'Authenticator app')
  await app.getByRole('button', { name: 'Turn off' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Turn off' }).click()
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' })
  await dialog.getByRole('textbox', { name: 'Six-digit code' }).waitFor()
  await checkSizes(page, 'security-step-up')
  await dialog.getByRole('button', { name: 'Not now' }).click()
  await page.getByText('Nothing has changed').waitFor()

  await page.getByRole('alertdialog').getByRole('button', { name: 'Turn off' }).click()
  await dialog.getByRole('textbox').fill(codeOf(secret, world))
  await page.getByText('Your authenticator app is off.').waitFor()
  await app.getByRole('button', { name: 'Set up' }).waitFor()
})

test('a passkey is added, renamed, and opens the account alone', async () => {
  const user = await world.user({ displayName: 'Key Holder' })
  const { page, visitor, account, faults } = await openSecurity(user)
  await addAuthenticator(visitor, page)
  const passkeys = await addPasskey(page, 'Pocket key')
  await passkeys.getByRole('button', { name: 'Rename Pocket key' }).click()
  await passkeys.getByRole('textbox', { name: 'Name of the passkey' }).fill('Desk key')
  await passkeys.getByRole('button', { name: 'Save' }).click()
  await passkeys.getByText('Desk key', { exact: true }).waitFor()
  await section(page, 'Recovery codes').getByRole('button', { name: 'Make codes' }).waitFor()
  await checkSizes(page, 'security-passkey')

  await signOut(page, account)
  await page.goto('/login?next=/account/security')
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await passkeys.getByText('Desk key', { exact: true }).waitFor()
  await passkeys.getByText('last used').waitFor()
  expect(faults()).toEqual([])

  await passkeys.getByRole('button', { name: 'Remove Desk key' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
  await passkeys.getByText('You have none yet.').waitFor()
})

test('a passkey is the second step after a password', async () => {
  const user = await world.user({ displayName: 'Two Steps' })
  const { page, visitor, account } = await openSecurity(user)
  await addAuthenticator(visitor, page)
  await addPasskey(page, 'Pocket key')
  await signOut(page, account)
  // An authenticator that says yes by itself would take the offer at the e-mail field.
  await page.route('**/auth/passkey/options', (route) => route.abort(), { times: 1 })
  await page.goto('/login?next=/account/security')
  await logIn(page, user.email, user.password)
  await page.getByRole('heading', { name: 'One more step' }).waitFor()
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await page.getByRole('heading', { name: 'Security', exact: true }).waitFor()
})

test('sessions elsewhere are seen and ended, and learn why', async () => {
  const user = await world.user({ displayName: 'Many Places' })
  const { page, faults } = await openSecurity(user)
  const elsewhere = async () => {
    const other = await open()
    await other.page.goto('/login')
    await logIn(other.page, user.email, user.password)
    await other.page.getByRole('heading', { name: 'Your first video goes here' }).waitFor()
    return other.page
  }
  const [first, second] = [await elsewhere(), await elsewhere()]
  await page.reload()
  const sessions = section(page, 'Where you are signed in')
  await expect.poll(() => sessions.getByRole('listitem').count()).toBe(3)
  await sessions
    .getByRole('button', { name: /^End Chrom/ })
    .first()
    .click()
  await expect.poll(() => sessions.getByRole('listitem').count()).toBe(2)
  await sessions.getByRole('button', { name: 'End all others' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'End them' }).click()
  await expect.poll(() => sessions.getByRole('listitem').count()).toBe(1)
  await sessions.getByText('This one').waitFor()
  expect(faults()).toEqual([])

  for (const ended of [first, second]) {
    await ended.reload()
    await ended.getByText('Your session has ended. Log in to go on.').waitFor()
    expect(ended.url()).toContain('/login?next=%2Fstudio')
  }
})

test('a new password ends the other sessions, and this one stays', async () => {
  const user = await world.user({ displayName: 'New Words' })
  const { page } = await openSecurity(user)
  const part = section(page, 'Password')
  await part.getByRole('button', { name: 'Change password' }).click()
  await part.getByLabel('New password', { exact: true }).fill('a lamp that nobody has seen')
  await part.getByRole('button', { name: 'Set the password' }).click()
  await page.getByText('Your new password is set.').waitFor()
  await page.reload()
  await part.getByRole('button', { name: 'Change password' }).waitFor()
})

test('what has not loaded says so and is tried again', async () => {
  const user = await world.user()
  const { page } = await open(user)
  await page.route('**/api/v1/me/factors', (route) => route.fulfill({ status: 404, json: {} }), {
    times: 1,
  })
  await page.goto('/account/security')
  await page.getByRole('heading', { name: 'This could not be loaded' }).waitFor()
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('heading', { name: 'Passkeys', exact: true }).waitFor()
})
