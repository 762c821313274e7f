import { afterAll, beforeAll, expect, test } from 'vitest'
import type { NewLink } from '#contracts/link.ts'
import { type Restrictions, narrow } from '#contracts/narrow.ts'
import { expectStatus } from '../../../scripts/lib/client.ts'
import type { TestUser } from '../../test/user.ts'
import type { TestVideo } from '../../test/video.ts'
import { type World, createWorld } from '../../test/world.ts'

let world: World
let video: TestVideo
let editor: TestUser
let viewer: TestUser
let links: string

beforeAll(async () => {
  world = await createWorld()
  video = await world.video({ visibility: 'private' })
  links = `/api/v1/videos/${video.id}/links`
  ;[editor, viewer] = [await world.user(), await world.user()]
  await join(editor, 'editor')
  await join(viewer, 'viewer')
})
afterAll(() => world.stop())

const join = (user: TestUser, role: string) =>
  world.db
    .prepare('insert into memberships values (?, ?, ?, ?)')
    .bind(video.workspaceId, user.id, role, world.now())
    .run()

async function make(restrictions: Restrictions = {}, label = 'For a friend'): Promise<NewLink> {
  const reply = await world.as(editor).post(links, { label, restrictions })
  return expectStatus(reply, 201, 'make a link')
}

const play = (token: string, headers: Record<string, string> = {}) =>
  world.as().get(`/api/v1/videos/${video.id}/playback?token=${token}`, headers)
const media = (token: string, file: string, headers: Record<string, string> = {}) =>
  fetch(`${world.url}/p/${token}/${file}`, { headers })
const master = () => `v/${video.id}/master.m3u8`

async function expectRefused(reply: Promise<Response>, words: RegExp) {
  const response = await reply
  const { code, detail } = (await response.json()) as { code: string; detail: string }
  expect({ status: response.status, code, detail }).toEqual({
    ...{ status: 403, code: 'playback_denied', detail: expect.stringMatching(words) },
  })
}

test('a link plays a private video for a stranger and shows no more of it than its title', async () => {
  const { link, url, embedUrl, hlsUrl, token } = await make()
  expect(link).toMatchObject({ state: 'live', label: 'For a friend', url, videoId: video.id })
  expect(url).toBe(`${world.url}/watch/${video.id}#token=${token}`)
  expect(embedUrl).toBe(`${world.url}/embed/${video.id}?token=${token}`)
  expect(Date.parse(link.endsAt)).toBe(world.now() + 30 * 24 * 3600_000)

  const { status, body } = await play(token)
  expect({ status, title: body.title, clip: body.clip }).toEqual({
    ...{ status: 200, title: video.title, clip: null },
  })
  expect(body.hlsUrl).toBe(hlsUrl)
  const playlist = await (await fetch(hlsUrl)).text()
  expect(playlist).toContain('180p/index.m3u8')
  for (const path of ['', '/playback', '/events']) {
    expect((await world.as().get(`/api/v1/videos/${video.id}${path}`)).status).toBe(404)
  }
  expect(JSON.stringify(body)).not.toContain(video.owner.displayName)
})

test('the token is stored nowhere, and each list signs the same one again', async () => {
  const { link, token } = await make()
  const { results } = await world.db.prepare('select * from links').all()
  expect(JSON.stringify(results)).not.toContain(token)
  const { body } = await world.as(editor).get(links)
  expect(body.items[0]).toEqual(link)
  expect(body.items[0].createdBy).toBe(editor.displayName)
})

test('links are listed in pages, newest first', async () => {
  const made = [await make(), await make(), await make()]
  const first = (await world.as(editor).get(`${links}?limit=2`)).body
  const second = (await world.as(editor).get(`${links}?limit=2&cursor=${first.nextCursor}`)).body
  const ids = [...first.items, ...second.items].map(({ id }: { id: string }) => id)
  expect(ids.slice(0, 3)).toEqual(made.map(({ link }) => link.id).toReversed())
})

test('a link ends when it says, and is gone a month later', async () => {
  const { link, token } = await make({ expiresAt: new Date(world.now() + 60_000).toISOString() })
  const other = await make()
  expect((await media(token, master())).status).toBe(200)
  world.tick(60_000)
  await expectRefused(media(token, master()), /expired/)
  expect((await play(token)).body.code).toBe('playback_denied')
  expect((await media(other.token, master())).status).toBe(200)
  const find = async () =>
    (await world.as(editor).get(links)).body.items.find(({ id }: NewLink['link']) => id === link.id)
  expect(await find()).toMatchObject({ state: 'ended', url: null })

  const count = world.db.prepare('select count(*) as n from links where id = ?').bind(link.id)
  world.tick(30 * 24 * 3600_000)
  await world.cron('*/15 * * * *')
  expect(await count.first('n')).toBe(0)
  ;[editor, viewer] = [await renewed(editor), await renewed(viewer)]
})

/** Sign-ins do not outlive a month. */
async function renewed(user: TestUser): Promise<TestUser> {
  const { email, password } = user
  const { body } = await world.as().post('/api/v1/auth/login', { email, password })
  return { ...user, accessToken: body.accessToken }
}

test('a link of one site opens on that site, and nowhere else', async () => {
  const { token } = await make({ domains: ['Partner.example', '*.shop.example'] })
  const from = (origin: string) => media(token, master(), { origin })
  expect((await from('https://partner.example')).status).toBe(200)
  expect((await from('https://a.shop.example')).status).toBe(200)
  await expectRefused(from('https://evil.example'), /not open on this site/)
  await expectRefused(media(token, master()), /not open on this site/)
  const referer = 'https://evil.example/partner.example'
  await expectRefused(media(token, master(), { referer }), /not open on this site/)
  // Our own page for people is no site of theirs; the page of a frame names the site alone.
  const watch = { referer: `${world.url}/watch/${video.id}` }
  await expectRefused(media(token, master(), watch), /not open on this site/)
  expect((await media(token, master(), { referer: `${world.url}/` })).status).toBe(200)
  const { url, embedUrl } = await make({ domains: ['partner.example'] })
  expect(url).toBe(embedUrl)
  const lax = await make({ domains: ['partner.example', 'none'] })
  expect((await media(lax.token, master())).status).toBe(200)
})

test('a link of one network opens there alone', async () => {
  const { token } = await make({ ipRanges: ['198.51.100.0/24', '2001:db8::/32'] })
  const from = (address: string) => media(token, master(), { 'x-forwarded-for': address })
  expect((await from('198.51.100.7')).status).toBe(200)
  expect((await from('2001:db8::7')).status).toBe(200)
  await expectRefused(from('203.0.113.7'), /from this network/)
})

test('a link of another country does not open here', async () => {
  const { token } = await make({ countries: ['NZ'] })
  await expectRefused(media(token, master()), /in this country/)
})

test('of a part, the rest of the film stays shut', async () => {
  const { token } = await make({ clip: { fromSeconds: 2.5, toSeconds: 3.5 } })
  const { body } = await play(token)
  expect(body.clip).toEqual({ fromSeconds: 2.5, toSeconds: 3.5 })
  const folder = `${video.prefix}180p/`
  const playlist = await (await media(token, `${folder}index.m3u8`)).text()
  expect(playlist).toContain('#EXT-X-MEDIA-SEQUENCE:1\n')
  expect(playlist).toContain('seg_00001.m4s')
  expect(playlist).not.toContain('seg_00000.m4s')
  expect((await media(token, `${folder}seg_00001.m4s`)).status).toBe(200)
  await expectRefused(media(token, `${folder}seg_00000.m4s`), /another part/)
})

test('of a smaller picture, the sharper ones stay shut', async () => {
  await addSharper()
  const { token } = await make({ maxHeight: 480 })
  const whole = await make()
  expect(await (await media(whole.token, master())).text()).toContain('1280x720')
  const playlist = await (await media(token, master())).text()
  expect(playlist).toContain('320x180')
  expect(playlist).not.toContain('1280x720')
  await expectRefused(media(token, `${video.prefix}720p/seg_00000.m4s`), /smaller picture/)
  expect((await media(whole.token, `${video.prefix}720p/seg_00000.m4s`)).status).toBe(200)
})

/** The same film once more, under the name and the size of a sharper one. */
async function addSharper() {
  const { results } = await world.db.prepare(`select * from renditions where name = '180p'`).all()
  const row = { ...results[0]!, name: '720p', width_px: 1280, height_px: 720 }
  const marks = Object.keys(row).map(() => '?')
  await world.db
    .prepare(`insert into renditions (${Object.keys(row).join()}) values (${marks.join()})`)
    .bind(...Object.values(row))
    .run()
  const segment = await world.bucket.get(`${video.prefix}180p/seg_00000.m4s`)
  await world.bucket.put(`${video.prefix}720p/seg_00000.m4s`, await segment!.arrayBuffer())
  world.tick(1000) // for so long a master playlist is kept
}

test('whoever holds a link can narrow it, and cannot widen it', async () => {
  const { token } = await make({ clip: { fromSeconds: 2, toSeconds: 4 }, maxHeight: 480 })
  const part = await narrow(token, { clip: { fromSeconds: 0, toSeconds: 3 }, maxHeight: 1080 })
  expect((await play(part)).body.clip).toEqual({ fromSeconds: 2, toSeconds: 3 })
  expect((await media(part, `${video.prefix}180p/seg_00001.m4s`)).status).toBe(200)
  await expectRefused(media(part, `${video.prefix}180p/seg_00000.m4s`), /another part/)
  await expectRefused(media(part, `${video.prefix}720p/seg_00001.m4s`), /smaller picture/)

  const expiresAt = new Date(world.now() + 400 * 24 * 3600_000).toISOString()
  const longer = await narrow(token, { expiresAt })
  expect((await play(longer)).body.expiresAt).toBe((await play(token)).body.expiresAt)
  const cut = token.split('.').with(1, part.split('.')[1]!).join('.')
  expect((await play(cut)).body.clip).toEqual({ fromSeconds: 2, toSeconds: 4 })
  const taken = part.split('.').toSpliced(2, 1).join('.')
  await expectRefused(media(taken, master()), /not valid/)
})

test('a revoked link is refused within five seconds, with all that was narrowed from it', async () => {
  const { link, token } = await make()
  const narrowed = await narrow(token, { maxHeight: 480 })
  const other = await make()
  for (const held of [token, narrowed]) expect((await media(held, master())).status).toBe(200)
  expect((await world.as(editor).delete(`${links}/${link.id}`)).status).toBe(204)
  world.tick(5000)
  for (const held of [token, narrowed]) {
    await expectRefused(media(held, master()), /withdrawn/)
    await expectRefused(media(held, `${video.prefix}180p/seg_00000.m4s`), /withdrawn/)
    expect((await play(held)).body.code).toBe('playback_denied')
  }
  expect((await media(other.token, master())).status).toBe(200)
  expect((await world.as(editor).get(links)).body.items[1]).toMatchObject({
    ...{ id: link.id, state: 'withdrawn', url: null },
  })
  expect((await world.as(editor).delete(`${links}/${link.id}`)).status).toBe(404)
  const facts = world.db.prepare(`select kind from events where data like ?`)
  const { results } = await facts.bind(`%${link.id}%`).all<{ kind: string }>()
  expect(results.map(({ kind }) => kind)).toEqual(['link.created', 'link.revoked'])
})

test('a link can be called something else', async () => {
  const { link } = await make()
  const renamed = await world.as(editor).patch(`${links}/${link.id}`, { label: ' For two ' })
  expect(renamed.body).toEqual({ ...link, label: 'For two' })
})

test('who only watches, and who is no member, makes no link and sees none', async () => {
  const body = { label: 'Mine' }
  expect((await world.as(viewer).post(links, body)).body.code).toBe('forbidden')
  expect((await world.as(viewer).get(links)).body.code).toBe('forbidden')
  const stranger = await world.user()
  expect((await world.as(stranger).post(links, body)).body.code).toBe('not_found')
  expect((await world.as(stranger).get(links)).body.code).toBe('not_found')
  const newcomer = await world.user({ isVerified: false })
  await join(newcomer, 'admin')
  expect((await world.as(newcomer).post(links, body)).body.code).toBe('email_unverified')
})

test('a repeat with the same key makes one link', async () => {
  const key = { 'idempotency-key': 'once' }
  const ask = () => world.as(editor).post(links, { label: 'Once' }, key)
  const [first, second] = [await ask(), await ask()]
  expect(second.body).toEqual(first.body)
})

const days = (count: number) => new Date(world.now() + count * 24 * 3600_000).toISOString()

test.each<[string, () => object]>([
  ['an end that is past', () => ({ expiresAt: days(-1) })],
  ['an end too far', () => ({ expiresAt: days(367) })],
  ['an opening after the end', () => ({ notBefore: days(31) })],
  ['a part behind the film', () => ({ clip: { fromSeconds: 1, toSeconds: 9 } })],
  ['a part that ends before it begins', () => ({ clip: { fromSeconds: 3, toSeconds: 2 } })],
  ['a size that is none', () => ({ maxHeight: 500 })],
  ['a site that is none', () => ({ domains: ['exa mple'] })],
  ['no site', () => ({ domains: [] })],
  ['a range that is none', () => ({ ipRanges: ['198.51.100.0/40'] })],
  ['a country in small letters', () => ({ countries: ['nz'] })],
  ['no play', () => ({ maxPlays: 0 })],
  ['too many streams', () => ({ maxStreams: 101 })],
  ['more than a token can carry', () => ({ domains: names(20), viewerId: 'x'.repeat(64) })],
  ['what nobody knows', () => ({ maxWidth: 5 })],
])('%s is refused', async (_what, restrictions) => {
  const reply = await world.as(editor).post(links, { label: 'No', restrictions: restrictions() })
  expect(reply).toMatchObject({ status: 422, body: { code: 'invalid_fields' } })
})

const names = (count: number) =>
  Array.from({ length: count }, (_, i) => `${'a'.repeat(50)}${i}.example`)

test('a video has at most two hundred links that live', async () => {
  const full = await world.video({ visibility: 'private' })
  const rows = Array.from({ length: 199 }, () =>
    world.db
      .prepare(`insert into links values (?, ?, ?, ?, 'Old', '{}', 0, ?, ?, null)`)
      .bind(
        ...[world.id('link'), full.id, full.workspaceId, editor.id],
        ...[world.now(), world.now() + 3600_000],
      ),
  )
  await world.db.batch(rows)
  const ask = () => world.as(editor).post(`/api/v1/videos/${full.id}/links`, { label: 'New' })
  const replies = await Promise.all([ask(), ask()])
  expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 409])
  world.tick(3600_001)
  editor = await renewed(editor)
  expect((await ask()).status).toBe(201)
})

test('making a video private withdraws its links, and deleting it removes them', async () => {
  const shown = await world.video({ visibility: 'unlisted' })
  const own = world.as(await renewed(shown.owner))
  const at = `/api/v1/videos/${shown.id}`
  const { link, token } = expectStatus(await own.post(`${at}/links`, { label: 'A' }), 201, 'make')
  expectStatus(await own.patch(at, { visibility: 'private' }), 200, 'hide')
  expect((await own.get(`${at}/links`)).body.items).toEqual([
    { ...link, state: 'withdrawn', url: null },
  ])
  world.tick(5000)
  await expectRefused(media(token, `v/${shown.id}/master.m3u8`), /withdrawn/)
  await own.delete(at)
  const count = world.db.prepare('select count(*) as n from links where video_id = ?')
  await expect.poll(() => count.bind(shown.id).first('n')).toBe(0)
})
