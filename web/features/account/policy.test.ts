import { expect, test } from 'vitest'
import type { Passkey } from '#contracts/factor.ts'
import { planCut, stepUpWays, suggestPasskeyName, toCodesFile } from './policy.ts'

const totp = { createdAt: '2026-11-20T12:00:00.000Z' }
const passkey: Passkey = {
  ...{ id: 'psk_test', name: 'Key', isSynced: false },
  ...{ createdAt: totp.createdAt, lastUsedAt: null },
}

test('an authenticator app is asked before a password, which alone would be refused', () => {
  const both = { hasPassword: true, totp, passkeys: [] }
  expect(stepUpWays(both, true).typed).toBe('code')
  expect(stepUpWays({ ...both, totp: null }, true).typed).toBe('password')
})

test('a passkey is offered where there is one and the browser can', () => {
  const factors = { hasPassword: false, totp: null, passkeys: [passkey] }
  expect(stepUpWays(factors, true)).toEqual({ typed: undefined, isPasskey: true })
  expect(stepUpWays(factors, false)).toEqual({ typed: undefined, isPasskey: false })
})

test('a picture is cut to its middle and never made larger', () => {
  expect(planCut(4000, 3000, 1024)).toEqual({ left: 500, top: 0, side: 3000, sizePx: 1024 })
  expect(planCut(300, 500, 1024)).toEqual({ left: 0, top: 100, side: 300, sizePx: 300 })
  expect(planCut(1, 1, 1024).sizePx).toBe(1)
})

test('a passkey is named by the thing that holds it', () => {
  const phone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)'
  expect(suggestPasskeyName(phone)).toBe('iPhone')
  expect(suggestPasskeyName('Mozilla/5.0 (Linux; Android 15) Chrome/156')).toBe('Android phone')
  expect(suggestPasskeyName('')).toBe('My passkey')
})

test('the file of recovery codes says whose they are', () => {
  const text = toCodesFile(['aaaa-bbbb', 'cccc-dddd'], 'name@example.com', 'lantern.test')
  expect(text.split('\n')).toEqual([
    'Recovery codes of name@example.com at lantern.test',
    'Each works once, in place of the code of your authenticator app.',
    '',
    'aaaa-bbbb',
    'cccc-dddd',
    '',
  ])
})
