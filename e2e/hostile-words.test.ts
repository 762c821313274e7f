import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { insertKey } from '../worker/test/matrix-principals.ts'
import type { TestUser } from '../worker/test/user.ts'
import { type World, createWorld } from '../worker/test/world.ts'
import { launchBrowser, openVisitor } from './lib/browser.ts'
import { readPayloads } from './lib/payloads.ts'

let world: World
let browser: Browser
let owner: TestUser
let context: BrowserContext
let page: Page
const { texts, isWhole } = readPayloads()
/** Everything that ran, or that the policy of the page had to stop. */
const ran: string[] = []

interface Recorder {
  recorded?: string[]
}

/** Before any script of a page: what the payloads call, and what the policy reports. */
function record() {
  const target = globalThis as unknown as Recorder & Record<string, unknown>
  const recorded: string[] = []
  target.recorded = recorded
  for (const name of ['alert', 'confirm', 'prompt', 'print']) {
    target[name] = (word: unknown) => void recorded.push(`${name}(${String(word)})`)
  }
  addEventListener('securitypolicyviolation', (event) => {
    recorded.push(`policy: ${event.violatedDirective} ${event.blockedURI}`)
  })
}

beforeAll(async () => {
  if (!isWhole) console.log('../shared/media/payloads is absent: a few payloads of our own instead')
  ;[world, browser] = await Promise.all([
    createWorld({ env: { PLATFORM_ADMINS: 'root@example.com' } }),
    launchBrowser(),
  ])
  owner = await world.user({ displayName: 'Careful', email: 'root@example.com' })
  await fill()
  context = await openVisitor(browser, world, { user: owner })
  await context.addInitScript(record)
  page = await context.newPage()
  page.on('dialog', (dialog) => {
    ran.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
}, 240_000)
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})

/** What is kept of a text, with the line ends of HTML: zod trims, and names of people have 80 characters. */
const kept = texts
  .map((text) => text.trim().replaceAll(/\r\n?/g, '\n'))
  .filter((text) => text.length > 0)
const titles = kept.filter((text) => text.length <= 200)
/** As many as one description holds, with a line for each. */
const descriptions = pack(kept, 4800)
let described: string[] = []
let titled: { id: string; title: string }[] = []
/** Whom the API is asked to change. */
let plain: string

function pack(all: string[], limit: number): string[] {
  const packs: string[] = []
  let current = ''
  for (const text of all.filter((one) => one.length < limit)) {
    if (current.length + text.length + 1 > limit) {
      packs.push(current)
      current = ''
    }
    current += `${current && '\n'}${text}`
  }
  return [...packs, current]
}

/** Rows as the verbs write them; what the API itself takes is asked of it in the first test. */
async function fill(): Promise<void> {
  const { db } = world
  const template = await world.video({ owner, title: 'Plain', visibility: 'public' })
  plain = template.id
  const columns =
    'id, workspace_id, created_by, title, description, status, visibility, epoch, source_key, source_bytes, encode_id, duration_ms, width_px, height_px, has_video, has_audio, failure_code, created_at, updated_at, published_at'
  const copied = columns
    .replace('id, workspace_id', '?1, workspace_id')
    .replace('title, description', '?2, ?3')
  const copy = `insert into videos (${columns}) select ${copied} from videos where id = ?4`
  const rows = titles.map((title) => ({ id: world.id('video'), title, description: '' }))
  const long = descriptions.map((description) => ({
    id: world.id('video'),
    title: 'Described',
    description,
  }))
  described = long.map(({ id }) => id)
  titled = rows.map(({ id, title }) => ({ id, title }))
  await inBatches([...rows, ...long], ({ id, title, description }) =>
    db.prepare(copy).bind(id, title, description, template.id),
  )
  await inBatches(kept, (text) => personNamed(text.slice(0, 80)))
  await inBatches(kept, (text) =>
    db
      .prepare(
        `insert into sessions (id, user_id, user_agent, created_at, ends_at, place, last_seen_at, confirmed_at)
         values (?, ?, ?, ?, ?, ?, ?, 0)`,
      )
      .bind(
        ...[world.id('session'), owner.id, text.slice(0, 200), world.now(), world.now() + 9e8],
        ...[text.slice(0, 80), world.now()],
      ),
  )
  await inBatches(kept, (text) =>
    db
      .prepare(`insert into passkeys values (?, ?, ?, 'AA', 0, '[]', ?, 0, ?, null)`)
      .bind(world.id('passkey'), owner.id, world.id('lease'), text.slice(0, 60), world.now()),
  )
  await inBatches(kept, (text) =>
    db
      .prepare(
        `insert into events (id, kind, workspace_id, actor_id, data, request_id, created_at, failures, dispatched_at)
         values (?, 'video.updated', ?, ?, ?, 'req_x', ?, 0, ?)`,
      )
      .bind(
        ...[world.id('event'), owner.workspaceId, owner.id, JSON.stringify({ fields: text })],
        ...[world.now(), world.now()],
      ),
  )
  await inBatches(kept.slice(0, 60), (text) =>
    db
      .prepare(
        'insert into workspaces (id, handle, name, description, created_at) values (?, ?, ?, ?, ?)',
      )
      .bind(
        world.id('workspace'),
        world.id('lease'),
        text.slice(0, 80),
        text.slice(0, 1000),
        world.now(),
      ),
  )
  await db
    .prepare(
      `insert into memberships select id, ?, 'owner', created_at + 1 from workspaces where id not in
       (select workspace_id from memberships)`,
    )
    .bind(owner.id)
    .run()
  for (const text of kept.slice(0, 200)) {
    const id = world.id('apiKey')
    const key = { id, workspaceId: owner.workspaceId, userId: owner.id, scopes: [], secret: id }
    await insertKey(world, key)
    await db.prepare('update api_keys set name = ? where id = ?').bind(text.slice(0, 60), id).run()
  }
}

function personNamed(name: string) {
  const id = world.id('user')
  return world.db
    .prepare(
      `insert into users (id, email, display_name, created_at, bio, suspended_at, suspended_for)
       values (?, ?, ?, ?, ?, 1, ?)`,
    )
    .bind(id, `${id}@example.com`, name, world.now(), name, name)
}

type Statement = ReturnType<World['db']['prepare']>

async function inBatches<T>(all: T[], toStatement: (one: T) => Statement): Promise<void> {
  for (let at = 0; at < all.length; at += 100) {
    await world.db.batch(all.slice(at, at + 100).map(toStatement))
  }
}

/** Opens a page, waits until it rests, and takes what was recorded on it. */
async function visit(address: string, isThere: string): Promise<void> {
  await page.goto(address)
  await page.getByText(isThere, { exact: false }).first().waitFor()
  await loadAll()
  const recorded = await page.evaluate(() => (globalThis as unknown as Recorder).recorded ?? [])
  ran.push(...recorded.map((what) => `${address}: ${what}`))
}

async function loadAll(): Promise<void> {
  const more = page.getByRole('button', { name: 'Load more' })
  for (let count = 0; count < 60 && (await more.count()) > 0; count++) {
    await more.click()
    await page.waitForFunction(() => !document.querySelector('main [aria-busy=true]'))
  }
}

const textsOf = (selector: string) =>
  page.locator(selector).evaluateAll((all) => all.map((one) => one.textContent ?? ''))

test('the API keeps such words as they are, or refuses them in words', async () => {
  const client = world.as(owner)
  const path = `/api/v1/videos/${plain}`
  for (const text of kept) {
    const reply = await client.patch(path, { title: text, description: descriptions[0] })
    expect([200, 422], text).toContain(reply.status)
    if (reply.status === 200) expect(reply.body.title).toBe(text)
  }
  const profile = await client.patch('/api/v1/me', { displayName: kept[0]!, bio: kept[1]! })
  expect(profile.body).toMatchObject({ displayName: kept[0]!.slice(0, 80), bio: kept[1]! })
}, 120_000)

test('lists show every title as it was written, and nothing of it runs', async () => {
  await visit('/', 'Load more')
  const shown = new Set((await textsOf('main a')).map((text) => text.trim()))
  const lost = titles.filter((title) => ![...shown].some((text) => text.includes(title)))
  expect(lost).toEqual([])
  await visit('/studio', 'Load more')
  const listed = (await textsOf('main tbody tr')).join('\n')
  expect(titles.filter((title) => !listed.includes(title))).toEqual([])
  expect(ran).toEqual([])
}, 240_000)

test('descriptions show every line as it was written, and nothing of them runs', async () => {
  for (const [index, id] of described.entries()) {
    await visit(`/watch/${id}`, 'Described')
    const lines = descriptions[index]!.split('\n')
    const lost = async () => {
      const about = (await textsOf('main')).join('\n')
      return lines.filter((line) => !about.includes(line.trimEnd()))
    }
    await expect.poll(lost, { timeout: 10_000 }).toEqual([])
    await visit(`/studio/videos/${id}`, 'Description')
  }
  expect(ran).toEqual([])
}, 240_000)

test('what other sites and programs are told is every title as it was written', async () => {
  await page.goto('/')
  const lost = await page.evaluate(async (films) => {
    const read = async (path: string, type: DOMParserSupportedType) =>
      new DOMParser().parseFromString(await (await fetch(path)).text(), type)
    const scriptOf = (doc: Document) =>
      JSON.parse(doc.querySelector('script[type$=json]')!.textContent ?? '')
    // What HTML cannot hold, and what XML cannot.
    const inHtml = (text: string) => text.toWellFormed().replaceAll('\0', '\ufffd')
    // eslint-disable-next-line no-control-regex -- these are what must go
    const none = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g
    const inXml = (text: string) => text.toWellFormed().replaceAll(none, '')

    async function check({ id, title }: { id: string; title: string }) {
      const url = `/oembed?url=${encodeURIComponent(`${location.origin}/watch/${id}`)}`
      const [embed, watch, xml] = await Promise.all([
        read(`/embed/${id}`, 'text/html'),
        read(`/watch/${id}`, 'text/html'),
        read(`${url}&format=xml`, 'application/xml'),
      ])
      const json = (await (await fetch(url)).json()) as { title: string; html: string }
      const frame = new DOMParser().parseFromString(json.html, 'text/html').querySelector('iframe')
      const told: [what: string, text: unknown, expected: string][] = [
        ['embed title', embed.querySelector('title')?.textContent, inHtml(title)],
        ['embed config', scriptOf(embed).title, title.toWellFormed()],
        ['watch title', watch.querySelector('title')?.textContent, `${inHtml(title)} – Lantern`],
        ['facts', scriptOf(watch).name, title.toWellFormed()],
        ['oEmbed', json.title, title.toWellFormed()],
        ['oEmbed frame', frame?.title, inHtml(title)],
        ['oEmbed as XML', xml.querySelector('title')?.textContent, inXml(title)],
        [
          'card',
          watch.querySelector('meta[property="og:title"]')?.getAttribute('content'),
          inHtml(title),
        ],
      ]
      return told.filter(([, text, expected]) => text !== expected).map(String)
    }
    const wrong: string[] = []
    for (let at = 0; at < films.length; at += 8) {
      wrong.push(...(await Promise.all(films.slice(at, at + 8).map(check))).flat())
    }
    return wrong
  }, titled)
  expect(lost).toEqual([])
  const risky = titled.filter(({ title }) => /[<"']/.test(title))
  for (const { id } of risky.slice(0, 6)) await visit(`/embed/${id}`, '/ 0:')
  expect(ran).toEqual([])
}, 240_000)

test.each([
  ['/account', 'Account'],
  ['/account/security', 'Security'],
  ['/studio/settings', 'Settings'],
  ['/studio/settings/members', 'Members'],
  ['/studio/settings/keys', 'API keys'],
  ['/studio/settings/audit', 'Audit'],
  ['/admin', 'Users'],
  ['/admin/workspaces', 'Workspaces'],
  ['/join#token=<img src=x onerror=alert(1)>', 'invitation'],
  ['/verify#token="><script>alert(1)</script>', 'link'],
  ['/login?outside=<img src=x onerror=alert(1)>&next=javascript:alert(1)', 'Log in'],
  ['/nothing/<script>alert(1)</script>', ''],
])(
  '%s shows them and runs none',
  async (address, isThere) => {
    await visit(address, isThere)
    expect(ran).toEqual([])
  },
  120_000,
)

test('the outbox shows them and runs none', async () => {
  for (let at = 0; at < kept.length; at += 50) {
    const some = kept.slice(at, at + 50)
    await world.db.prepare('delete from mails').run()
    await inBatches(some, (text) =>
      world.db
        .prepare(`insert into mails values (?, null, ?, 'test', ?, ?, ?, ?, ?)`)
        .bind(world.id('mail'), text, text, text, text, world.now(), world.now()),
    )
    await visit(`/outbox?key=${world.secrets.OUTBOX_KEY}`, 'Outbox')
    const shown = (await textsOf('article pre')).join('\n')
    expect(some.filter((text) => !shown.includes(text))).toEqual([])
  }
  expect(ran).toEqual([])
}, 120_000)
