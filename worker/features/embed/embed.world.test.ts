import { afterAll, beforeAll, expect, test } from 'vitest'
import { narrow } from '#contracts/narrow.ts'
import type { EmbedConfig } from '#contracts/embed.ts'
import type { TestVideo } from '../../test/video.ts'
import { type World, createWorld } from '../../test/world.ts'

let world: World
let open: TestVideo
let hidden: TestVideo
let unlisted: TestVideo
const title = `</script><b>"tide" & 'moon'\u2028</title>`

beforeAll(async () => {
  world = await createWorld()
  open = await world.video({ title })
  const { owner } = open
  hidden = await world.video({ owner, visibility: 'private', title: 'Behind the curtain' })
  unlisted = await world.video({ owner, visibility: 'unlisted', title: 'By link' })
})
afterAll(() => world.stop())

const get = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(world.url + path, { headers, redirect: 'manual' })
  return { status: response.status, headers: response.headers, text: await response.text() }
}
const inFrame = (page: string) => ({ referer: page, 'sec-fetch-dest': 'iframe' })
const configOf = (text: string) =>
  JSON.parse(/<script type="application\/json">(.*?)<\/script>/s.exec(text)![1]!) as EmbedConfig
const allow = (embedDomains: string[] | null) =>
  world.as(open.owner).patch(`/api/v1/videos/${open.id}`, { embedDomains })

test('a public film comes with its links, and its words stay words', async () => {
  const page = await get(`/embed/${open.id}?start=5&color=fff&loop`)
  expect(page.status).toBe(200)
  expect(page.text).not.toContain('<b>"tide"')
  expect(page.text).not.toContain('data-library')
  const config = configOf(page.text)
  expect(config).toMatchObject({ title, params: { start: 5, loop: true } })
  expect(config.params.color).toBe('#ffffff')
  expect((await fetch(config.playback!.hlsUrl)).status).toBe(200)
  expect(page.headers.get('content-security-policy')).toMatch(
    /script-src 'self';.*frame-ancestors \*$/,
  )
  expect(page.headers.get('x-frame-options')).toBeNull()
  expect(page.headers.get('set-cookie')).toBeNull()
  expect((await get(`/embed/${open.id}?autoplay=1`)).text).toContain('data-library')
})

test('what strangers may not see looks like what is not there', async () => {
  const [own, none] = [await get(`/embed/${hidden.id}`), await get(`/embed/${world.id('video')}`)]
  expect(own.status).toBe(404)
  expect(own.text).toBe(none.text)
  expect((await get('/embed/nothing')).text).toBe(none.text)
})

test('a token opens the film that it is for, and no other', async () => {
  const { body } = await world.as(hidden.owner).get(`/api/v1/videos/${hidden.id}/playback`)
  const token = /\/p\/([^/]+)/.exec(body.hlsUrl)![1]!
  const page = await get(`/embed/${hidden.id}?token=${token}`)
  expect(configOf(page.text)).toMatchObject({
    title: hidden.title,
    watchUrl: null,
  })
  expect(configOf(page.text).playback!.hlsUrl).toContain(token)
  expect(page.headers.get('referrer-policy')).toBe('strict-origin')
  for (const wrong of [`${token}x`, 'x', '', '../../v', encodeURIComponent('a/../b')]) {
    expect((await get(`/embed/${hidden.id}?token=${wrong}`)).status, wrong).toBe(404)
  }
  expect((await get(`/embed/${unlisted.id}?token=${token}`)).status).toBe(404)
})

test('a token that is for some sites is held to them as well', async () => {
  await allow(['*.shop.example', 'partner.example'])
  world.tick(4000) // as long as the former list may be remembered
  const { body } = await world.as(open.owner).get(`/api/v1/videos/${open.id}/playback`)
  const token = /\/p\/([^/]+)/.exec(body.hlsUrl)![1]!
  const narrowed = await narrow(token, { domains: ['a.shop.example'] })
  const path = `/embed/${open.id}?token=${narrowed}`
  const page = await get(path, inFrame('https://a.shop.example/'))
  expect(page.status).toBe(200)
  expect(page.headers.get('content-security-policy')).toMatch(
    /frame-ancestors 'self' http:\/\/\*\.shop\.example:\* http:\/\/partner\.example:\*, frame-ancestors 'self' http:\/\/a\.shop\.example:\*$/,
  )
  for (const site of ['https://b.shop.example/', 'https://partner.example/']) {
    const refused = await get(path, inFrame(site))
    expect([refused.status, refused.text.includes('on this site')], site).toEqual([403, true])
  }
  expect((await get(path)).status).toBe(403)
  await allow(null)
})

test('the page names the sites of its owner, and refuses others in words', async () => {
  await allow(['partner.example', '*.shop.example'])
  const path = `/embed/${open.id}`
  const allowed = await get(path, inFrame('https://partner.example/'))
  expect(allowed.status).toBe(200)
  expect(allowed.headers.get('content-security-policy')).toContain(
    "frame-ancestors 'self' http://partner.example:* http://*.shop.example:*",
  )
  const refused = await get(path, inFrame('https://elsewhere.example/'))
  expect(refused.status).toBe(403)
  expect(refused.text).toContain('cannot be shown on this site')
  expect(refused.text).not.toContain('tide')
  const followed = { referer: 'https://elsewhere.example/', 'sec-fetch-dest': 'document' }
  expect((await get(path, followed)).status).toBe(200)
  expect((await get(path, inFrame(`${world.url}/studio`))).status).toBe(200)
  await allow([])
  expect((await get(path)).headers.get('content-security-policy')).toMatch(
    /frame-ancestors 'self'$/,
  )
  await allow(null)
})

test('oEmbed answers in JSON and in XML, for own addresses alone', async () => {
  const ask = (url: string, more = '') => get(`/oembed?url=${encodeURIComponent(url)}${more}`)
  const json = await ask(`${world.url}/watch/${open.id}?t=90`, '&maxwidth=320')
  const answer = JSON.parse(json.text)
  expect(answer).toMatchObject({ type: 'video', version: '1.0', title, width: 320, height: 180 })
  expect(answer.html).toContain(`src="${world.url}/embed/${open.id}?start=90"`)
  expect(answer.html).not.toContain('<b>')
  const xml = await ask(`${world.url}/embed/${open.id}`, '&format=xml')
  expect(xml.headers.get('content-type')).toBe('text/xml; charset=utf-8')
  expect(xml.text).toContain('<title>&lt;/script&gt;&lt;b&gt;&quot;tide&quot; &amp; &apos;moon')
  expect((await ask(`${world.url}/watch/${open.id}`, '&format=yaml')).status).toBe(501)
  const others = [
    ...[`https://elsewhere.example/watch/${open.id}`, `${world.url}/watch/${hidden.id}`],
    ...[`${world.url}/studio`, 'javascript:1', 'x', `${world.url}@evil.example/watch/${open.id}`],
  ]
  for (const url of others) expect((await ask(url)).status, url).toBe(404)
})

test('the watch page tells others of a film, and nothing of a private one', async () => {
  const page = await get(`/watch/${open.id}`)
  expect(page.text).toContain(`<meta property="og:video" content="${world.url}/embed/${open.id}"`)
  expect(page.text).toContain('<meta name="twitter:card" content="player"')
  expect(page.text).toContain(`<link rel="canonical" href="${world.url}/watch/${open.id}"`)
  expect(page.text).toContain('application/json+oembed')
  expect(page.text).toContain('&lt;/script&gt;&lt;b&gt;')
  expect(page.text).not.toContain('<b>"tide"')
  const facts = /<script type="application\/ld\+json">(.*?)<\/script>/s.exec(page.text)![1]!
  expect(JSON.parse(facts)).toMatchObject({ '@type': 'VideoObject', name: title })
  expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  expect((await get(`/watch/${unlisted.id}`)).text).toContain('name="robots" content="noindex"')
  const plain = await get(`/watch/${hidden.id}`)
  expect(plain.status).toBe(200)
  expect(plain.text).toBe((await get(`/watch/${world.id('video')}`)).text)
  expect(plain.text).toContain('<title>Lantern</title>')
})

test('a poster has an address that stays', async () => {
  const poster = await get(`/embed/${open.id}/poster.jpg`)
  expect(poster.status).toBe(302)
  expect((await fetch(poster.headers.get('location')!)).headers.get('content-type')).toBe(
    'image/jpeg',
  )
  expect((await get(`/embed/${hidden.id}/poster.jpg`)).status).toBe(404)
})

test('the sitemap lists public films of open workspaces, and splits when it is long', async () => {
  const one = await get('/sitemap.xml')
  expect(one.text).toContain(`<loc>${world.url}/watch/${open.id}</loc>`)
  expect(one.text).toContain('<video:thumbnail_loc>')
  for (const { id } of [hidden, unlisted]) expect(one.text).not.toContain(id)
  expect((await get('/robots.txt')).text).toContain(`Sitemap: ${world.url}/sitemap.xml`)

  const columns =
    'workspace_id, created_by, title, description, status, visibility, epoch, has_video, has_audio, created_at, updated_at, poster'
  await world.db
    .prepare(
      `insert into videos (id, ${columns})
       with recursive n(i) as (select 1 union all select i + 1 from n where i < 10000)
       select 'vid_7' || substr('00000000000000000000000000' || i, -25), ${columns}
       from videos, n where videos.id = ?`,
    )
    .bind(open.id)
    .run()
  const index = await get('/sitemap.xml')
  const files = [...index.text.matchAll(/<loc>(.*?)<\/loc>/g)].map(
    ([, url]) => new URL(url!).pathname,
  )
  expect(files).toHaveLength(2)
  const [first, second] = [await get(files[0]!), await get(files[1]!)]
  expect(first.text.match(/<url>/g)).toHaveLength(10_000)
  expect(second.text.match(/<url>/g)).toHaveLength(1)

  await world.db
    .prepare('update workspaces set suspended_at = 1 where id = ?')
    .bind(open.workspaceId)
    .run()
  expect((await get('/sitemap.xml')).text).not.toContain('<loc>')
  expect((await get(`/embed/${open.id}`)).status).toBe(404)
})
