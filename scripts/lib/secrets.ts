import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'

const names = [
  'JWT_KEYS', // JSON array of private RS256 JWKs; the first signs
  'TOKEN_KEYS', // JSON object, key id to secret; the first signs playback tokens
  'REFRESH_SECRET',
  'TASK_SECRET',
  'SEAL_SECRET', // seals what must be read again, such as secrets of authenticator apps
  'TRANSCODER_KEY',
  'R2_ACCESS_KEY_ID',
  'R2_SECRET_ACCESS_KEY',
  'OUTBOX_KEY', // opens the page of mails where no provider sends them
] as const

/** The Worker's secrets by the names it knows them. */
export type Secrets = Record<(typeof names)[number], string>

const key = (): string => randomBytes(32).toString('base64url')

export async function makeSecrets(): Promise<Secrets> {
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 3072, extractable: true })
  const jwk = await exportJWK(privateKey)
  const kid = await calculateJwkThumbprint(jwk)
  return {
    JWT_KEYS: JSON.stringify([{ ...jwk, kid, alg: 'RS256', use: 'sig' }]),
    TOKEN_KEYS: JSON.stringify({ [`k${randomBytes(3).toString('hex')}`]: key() }),
    REFRESH_SECRET: key(),
    TASK_SECRET: key(),
    SEAL_SECRET: key(),
    OUTBOX_KEY: key(),
    TRANSCODER_KEY: key(),
    R2_ACCESS_KEY_ID: randomBytes(16).toString('hex'),
    R2_SECRET_ACCESS_KEY: randomBytes(32).toString('hex'),
  }
}

/** Reads the file, or makes it (mode 0600) on the first call; secrets it lacks are added. */
export async function loadSecrets(file: string): Promise<Secrets> {
  const stored: Partial<Secrets> = JSON.parse(await readFile(file, 'utf8').catch(() => '{}'))
  if (names.every((name) => stored[name])) return stored as Secrets
  const secrets = { ...(await makeSecrets()), ...stored }
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
  await rename(`${file}.new`, file) // whole or not at all
  return secrets
}
