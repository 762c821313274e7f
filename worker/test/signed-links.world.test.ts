import HLS from 'hls-parser'
import { SignJWT, base64url, importPKCS8 } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Restrictions } from '#contracts/narrow.ts'
import type { SigningAlgorithm, SigningKey } from '#contracts/signing-key.ts'
import type { Playback } from '#contracts/video.ts'
import { expectStatus } from '../../scripts/lib/client.ts'
import { until } from './process.ts'
import type { TestUser } from './user.ts'
import type { TestVideo } from './video.ts'
import { type World, createWorld } from './world.ts'

let world: World
let owner: TestUser
let signer: Signer
let film: TestVideo

beforeAll(async () => {
  world = await createWorld({ at: Date.UTC(2026, 10, 20, 12) })
  owner = await world.user()
  signer = await makeSigner(owner)
  film = await world.video({ owner, visibility: 'private' })
})
afterAll(() => world.stop())

/** A server of a customer's. */
interface Signer {
  key: SigningKey
  sign: (videoId: string, claims?: object, header?: object) => Promise<string>
}

const keysOf = (user: TestUser) => `/api/v1/workspaces/${user.workspaceId}/signing-keys`

async function makeSigner(user: TestUser, algorithm: SigningAlgorithm = 'EdDSA'): Promise<Signer> {
  const reply = await world.as(user).post(keysOf(user), { name: 'Shop', algorithm })
  const { key, privateKey } = expectStatus(reply, 201, 'make a signing key')
  const secret = await importPKCS8(privateKey, algorithm)
  const sign = (videoId: string, claims: object = {}, header: object = {}) =>
    new SignJWT({ exp: Math.floor(world.now() / 1000) + 3600, ...claims })
      .setSubject(videoId)
      .setProtectedHeader({ alg: algorithm, kid: key.id, ...header })
      .sign(secret)
  return { key, sign }
}

const restricted = (restrictions: Restrictions) => signer.sign(film.id, { restrictions })
const at = (token: string, key = `v/${film.id}/master.m3u8`) => `${world.url}/p/${token}/${key}`
const segment = () => `${film.prefix}180p/seg_00001.m4s`
const status = async (address: string, headers: Record<string, string> = {}) =>
  (await fetch(address, { headers })).status

const ask = (token: string, videoId: string = film.id) =>
  world.as().get<Playback>(`/api/v1/videos/${videoId}/playback?token=${token}`)
const playbackOf = async (token: string): Promise<Playback> =>
  expectStatus(await ask(token), 200, 'get the playback')
const tokenOf = (address: string) => new URL(address).pathname.split('/')[2]!

/** Both ways in are shut: 403 with words, and no byte of media. */
async function expectDenied(token: string, words: RegExp): Promise<void> {
  const response = await fetch(at(token, segment()))
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  const problem = { code: 'playback_denied', detail: expect.stringMatching(words) }
  expect(await response.json()).toMatchObject(problem)
  const reply = await ask(token)
  expect([reply.status, reply.body]).toMatchObject([403, problem])
}

test('a private film plays to its last byte under the token itself, in both algorithms', async () => {
  for (const { sign } of [signer, await makeSigner(owner, 'RS256')]) {
    const hlsUrl = at(await sign(film.id))
    const master = HLS.parse(await (await fetch(hlsUrl)).text()) as HLS.types.MasterPlaylist
    const [variant] = master.variants
    for (const uri of [variant!.uri, variant!.audio[0]!.uri!]) {
      const listUrl = new URL(uri, hlsUrl)
      const list = HLS.parse(await (await fetch(listUrl)).text()) as HLS.types.MediaPlaylist
      expect(list.segments.length).toBeGreaterThan(1)
      for (const file of [list.segments[0]!.map!.uri, ...list.segments.map((one) => one.uri)]) {
        const got = Buffer.from(await (await fetch(new URL(file, listUrl))).arrayBuffer())
        const stored = await world.bucket.get(`${film.prefix}${uri.split('/').at(-2)}/${file}`)
        expect(got.equals(Buffer.from(await stored!.arrayBuffer()))).toBe(true)
      }
    }
  }
})

test('our players get a short token of ours for it, with the same end and the same limits', async () => {
  const exp = Math.floor(world.now() / 1000) + 1800
  const jwt = await signer.sign(film.id, { exp, restrictions: { kinds: ['watch', 'image'] } })
  const playback = await playbackOf(jwt)
  expect(playback.expiresAt).toBe(new Date(exp * 1000).toISOString())
  expect(tokenOf(playback.hlsUrl)).not.toContain('eyJhbGci')
  expect(tokenOf(playback.hlsUrl).length).toBeLessThan(jwt.length)
  expect(tokenOf(playback.posterUrl!)).toBe(tokenOf(playback.hlsUrl))
  expect(playback.captions).toEqual([])
  expect(await status(playback.hlsUrl)).toBe(200)
  expect(await status(playback.posterUrl!)).toBe(200)
  expect((await playbackOf(jwt)).hlsUrl).toBe(playback.hlsUrl)
})

test('restrictions bite: height, site, part, kind, time, network', async () => {
  const page = (origin: string) => ({ origin })
  const small = await restricted({ maxHeight: 100 })
  expect(await status(at(small, segment()))).toBe(403)

  const shop = await restricted({ domains: ['shop.example'] })
  expect(await status(at(shop), page('https://shop.example'))).toBe(200)
  expect(await status(at(shop), page('https://thief.example'))).toBe(403)
  expect(await status(at(shop))).toBe(403)

  const part = await restricted({ clip: { fromSeconds: 0, toSeconds: 1 } })
  expect(await status(at(part, segment()))).toBe(403)
  expect(await status(at(part, segment().replace('00001', '00000')))).toBe(200)

  const pictures = await restricted({ kinds: ['image'] })
  expect(await status(at(pictures))).toBe(403)
  expect(await status(at(pictures, `${film.prefix}poster_0.jpg`))).toBe(200)

  const near = await restricted({ ipRanges: ['203.0.113.0/24'] })
  expect(await status(at(near), { 'x-forwarded-for': '203.0.113.7' })).toBe(200)
  expect(await status(at(near), { 'x-forwarded-for': '198.51.100.7' })).toBe(403)

  // Where no edge says the country, a limit by country opens nowhere.
  await expectDenied(await restricted({ countries: ['DE'] }), /this country/)
  const nbf = Math.floor(world.now() / 1000) + 60
  await expectDenied(await signer.sign(film.id, { nbf }), /does not open yet/)
  await expectDenied(await restricted({ expiresAt: '2026-11-20T11:59:59Z' }), /expired/)
})

test('plays are counted by jti, however often a token is signed anew', async () => {
  const countedBy = async (claims: object) => {
    const jwt = await signer.sign(film.id, { ...claims, restrictions: { maxPlays: 1 } })
    const { hlsUrl, playId } = await playbackOf(jwt)
    expect(playId).not.toBeNull()
    const payload = Buffer.from(tokenOf(hlsUrl).split('.')[1]!, 'base64url').toString()
    return (JSON.parse(payload) as { j: string }).j
  }
  const exp = Math.floor(world.now() / 1000) + 7200
  const first = await countedBy({ jti: 'order 7' })
  expect(await countedBy({ jti: 'order 7', exp })).toBe(first)
  expect(await countedBy({ jti: 'order 8' })).not.toBe(first)
})

test('it ends on its second, also under our token for it', async () => {
  const exp = Math.floor(world.now() / 1000) + 60
  const jwt = await signer.sign(film.id, { exp })
  const { hlsUrl } = await playbackOf(jwt)
  world.tick(59_000)
  expect(await status(hlsUrl)).toBe(200)
  world.tick(1000)
  expect(await status(hlsUrl)).toBe(403)
  await expectDenied(jwt, /expired/)
})

test('a foreign key opens nothing, and learns nothing of what is there', async () => {
  const stranger = await makeSigner(await world.user())
  const words = /does not open the video/
  await expectDenied(await stranger.sign(film.id), words)
  await expectDenied(await stranger.sign(world.id('video')), words)
  const other = await world.video({ owner })
  const reply = await ask(await signer.sign(other.id))
  expect(reply.body).toMatchObject({ code: 'playback_denied' })
})

test('both keys work while they change, and a revoked one within 5 seconds no more', async () => {
  const next = await makeSigner(owner)
  const old = await makeSigner(owner)
  const [before, after] = [await old.sign(film.id), await next.sign(film.id)]
  const [{ hlsUrl }, { hlsUrl: lasting }] = [await playbackOf(before), await playbackOf(after)]
  for (const address of [at(before), at(after), hlsUrl, lasting]) {
    expect(await status(address)).toBe(200)
  }
  const gone = await world.as(owner).delete(`${keysOf(owner)}/${old.key.id}`)
  expect(gone.status).toBe(204)
  world.tick(5000)
  await expectDenied(before, /withdrawn/)
  await expectDenied(await old.sign(film.id), /revoked, or never was/)
  expect(await status(hlsUrl)).toBe(403)
  for (const address of [at(after), lasting]) expect(await status(address)).toBe(200)
})

test('it follows the epoch of its video, whose own links end, and dies with the video', async () => {
  const video = await world.video({ owner, visibility: 'unlisted' })
  const jwt = await signer.sign(video.id)
  const inner = expectStatus(await ask(jwt, video.id), 200, 'playback').hlsUrl
  await world.as(owner).patch(`/api/v1/videos/${video.id}`, { visibility: 'private' })
  world.tick(5000)
  expect(await status(inner)).toBe(403)
  const master = `v/${video.id}/master.m3u8`
  expect(await status(at(jwt, master))).toBe(200)
  const renewed = expectStatus(await ask(jwt, video.id), 200, 'playback').hlsUrl
  expect(await status(renewed)).toBe(200)
  expect((await world.as(owner).delete(`/api/v1/videos/${video.id}`)).status).toBeLessThan(300)
  world.tick(5000)
  for (const address of [at(jwt, master), renewed]) expect(await status(address)).toBe(403)
})

test('its last use is shown, to the minute', async () => {
  const { key, sign } = await makeSigner(owner)
  const jwt = await sign(film.id)
  const shown = async () => {
    const { items } = (await world.as(owner).get(keysOf(owner))).body as { items: SigningKey[] }
    return items.find(({ id }) => id === key.id)?.lastUsedAt
  }
  const use = async () => {
    const usedAt = new Date(world.now()).toISOString()
    expect(await status(at(jwt))).toBe(200)
    await until('the use is shown', 5000, async () => (await shown()) === usedAt || undefined)
  }
  await expectDenied(`${jwt.slice(0, -12)}AAAAAAAAAAAA`, /signature/)
  expect(await shown()).toBeNull()
  await use()
  world.tick(60_000)
  await use()
})

test('forged tokens give not a byte of media', async () => {
  const exp = Math.floor(world.now() / 1000) + 3600
  const encode = (part: object) => base64url.encode(JSON.stringify(part))
  const [header, payload, signature] = (await signer.sign(film.id)).split('.') as [
    string,
    string,
    string,
  ]
  const [kid, claims] = [signer.key.id, { sub: film.id, exp }]
  const forged: [string, RegExp][] = [
    [`${encode({ alg: 'none', kid })}.${encode(claims)}.AA`, /header of the token/],
    [`${encode({ alg: 'HS256', kid })}.${encode(claims)}.${signature}`, /header of the token/],
    [`${encode({ alg: 'RS256', kid })}.${payload}.${signature}`, /algorithm of its key/],
    [`${encode({ alg: 'EdDSA', kid: world.id('signingKey') })}.${payload}.${signature}`, /never/],
    [`${header}.${encode({ ...claims, exp: exp + 1 })}.${signature}`, /signature/],
    [await signer.sign(film.id, {}, { jku: 'https://evil.example' }), /header of the token/],
    [await signer.sign(film.id, { exp: undefined }), /exp/],
    [await signer.sign(film.id, { exp: exp + 24 * 3600 }), /24 hours/],
    [await signer.sign(film.id, { iat: exp }), /future/],
    [await signer.sign(film.id, { restrictions: { maxheight: 1 } }), /maxheight/],
    [await signer.sign(film.id, { aud: 'else' }), /aud/],
  ]
  for (const [token, words] of forged) await expectDenied(token, words)
  const long = await signer.sign(film.id, { jti: 'a'.repeat(2100) })
  expect(await status(at(long))).toBe(404)
  expect((await ask(long)).status).toBe(422)
  const narrowed = `${header}.${payload}.${encode({ x: exp + 60 })}.${signature}`
  await expectDenied(narrowed, /not a JWT|signature/)
})
