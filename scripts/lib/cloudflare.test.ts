import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { missingSecrets, queueNames, readProduction, requireOwnSettings } from './cloudflare.ts'
import { inRoot } from './paths.ts'
import { makeSecrets } from './secrets.ts'

test('a deployment with the example settings is refused, and says which', async () => {
  const text = await readFile(inRoot('wrangler.toml'), 'utf8')
  expect(() => requireOwnSettings(text)).toThrow('video.example.com and ACCOUNT_ID')
  const own = text.replaceAll('video.example.com', 'film.test').replaceAll('ACCOUNT_ID', 'a1b2')
  expect(() => requireOwnSettings(own)).not.toThrow()
})

test('every queue of the production environment is made, its dead letters too', () => {
  expect(queueNames(readProduction()).toSorted()).toEqual([
    'lantern-events',
    'lantern-events-dead',
    'lantern-transcode',
    'lantern-transcode-dead',
  ])
})

test('secrets that the Worker has are never replaced, and R2 keys never invented', async () => {
  const made = await makeSecrets()
  const keys = { R2_ACCESS_KEY_ID: 'id', R2_SECRET_ACCESS_KEY: 'secret' }
  expect(() => missingSecrets([], made, {})).toThrow('R2_ACCESS_KEY_ID')
  expect(missingSecrets([], made, keys)).toEqual({ ...made, ...keys })
  expect(missingSecrets(Object.keys(made), made, {})).toEqual({})
  expect(missingSecrets(['JWT_KEYS'], made, keys)).not.toHaveProperty('JWT_KEYS')
})
