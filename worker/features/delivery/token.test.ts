import { expect, test } from 'vitest'
import { addLevel, narrow } from '#contracts/narrow.ts'
import { type GrantSpec, kinds, playExpiry, signGrant, stableExpiry, verifyGrant } from './token.ts'

const secret = (fill: number) => Buffer.alloc(32, fill).toString('base64url')
const config = { TOKEN_KEYS: { k1: secret(1), k0: secret(2) } }
const now = Date.UTC(2026, 10, 20, 12)
const spec: GrantSpec = {
  videoId: 'vid_01kaf3v9gq8y2n5s7t4w6x0z1b',
  epoch: 3,
  level: { k: kinds.watch, x: now / 1000 + 60 },
  holder: 'ses_01kaf3v9gq8y2n5s7t4w6x0z1b',
}
const denied = { code: 'playback_denied', status: 403 }
const narrowed = async () =>
  narrow(await signGrant(config, spec), { clip: { fromSeconds: 5, toSeconds: 9 } })

test('what was signed comes back', async () => {
  const { rights, ...grant } = await verifyGrant(config, await signGrant(config, spec))
  const { level, ...rest } = spec
  expect(grant).toEqual({ ...rest, counterKeys: new Map() })
  expect(rights).toMatchObject({
    expiresAt: level.x,
    kinds: new Set(['watch', 'image', 'caption']),
  })
})

test('a holder narrows a link alone, and the narrowed one opens no more', async () => {
  const { rights } = await verifyGrant(config, await narrowed())
  expect(rights).toMatchObject({ from: 5, to: 9, expiresAt: spec.level.x })
})

test('every altered bit, at every place, is refused', async () => {
  for (const token of [await signGrant(config, spec), await narrowed()]) {
    for (let at = 0; at < token.length; at++) {
      for (let bit = 0; bit < 7; bit++) {
        const changed = String.fromCharCode(token.charCodeAt(at) ^ (1 << bit))
        const altered = token.slice(0, at) + changed + token.slice(at + 1)
        await expect(verifyGrant(config, altered)).rejects.toMatchObject(denied)
      }
    }
  }
})

test('a token cut, lengthened or made of other parts is refused', async () => {
  const token = await signGrant(config, spec)
  const other = await signGrant(config, { ...spec, epoch: 4 })
  const [kid, payload, mac] = token.split('.')
  const child = await narrowed()
  const [, , level, childMac] = child.split('.')
  const wrong = [
    '',
    '.',
    '..',
    'k1',
    `${kid}.${payload}`,
    `${kid}.${payload}.`,
    `.${payload}.${mac}`,
    `${token}A`,
    token.slice(0, -1),
    `${token}.${mac}`,
    `${kid}.${payload}..${mac}`,
    `${kid}.${other.split('.')[1]}.${mac}`,
    `k0.${payload}.${mac}`,
    `__proto__.${payload}.${mac}`,
    `constructor.${payload}.${mac}`,
    'a.'.repeat(600),
    `${kid}.${payload}.${childMac}`, // its restriction taken off
    `${kid}.${level}.${childMac}`,
    `${kid}.${payload}.${level}.${level}.${childMac}`,
    `${kid}.${payload}.${level}.${mac}`,
    child.slice(child.indexOf('.') + 1),
  ]
  for (const text of wrong) {
    await expect(verifyGrant(config, text), text).rejects.toMatchObject(denied)
  }
})

test('whoever narrows may write anything, and what is no restriction opens nothing', async () => {
  const token = await signGrant(config, spec)
  const nonsense: unknown[] = [
    { v: 'vid_01kaf3v9gq8y2n5s7t4w6x0z1c' },
    { e: 4 },
    { b: 'ses_01kaf3v9gq8y2n5s7t4w6x0z1c' },
    { z: 1 },
    { x: '9999999999' },
    { x: -1 },
    { t: [0] },
    { t: [-5, 9] },
    { h: 0 },
    { c: 'DE' },
    { k: 'wz' },
    { i: [''] },
    { p: 0.5 },
    null,
    [],
    'w',
    7,
    JSON.parse('{"__proto__":{"x":9e9}}'),
  ]
  for (const level of nonsense) {
    const bad = await addLevel(token, level as object)
    await expect(verifyGrant(config, bad), JSON.stringify(level)).rejects.toMatchObject(denied)
  }
  let chain = token
  for (let count = 0; count < 9; count++) chain = await addLevel(chain, { h: 720 })
  await expect(verifyGrant(config, chain)).rejects.toMatchObject(denied)
})

test('what limits plays is one counter for all that is narrowed from it', async () => {
  const limited = await narrow(await signGrant(config, spec), { maxPlays: 3 })
  const keyOf = async (token: string) => [...(await verifyGrant(config, token)).counterKeys]
  const [own] = await keyOf(limited)
  expect(own?.[1]).toMatch(/^[0-9a-f]{32}$/)
  expect(await keyOf(await narrow(limited, { maxHeight: 360 }))).toEqual([own])
  const twice = await keyOf(await narrow(limited, { maxPlays: 1 }))
  expect(twice).toEqual([own, [2, expect.not.stringMatching(own![1])]])
})

test('what a signed token stands for is counted by what it said', async () => {
  const plays = { ...spec, level: { ...spec.level, p: 2 }, countedBy: 'order' }
  const { counterKeys } = await verifyGrant(config, await signGrant(config, plays))
  expect(counterKeys).toEqual(new Map([[0, 'order']]))
})

test('keys rotate: the first signs, all verify, a removed one is dead', async () => {
  const old = await signGrant(config, spec)
  const rotated = { TOKEN_KEYS: { k2: secret(3), ...config.TOKEN_KEYS } }
  expect((await signGrant(rotated, spec)).startsWith('k2.')).toBe(true)
  await verifyGrant(rotated, old)
  const later = { TOKEN_KEYS: { k2: secret(3) } }
  await expect(verifyGrant(later, old)).rejects.toMatchObject(denied)
})

test('links live two hours or twice the film, at most a day; public ones end with tomorrow', () => {
  const hours = (visibility: 'public' | 'private', durationMs: number) =>
    (playExpiry(now, { visibility, durationMs }) - now / 1000) / 3600
  expect(hours('private', 60_000)).toBe(2)
  expect(hours('private', 3 * 3600_000)).toBe(6)
  expect(hours('private', 40 * 3600_000)).toBe(24)
  expect(hours('public', 60_000)).toBe(36)
  expect(stableExpiry(now)).toBe(stableExpiry(now + 3600_000))
})
