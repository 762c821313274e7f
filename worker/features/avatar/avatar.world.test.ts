import { deflateSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestUser } from '../../test/user.ts'
import { until } from '../../test/process.ts'
import { type World, createWorld } from '../../test/world.ts'
import { exif, halves, jpeg, paint, png, readPixels, webp, withSegment } from './test/paint.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.stop())

const put = (user: TestUser | undefined, file: Uint8Array, type = 'image/jpeg') =>
  world.as(user).put('/api/v1/me/avatar', file, { 'content-type': type })
const codeOf = ({ status, body }: { status: number; body: { code?: string } }) => [
  status,
  body?.code,
]
const avatarOf = (url: string) => url.split('/').at(-2)!
const fetchSize = async (url: string, sizePx: number) => {
  const response = await fetch(url.replace(/256$/, `${sizePx}`))
  return { response, file: Buffer.from(await response.arrayBuffer()) }
}
const objects = async (avatar: string) =>
  (await world.bucket.list({ prefix: `a/${avatar}/` })).objects.map(({ key }) => key)

test.each([
  ['JPEG', '300x200', jpeg],
  ['progressive grey JPEG', '300x200', [...jpeg, '-vf', 'format=gray']],
  ['PNG', '200x300', png],
  ['WebP', '100x100', webp],
  ['lossless WebP', '33x90', [...webp, '-lossless', '1']],
])('a %s becomes squares of three sizes', async (_, size, args) => {
  const user = await world.user()
  const { status, body } = await put(user, await paint(size, args))
  expect(status).toBe(200)
  expect(body.avatarUrl).toMatch(/^http.*\/api\/v1\/avatars\/[\w-]{22}\/256$/)
  expect((await world.as(user).get('/api/v1/me')).body.user.avatarUrl).toBe(body.avatarUrl)
  for (const sizePx of [64, 256, 512]) {
    const { response, file } = await fetchSize(body.avatarUrl, sizePx)
    expect(response.status).toBe(200)
    expect((await readPixels(file)).length).toBe(sizePx * sizePx * 4)
  }
})

test('strangers see it, as a picture that never changes and can do nothing', async () => {
  const { body } = await put(await world.user(), await paint('64x64', png))
  const { response } = await fetchSize(body.avatarUrl, 64)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'image/webp',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'public, max-age=31536000, immutable',
  })
})

test('only pixels are kept: no place, no archive behind the picture', async () => {
  const picture = withSegment(await paint('640x480', jpeg), exif(1))
  const zip = Buffer.from('PK\x03\x04 TRAILSECRET')
  const { body } = await put(await world.user(), Buffer.concat([picture, zip]))
  for (const sizePx of [64, 256, 512]) {
    const { file } = await fetchSize(body.avatarUrl, sizePx)
    expect(file.toString('latin1')).not.toMatch(/Exif|GPSSECRET|TRAILSECRET|ICCP|XMP/)
    expect(file.toString('latin1', 8, 15)).toBe('WEBPVP8')
    expect(file.readUInt32LE(4) + 8).toBe(file.length)
  }
})

/** Red, green, … by what a pixel is most. */
const hueOf = (pixels: Buffer, at: number) =>
  ['red', 'green', 'blue'][[0, 1, 2].toSorted((a, b) => pixels[at + b]! - pixels[at + a]!)[0]!]

test.each([
  [1, 'red', 'blue'],
  [3, 'blue', 'red'],
  [6, 'red', 'red'],
])('orientation %i stands upright', async (orientation, left, right) => {
  const file = withSegment(await halves('red', 'blue', 256, jpeg), exif(orientation))
  const { body } = await put(await world.user(), file)
  const pixels = await readPixels((await fetchSize(body.avatarUrl, 64)).file)
  const at = (x: number, y: number) => hueOf(pixels, (y * 64 + x) * 4)
  expect([at(8, 8), at(56, 8)]).toEqual([left, right])
  if (orientation === 6) expect([at(8, 56), at(56, 56)]).toEqual(['blue', 'blue'])
})

test('what is clear stays clear', async () => {
  const args = ['-vf', 'format=rgba,colorchannelmixer=aa=0', ...png, '-pix_fmt', 'rgba']
  const { body } = await put(await world.user(), await paint('64x64', args))
  const pixels = await readPixels((await fetchSize(body.avatarUrl, 64)).file)
  expect(pixels.filter((value, i) => i % 4 === 3 && value > 0).length).toBe(0)
})

const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
test.each([
  ['an SVG', svg],
  ['a page', '<!doctype html><script>alert(1)</script>'],
  ['a GIF', 'GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0!\xf9\x04\x01\0\0\0\0,\0\0\0\0'],
  ['a BMP', `BM${'\0'.repeat(60)}`],
  ['a film', '\0\0\0\x20ftypavif\0\0\0\0avifmif1miaf'],
  ['nothing', ''],
  ['two bytes of a JPEG', '\xff\xd8'],
  ['a JPEG that is an SVG', `\xff\xd8${svg}`],
])('%s is refused whatever it is called', async (_, text) => {
  const user = await world.user()
  for (const type of ['image/png', 'image/svg+xml', '']) {
    const reply = await put(user, Buffer.from(text, 'latin1'), type)
    expect(codeOf(reply)).toEqual([415, 'unsupported_media_type'])
  }
})

function pngOf(width: number, height: number, pixels: Uint8Array): Buffer {
  const chunk = (kind: string, body: Uint8Array) => {
    const size = Buffer.alloc(4)
    size.writeUInt32BE(body.length)
    return Buffer.concat([size, Buffer.from(kind), body, Buffer.alloc(4)])
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([1, 0], 8)
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([
    ...[signature, chunk('IHDR', head), chunk('IDAT', deflateSync(pixels))],
    chunk('IEND', Buffer.alloc(0)),
  ])
}

test('a picture that is too large is refused by its header, before it is decoded', async () => {
  const user = await world.user()
  const bomb = pngOf(16_000, 16_000, new Uint8Array(16_000 * 2001))
  expect(bomb.length).toBeLessThan(100_000)
  const reply = await put(user, bomb, 'image/png')
  expect(codeOf(reply)).toEqual([422, 'invalid_fields'])
  expect(reply.body.detail).toContain('4.2 megapixels')
  const large = await paint('2052x2052', jpeg)
  expect(codeOf(await put(user, large))).toEqual([422, 'invalid_fields'])
})

test('a picture as large as may be is taken', async () => {
  const user = await world.user()
  const largest: [string, string[]][] = [
    ['2400x1750', jpeg],
    ['2400x1750', [...png, '-pix_fmt', 'rgb48be']],
    ['512x512', webp],
    ['512x512', [...webp, '-lossless', '1']],
  ]
  for (const [size, args] of largest) {
    expect([args[1], (await put(user, await paint(size, args))).status]).toEqual([args[1], 200])
  }
  const { status, body } = await put(user, await paint('514x512', webp))
  expect([status, body.detail]).toEqual([
    ...[422, 'Use at most 512 x 512 pixels for a WebP, or send a JPEG or PNG.'],
  ])
})

test('what is damaged, or less than it says, is no fault of ours', async () => {
  const user = await world.user()
  const lie = pngOf(10, 10, new Uint8Array(10))
  const empty = pngOf(0, 10, new Uint8Array(10))
  const half = (await paint('300x300', webp)).subarray(0, 200)
  for (const file of [lie, empty, half]) {
    expect(codeOf(await put(user, file))).toEqual([422, 'invalid_fields'])
  }
  // Megabytes behind the last pixel is never inflated, and the next picture is none the worse.
  const bomb = pngOf(10, 10, new Uint8Array(200_000_000))
  expect((await put(user, bomb)).status).toBe(200)
  expect((await put(user, await paint('30x30', webp))).status).toBe(200)
})

test('more bytes than a picture may have are not read', async () => {
  const user = await world.user()
  const reply = await put(user, new Uint8Array(4 * 2 ** 20 + 1))
  expect(codeOf(reply)).toEqual([413, 'body_too_large'])
})

test('another picture takes the place of the first, and the first is deleted', async () => {
  const user = await world.user()
  const file = await paint('64x64', jpeg)
  const first = (await put(user, file)).body.avatarUrl
  const second = (await put(user, file)).body.avatarUrl
  expect(second).not.toBe(first)
  const gone = async () => ((await objects(avatarOf(first))).length === 0 ? true : undefined)
  await until('the former is deleted', 5000, gone)
  expect(await objects(avatarOf(second))).toHaveLength(3)
  expect((await fetch(first)).status).toBe(404)
})

test('of pictures put at once one stays, and the others are deleted', async () => {
  const user = await world.user()
  const file = await paint('64x64', jpeg)
  const replies = await Promise.all(Array.from({ length: 4 }, () => put(user, file)))
  const made = replies.map(({ body }) => avatarOf(body.avatarUrl))
  const kept = async () => {
    const left = (await Promise.all(made.map(objects))).filter((keys) => keys.length > 0)
    return left.length === 1 ? true : undefined
  }
  await until('one is left', 5000, kept)
  const { avatarUrl } = (await world.as(user).get('/api/v1/me')).body.user
  expect((await fetch(avatarUrl)).status).toBe(200)
})

test('a removed picture is gone, also the second time, and on record once', async () => {
  const user = await world.user()
  const url = (await put(user, await paint('64x64', jpeg))).body.avatarUrl
  expect((await world.as(user).delete('/api/v1/me/avatar')).status).toBe(204)
  expect((await world.as(user).delete('/api/v1/me/avatar')).status).toBe(204)
  expect((await world.as(user).get('/api/v1/me')).body.user.avatarUrl).toBeNull()
  const gone = async () => ((await fetch(url)).status === 404 ? true : undefined)
  await until('it is deleted', 5000, gone)
  const { results } = await world.db
    .prepare(`select data from events where kind = 'user.updated' and actor_id = ?`)
    .bind(user.id)
    .all()
  expect(results.map(({ data }) => JSON.parse(String(data)))).toEqual([
    { userId: user.id, hasAvatar: true },
    { userId: user.id, hasAvatar: false },
  ])
})

test('nobody in particular has no picture, and what is not there is not found', async () => {
  expect(codeOf(await put(undefined, await paint('16x16', jpeg)))).toEqual([401, 'unauthorized'])
  const foreign = ['A'.repeat(22), `${'A'.repeat(20)}..`, '..%2f..%2fv%2fvid_1%2fsource', 'x']
  for (const avatar of foreign) {
    const reply = await world.as().get(`/api/v1/avatars/${avatar}/64`)
    expect(codeOf(reply)).toEqual([404, 'not_found'])
  }
  const { body } = await put(await world.user(), await paint('16x16', jpeg))
  expect((await fetch(body.avatarUrl.replace(/256$/, '128'))).status).toBe(404)
})
