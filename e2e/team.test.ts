import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { readToken } from '../worker/test/account-mail.ts'
import type { TestUser } from '../worker/test/user.ts'
import { createWorld, type World } from '../worker/test/world.ts'
import { accountMenu, launchBrowser, openVisitor, password, phone } from './lib/browser.ts'
import { watchFaults } from './lib/faults.ts'
import { checkSizes } from './lib/looks.ts'

let world: World
let browser: Browser
const visitors: BrowserContext[] = []

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld(), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})
afterEach(async () => {
  await Promise.all(visitors.splice(0).map((visitor) => visitor.close()))
})

async function open(user: TestUser | undefined, path: string, viewport?: typeof phone) {
  const options = { ...(user && { user }), ...(viewport && { viewport }) }
  const visitor = await openVisitor(browser, world, options)
  visitors.push(visitor)
  const faults = watchFaults(visitor)
  const page = await visitor.newPage()
  await page.goto(path)
  return { page, faults, visitor }
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })
const switcher = (page: Page) => button(page, /^Workspace:/)
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name })
/** A refusal that the test is about. */
const isExpected = (fault: string) => /\b(403|404|409|410)\b/.test(fault)

/** Makes a member without the way there. */
const join = (user: TestUser, owner: TestUser, role: string) =>
  world.db
    .prepare('insert into memberships values (?, ?, ?, ?)')
    .bind(owner.workspaceId, user.id, role, world.now())
    .run()

test('invited by mail, a colleague joins, edits, loses the right, and is removed', async () => {
  const owner = await world.user({ displayName: 'Olga Owner' })
  const kim = await world.user({ displayName: 'Kim Colleague' })
  const video = await world.video({ owner, title: 'Low tide' })

  const { page: hers, faults } = await open(owner, '/studio/settings/members')
  await heading(hers, '1 member').waitFor()
  await hers.getByRole('textbox', { name: 'E-mail' }).fill(kim.email)
  await button(hers, 'Send invitation').click()
  await hers.getByText(`An invitation is on its way to ${kim.email}.`).waitFor()
  await button(hers, `Revoke the invitation: ${kim.email}`).waitFor()
  await checkSizes(hers, 'members')

  const token = await readToken(world, { to: kim.email, kind: 'invitation' })
  const { page, faults: kimsFaults } = await open(kim, `/join#token=${token}`)
  await heading(page, 'Join Olga Owner').waitFor()
  expect(page.url()).not.toContain(token)
  await checkSizes(page, 'join')
  await button(page, 'Join Olga Owner').click()
  await page.getByText(/^You are in Olga Owner.* now\.$/).waitFor()
  await page.getByRole('link', { name: 'Low tide', exact: true }).click()
  const title = page.getByRole('textbox', { name: 'Title' })
  await title.fill('Low tide, second cut')
  await page.getByText('Saved', { exact: true }).waitFor()

  await hers.reload()
  await heading(hers, '2 members').waitFor()
  await hers.getByRole('combobox', { name: 'Role of Kim Colleague' }).selectOption('viewer')
  await hers.getByText('Kim Colleague: viewer from now on.').waitFor()

  await title.fill('Low tide, third cut')
  await page.getByText(/^Your role in Olga Owner.* is now: viewer\.$/).waitFor()
  await expect.poll(() => title.isDisabled()).toBe(true)
  expect(await button(page, 'Delete video').count()).toBe(0)
  const { body } = await world.as(owner).get(`/api/v1/videos/${video.id}`)
  expect(body.title).toBe('Low tide, second cut')

  await button(hers, 'Remove Kim Colleague').click()
  await hers.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
  await hers.getByText('Kim Colleague is no longer a member.').waitFor()
  await heading(hers, '1 member').waitFor()
  await page.getByRole('link', { name: 'Settings', exact: true }).click()
  await page.getByText(/^You are no longer in Olga Owner.* This is Kim Colleague/).waitFor()
  await switcher(page).getByText('Kim Colleague').waitFor()

  await hers.getByRole('link', { name: 'Audit log' }).click()
  for (const words of [/joined as editor/, /to viewer/, /removed /, /invited somebody by mail/]) {
    await hers.getByText(words).first().waitFor()
  }
  expect(faults()).toEqual([])
  expect(kimsFaults().filter((fault) => !isExpected(fault))).toEqual([])
})

test('somebody new joins by a link, over the sign-up', async () => {
  const owner = await world.user({ displayName: 'Lena Link' })
  const { page: hers, faults } = await open(owner, '/studio/settings/members')
  await hers.getByRole('spinbutton', { name: 'For how many' }).fill('2')
  await button(hers, 'Make a link').click()
  const url = await hers.getByRole('textbox', { name: 'Invitation link' }).inputValue()
  expect(new URL(url).hash).toMatch(/^#token=/)
  await checkSizes(hers, 'members-link')
  await button(hers, 'I have it, hide it for good').click()
  await hers.getByText('A link for 2 more people').waitFor()

  const { page } = await open(undefined, url.replace(new URL(url).origin, ''))
  await heading(page, /^Join Lena Link/).waitFor()
  await checkSizes(page, 'join-stranger')
  await page.getByRole('main').getByRole('link', { name: 'Sign up' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Nils New')
  await page.getByRole('textbox', { name: 'E-mail' }).fill('nils@example.com')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await button(page, 'Create account').click()
  await page.waitForURL(/\/join$/)
  await button(page, /^Join Lena Link/).click()
  await page.getByText(/^You are in Lena Link.* now\.$/).waitFor()
  await switcher(page).getByText('viewer').waitFor()

  await hers.reload()
  await hers.getByText('Nils New').waitFor()
  await button(hers, 'Revoke the invitation: A link for 1 more person').click()
  await hers.getByText('The invitation is taken back.').waitFor()
  const { page: late } = await open(undefined, url.replace(new URL(url).origin, ''))
  await heading(late, 'This invitation has ended').waitFor()
  await checkSizes(late, 'join-ended')
  expect(faults()).toEqual([])
})

test('the wrong account is told whom the invitation is for, and can sign out', async () => {
  const owner = await world.user({ displayName: 'Otto' })
  const other = await world.user({ displayName: 'Wanda Wrong' })
  const wish = { role: 'editor', email: 'right@example.com' }
  await world.as(owner).post(`/api/v1/workspaces/${owner.workspaceId}/invitations`, wish)
  const token = await readToken(world, { to: 'right@example.com', kind: 'invitation' })
  const { page } = await open(other, `/join#token=${token}`)
  await page.getByText(/This invitation is for right@example\.com; you are signed in as/).waitFor()
  await checkSizes(page, 'join-wrong')
  await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click()
  await page.getByText(/Sign in, or make an account, with right@example.com/).waitFor()
})

test('by the keyboard, on a phone: another workspace is made, left for the first, and found again', async () => {
  const user = await world.user({ displayName: 'Kay Keys' })
  const { page, faults, visitor } = await open(user, '/studio', phone)
  await switcher(page).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await heading(page, 'New workspace').waitFor()
  await page.getByRole('textbox', { name: 'Name' }).fill('Harbour Café')
  await page.getByText(/The channel will be at .*\/@harbour-cafe$/).waitFor()
  await checkSizes(page, 'new-workspace')
  await page.setViewportSize(phone)
  await page.keyboard.press('Enter')
  await page.getByText('Harbour Café is made.').waitFor()
  await heading(page, '1 member').waitFor()

  const second = await visitor.newPage()
  await second.goto('/studio')
  await switcher(second).getByText('Harbour Café').waitFor()
  await switcher(page).focus()
  await page.keyboard.press('Space')
  await button(page, /^K?\s*Kay Keys/)
    .first()
    .press('Enter')
  await switcher(page).getByText('Kay Keys').waitFor()
  await switcher(second).getByText('Kay Keys').waitFor()
  await page.reload()
  await switcher(page).getByText('Kay Keys').waitFor()
  await switcher(page).click()
  await checkSizes(page, 'switcher')
  expect(faults()).toEqual([])
})

test('a workspace is renamed, handed over, left, and another deleted', async () => {
  const owner = await world.user({ displayName: 'Dora' })
  const heir = await world.user({ displayName: 'Henry Heir' })
  await join(heir, owner, 'editor')
  const { page, faults } = await open(owner, '/studio/settings')
  await page.getByRole('textbox', { name: 'Handle' }).fill('no good')
  await page.getByText('Use letters a to z').waitFor()
  await page.getByRole('textbox', { name: 'Handle' }).fill(heir.handle)
  await button(page, 'Save changes').click()
  await expect
    .poll(() => page.getByRole('textbox', { name: 'Handle' }).getAttribute('aria-invalid'))
    .toBe('true')
  await page.getByRole('textbox', { name: 'Handle' }).fill('dora-films')
  await page.getByRole('textbox', { name: 'Name' }).fill('Dora Films')
  await button(page, 'Save changes').click()
  await switcher(page).getByText('@dora-films').waitFor()
  await checkSizes(page, 'settings-general')

  await page.getByRole('combobox', { name: 'New owner' }).selectOption(heir.id)
  await button(page, 'Hand over').click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Hand it over' }).click()
  await page.getByText('Henry Heir owns Dora Films now.').waitFor()
  await button(page, 'Leave').click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Leave' }).click()
  await page.getByText('You have left Dora Films.').waitFor()
  await heading(page, 'You are in no workspace').waitFor()
  expect(await page.getByText(/^You are no longer in|^Your role in/).count()).toBe(0)
  await checkSizes(page, 'no-workspace')

  const { page: his } = await open(heir, '/studio/settings')
  await switcher(his).click()
  await button(his, /Dora Films/)
    .last()
    .click()
  await button(his, 'Delete workspace').click()
  const dialog = his.getByRole('dialog')
  await dialog.getByRole('textbox').fill('dora-films')
  await checkSizes(his, 'delete-workspace')
  await dialog.getByRole('button', { name: 'Delete workspace' }).click()
  await his.getByText('Dora Films is deleted.').waitFor()
  await switcher(his).getByText('Henry Heir').waitFor()
  await accountMenu(his, 'Henry Heir').waitFor()
  expect(faults().filter((fault) => !isExpected(fault))).toEqual([])
})

test('a viewer reads the settings and finds no control that does nothing', async () => {
  const owner = await world.user({ displayName: 'Vera' })
  const viewer = await world.user({ displayName: 'Will Watch' })
  await world.db.prepare('delete from memberships where user_id = ?').bind(viewer.id).run()
  await join(viewer, owner, 'viewer')
  const { page, faults } = await open(viewer, '/studio/settings')
  await page.getByText(/^Owners and admins of Vera.* can change this/).waitFor()
  expect(await button(page, 'Save changes').count()).toBe(0)
  await checkSizes(page, 'settings-viewer')
  await page.getByRole('link', { name: 'Members', exact: true }).click()
  await heading(page, '2 members').waitFor()
  expect(await page.getByRole('main').getByRole('combobox').count()).toBe(0)
  expect(await button(page, /^(Remove|Send|Make|Revoke)/).count()).toBe(0)
  await checkSizes(page, 'members-viewer')
  expect(faults()).toEqual([])
})
