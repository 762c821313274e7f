import {
  type Browser,
  type BrowserContext,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core'
import { ensureChromium } from '../../scripts/lib/ffmpeg.ts'
import type { World } from '../../worker/test/world.ts'
import type { TestUser } from '../../worker/test/user.ts'

const flags = [
  ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--mute-audio'],
]

/** A browser with a fresh profile; it has the codecs of films because it is Debian's. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = await ensureChromium()
  return chromium.launch({ executablePath, headless: true, chromiumSandbox: false, args: flags })
}

export const desktop = { width: 1440, height: 900 }
export const phone = { width: 390, height: 844 }

export interface VisitorOptions {
  /** Signed in already, by the cookie and the mark that a sign-in leaves. */
  user?: TestUser
  viewport?: { width: number; height: number }
  colorScheme?: 'light' | 'dark'
  /** A phone: fingers, and nothing that hovers. */
  isTouch?: boolean
}

/** Somebody with cookies and storage of their own; all their tabs are in the one context. */
export async function openVisitor(
  browser: Browser,
  world: Pick<World, 'url'>,
  { user, isTouch = false, viewport, colorScheme = 'light' }: VisitorOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({
    ...{ baseURL: world.url, colorScheme, reducedMotion: 'reduce', locale: 'en-GB' },
    ...{ viewport: viewport ?? (isTouch ? phone : desktop), hasTouch: isTouch, isMobile: isTouch },
    ...(user && { storageState: signedInState(world.url, user) }),
  })
  context.setDefaultTimeout(20_000)
  const close = context.close.bind(context)
  // An answer that a test is still making when its page goes is no fault.
  context.close = async (options) => {
    const open = context.pages()
    await Promise.all(open.map((page) => page.unrouteAll({ behavior: 'ignoreErrors' })))
    await close(options)
  }
  return context
}

function signedInState(url: string, user: TestUser) {
  const [name = '', value = ''] = user.refreshCookie.split('=')
  const cookie = { name, value, domain: new URL(url).hostname, path: '/api/v1/auth', expires: -1 }
  const localStorage = [{ name: 'lantern-signed-in', value: '1' }]
  return {
    cookies: [{ ...cookie, httpOnly: true, secure: false, sameSite: 'Strict' as const }],
    origins: [{ origin: new URL(url).origin, localStorage }],
  }
}

/** The button that only somebody signed in has; a workspace of the same name has one before it. */
export const accountMenu = (page: Page, name: string): Locator =>
  page.getByRole('button', { name }).and(page.locator('[popovertarget]')).last()

/** Signs up through the page, as a person would; ends where the site leads them. */
export async function signUp(page: Page, name: string): Promise<{ email: string }> {
  const email = `${name.toLowerCase().replaceAll(' ', '.')}@example.com`
  await page.goto('/signup')
  await page.getByRole('textbox', { name: 'Name' }).fill(name)
  await page.getByRole('textbox', { name: 'E-mail' }).fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await accountMenu(page, name).waitFor()
  return { email }
}

export const password = 'a lamp above the harbour'
