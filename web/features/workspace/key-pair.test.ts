import { createPrivateKey, createPublicKey } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { makePair } from './key-pair.ts'

test('both kinds of pair are PEM that others read, and belong together', async () => {
  for (const algorithm of ['EdDSA', 'RS256'] as const) {
    const { publicKey, privateKey } = (await makePair(algorithm))!
    const ofPrivate = createPublicKey(createPrivateKey(privateKey))
    expect(ofPrivate.equals(createPublicKey(publicKey))).toBe(true)
  }
})

test('a browser that makes none says so', async () => {
  vi.stubGlobal('crypto', {})
  expect(await makePair('EdDSA')).toBeUndefined()
  vi.unstubAllGlobals()
})
