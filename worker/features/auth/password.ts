import { type ScryptOptions, scrypt } from 'node:crypto'
import { fromBase64Url, isSame, toBase64Url } from '../../core/secret.ts'
import type { Config } from '../../env.ts'

interface Cost {
  N: number
  r: number
  p: number
}

type Settings = Pick<Config, 'PASSWORD_COST'>

/**
 * About 200 ms and 16 MiB at a cost of 14; each step doubles both.
 * https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
 */
const costOf = ({ PASSWORD_COST }: Settings): Cost => ({ N: 2 ** PASSWORD_COST, r: 8, p: 5 })
const saltBytes = 16
const keyBytes = 32

/** The same password gives the same key on keyboards that compose letters differently. */
const derive = (password: string, salt: Uint8Array, cost: Cost): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const options: ScryptOptions = { ...cost, maxmem: 2 * 128 * cost.N * cost.r + 2 ** 20 }
    scrypt(password.normalize('NFC'), salt, keyBytes, options, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })

const format = ({ N, r, p }: Cost, salt: Uint8Array, key: Uint8Array): string =>
  ['scrypt', N, r, p, toBase64Url(salt), toBase64Url(key)].join('$')

/** Takes as long to check as a real one, and fits no password. */
const decoyOf = (cost: Cost): string =>
  format(cost, new Uint8Array(saltBytes), new Uint8Array(keyBytes))

/** `scrypt$N$r$p$salt$key`, salt and key as base64url. */
export async function hashPassword(settings: Settings, password: string): Promise<string> {
  const cost = costOf(settings)
  const salt = crypto.getRandomValues(new Uint8Array(saltBytes))
  return format(cost, salt, await derive(password, salt, cost))
}

/**
 * Where there is no hash it is as slow, so that timing does not tell who has an account.
 * `isOutdated`: the hash was made with less work than a new one takes. Throws for a hash that is
 * none of ours.
 */
export async function checkPassword(
  settings: Settings,
  password: string,
  hash: string | undefined,
): Promise<{ isRight: boolean; isOutdated: boolean }> {
  const current = costOf(settings)
  const [kind, N, r, p, salt = '', key = ''] = (hash ?? decoyOf(current)).split('$')
  const cost = { N: Number(N), r: Number(r), p: Number(p) }
  if (kind !== 'scrypt' || !salt || !key) throw new Error('unknown kind of password hash')
  const derived = await derive(password, fromBase64Url(salt), cost)
  return {
    isRight: isSame(derived, fromBase64Url(key)) && hash !== undefined,
    isOutdated: cost.N < current.N || cost.r < current.r || cost.p < current.p,
  }
}
