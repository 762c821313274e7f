import { generateKeyPairSync } from 'node:crypto'
import { SignJWT, importPKCS8 } from 'jose'
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

async function open(user: TestUser) {
  visitor = await openVisitor(browser, world, { user })
  faults = watchFaults(visitor)
  page = await visitor.newPage()
  await page.goto('/studio/settings/signing-keys')
}

const button = (name: string | RegExp) => page.getByRole('button', { name })

test('a pair is made in the page, signs what plays, and ends what it signed', async () => {
  const owner = await world.user({ displayName: 'Olga Owner' })
  const film = await world.video({ owner, visibility: 'private' })
  await open(owner)
  await page.getByRole('heading', { name: 'No signing keys yet' }).waitFor()
  await checkSizes(page, 'signing-keys-empty')

  await button('New key').click()
  await button('Make key').click()
  await page.getByText('Enter a name').waitFor()
  await checkSizes(page, 'signing-keys-form')
  await page.getByRole('textbox', { name: 'Name' }).fill('Shop server')
  const [sent] = await Promise.all([
    page.waitForRequest((request) => request.method() === 'POST'),
    page.keyboard.press('Enter'),
  ])
  const secret = await page.getByRole('textbox', { name: 'Private key' }).inputValue()
  expect(secret).toMatch(/^-----BEGIN PRIVATE KEY-----\n/)
  expect(sent.postData()).toContain('BEGIN PUBLIC KEY')
  expect(sent.postData()).not.toContain('PRIVATE')
  await checkSizes(page, 'signing-keys-made')

  const code = await page.getByRole('region', { name: /^Code that signs/ }).innerText()
  const kid = /kid: '(sgk_\w+)'/.exec(code)![1]!
  const token = await new SignJWT()
    .setProtectedHeader({ alg: 'EdDSA', kid })
    .setSubject(film.id)
    .setExpirationTime(Math.floor(world.now() / 1000) + 60)
    .sign(await importPKCS8(secret, 'EdDSA'))
  const play = () => world.as().get(`/api/v1/videos/${film.id}/playback?token=${token}`)
  expect((await play()).status).toBe(200)

  await button('I have it, hide it for good').click()
  await page.reload()
  await page.getByText('Shop server').first().waitFor()
  await page.getByText(/last used/).waitFor()
  expect(await page.content()).not.toContain(secret.split('\n')[1])
  await checkSizes(page, 'signing-keys-list')

  await button('Revoke Shop server').click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke key' }).click()
  await page.getByRole('heading', { name: 'No signing keys yet' }).waitFor()
  world.tick(5000)
  expect((await play()).body.code).toBe('playback_denied')
  await page.getByRole('link', { name: 'Audit log' }).click()
  await page.getByText('revoked the signing key “Shop server”').waitFor()
  expect(faults()).toEqual([])
})

test('a public key of one’s own is taken, and a secret one is sent back with words', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  await open(await world.user())
  await button('New key').click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Own')
  await page.getByRole('combobox', { name: 'Key pair' }).selectOption('own')
  const field = page.getByRole('textbox', { name: 'Public key' })
  await field.fill(String(privateKey.export({ type: 'pkcs8', format: 'pem' })))
  await button('Add key').click()
  await page.getByText('This is a secret key: keep it, and send the public one.').waitFor()
  expect(await field.getAttribute('aria-invalid')).toBe('true')
  await checkSizes(page, 'signing-keys-own')
  await field.fill(String(publicKey.export({ type: 'spki', format: 'pem' })))
  await button('Add key').click()
  await page.getByText('not used yet').waitFor()
  expect(await page.getByRole('textbox', { name: 'Private key' }).count()).toBe(0)
  expect(faults().filter((fault) => !/422/.test(fault))).toEqual([])
})
