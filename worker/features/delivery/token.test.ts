import { expect, test } from 'vitest'
import { type Grant, playExpiry, signGrant, stableExpiry, verifyGrant } from './token.ts'

const secret = (fill: number) => Buffer.alloc(32, fill).toString('base64url')
const config = { TOKEN_KEYS: { k1: secret(1), k0: secret(2) } }
const now = Date.UTC(2026, 10, 20, 12)
const grant: Grant = {
  videoId: 'vid_01kaf3v9gq8y2n5s7t4w6x0z1b',
  epoch: 3,
  expiresAt: now / 1000 + 60,
  kind: 'play',
  sessionId: 'ses_01kaf3v9gq8y2n5s7t4w6x0z1b',
}
const denied = { code: 'playback_denied', status: 403 }

test('what was signed comes back', async () => {
  expect(await verifyGrant(config, await signGrant(config, grant), now)).toEqual(grant)
})

test('every altered bit, at every place, is refused', async () => {
  const token = await signGrant(config, grant)
  for (let at = 0; at < token.length; at++) {
    for (let bit = 0; bit < 7; bit++) {
      const changed = String.fromCharCode(token.charCodeAt(at) ^ (1 << bit))
      const altered = token.slice(0, at) + changed + token.slice(at + 1)
      await expect(verifyGrant(config, altered, now)).rejects.toMatchObject(denied)
    }
  }
})

test('a token cut, lengthened or made of other parts is refused', async () => {
  const token = await signGrant(config, grant)
  const other = await signGrant(config, { ...grant, kind: 'image' })
  const [kid, payload, mac] = token.split('.')
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
  ]
  for (const text of wrong) {
    await expect(verifyGrant(config, text, now), text).rejects.toMatchObject(denied)
  }
})

test('it opens until its second of expiry and not from then on', async () => {
  const token = await signGrant(config, grant)
  await verifyGrant(config, token, now + 59_999)
  await expect(verifyGrant(config, token, now + 60_000)).rejects.toMatchObject(denied)
})

test('keys rotate: the first signs, all verify, a removed one is dead', async () => {
  const old = await signGrant(config, grant)
  const rotated = { TOKEN_KEYS: { k2: secret(3), ...config.TOKEN_KEYS } }
  expect((await signGrant(rotated, grant)).startsWith('k2.')).toBe(true)
  await verifyGrant(rotated, old, now)
  const later = { TOKEN_KEYS: { k2: secret(3) } }
  await expect(verifyGrant(later, old, now)).rejects.toMatchObject(denied)
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
