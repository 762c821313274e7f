import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { findStep, toBase32, toTotpUri, totpSecretBytes } from './totp-policy.ts'

const run = promisify(execFile)
const secondMs = 1000
/** `12345678901234567890`, the secret of RFC 6238, appendix B. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

test('base32 is that of the RFC', () => {
  expect(toBase32(Buffer.from('12345678901234567890'))).toBe(secret)
})

/** The last six of the eight digits that stand there for SHA-1. */
test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('at second %i the code is that of RFC 6238', (second, code) => {
  expect(findStep(secret, code, second * secondMs)).toBe(Math.floor(second / 30))
})

test('a code belongs to its step, one step early and one late', () => {
  const at = (second: number) => findStep(secret, '287082', second * secondMs)
  expect([0, 29, 30, 59, 60, 89].map(at)).toEqual([1, 1, 1, 1, 1, 1])
  expect(at(90)).toBeUndefined()
})

test('spaces are let pass, and nothing else', () => {
  const at = (code: string) => findStep(secret, code, 59 * secondMs)
  expect(at(' 287 082 ')).toBe(1)
  for (const code of ['', '28708', '2870820', '94287082', '28708a', '-87082', '２87082']) {
    expect(at(code)).toBeUndefined()
  }
})

test('the address in the QR code says who and where', () => {
  const uri = new URL(toTotpUri(secret, 'ada+x@example.com'))
  expect(decodeURIComponent(uri.pathname)).toContain('Lantern:ada+x@example.com')
  expect(Object.fromEntries(uri.searchParams)).toEqual({
    issuer: 'Lantern',
    secret,
    algorithm: 'SHA1',
    digits: '6',
    period: '30',
  })
})

const oathtool = await run('oathtool', ['--version']).catch(() => undefined)
if (!oathtool) console.log('skipped: oathtool is not installed (apt-get install oathtool)')

test.skipIf(!oathtool)('oathtool and this agree on a hundred codes', async () => {
  const made = toBase32(crypto.getRandomValues(new Uint8Array(totpSecretBytes)))
  const startAt = 1_800_000_000
  const now = new Date(startAt * secondMs).toISOString().replace('T', ' ').replace('.000Z', ' UTC')
  const { stdout } = await run('oathtool', ['--totp', '-b', made, '--now', now, '--window', '99'])
  const codes = stdout.trim().split('\n')
  expect(codes).toHaveLength(100)
  const steps = codes.map((code, i) => findStep(made, code, (startAt + 30 * i) * secondMs))
  expect(steps).toEqual(codes.map((_, i) => startAt / 30 + i))
})
