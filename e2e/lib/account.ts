import * as OTPAuth from 'otpauth'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import type { World } from '../../worker/test/world.ts'
import { until } from '../../worker/test/process.ts'

/** The newest link to a page in a mail to `email`: path and fragment, without the host. */
export function mailedLink(world: World, email: string, page: string): Promise<string> {
  const mails = world.db.prepare('select text from mails where recipient = ? order by rowid desc')
  return until(`a mail to ${email} leads to ${page}`, 10_000, async () => {
    const { results } = await mails.bind(email).all<{ text: string }>()
    const links = results.flatMap(({ text }) => text.match(/https?:\/\/\S+/g) ?? [])
    const link = links.map((address) => new URL(address)).find(({ pathname }) => pathname === page)
    return link && link.pathname + link.hash
  })
}

/** What an authenticator app shows at the Worker's time. */
export const codeOf = (secret: string, world: World): string =>
  new OTPAuth.TOTP({ secret: OTPAuth.Secret.fromBase32(secret) }).generate({
    timestamp: world.now(),
  })

/** A code is good once, and the next one comes after thirty seconds. */
export const nextCodeOf = (secret: string, world: World): string => {
  world.tick(30_000)
  return codeOf(secret, world)
}

/** A device that keeps passkeys and always says yes; one a tab. */
export async function addAuthenticator(visitor: BrowserContext, page: Page): Promise<void> {
  const devtools = await visitor.newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true },
      ...{ hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
}

export const section = (page: Page, name: string): Locator => page.getByRole('region', { name })

export async function logIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByRole('textbox', { name: 'E-mail' }).fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Log in' }).click()
}

export async function signOut(page: Page, account: Locator): Promise<void> {
  await account.click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('You are signed out.').waitFor()
}
