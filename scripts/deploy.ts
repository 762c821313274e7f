import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ensureWeb } from './lib/build.ts'
import {
  cloudflare,
  corsRules,
  ensure,
  ensureDatabase,
  listSecrets,
  missingSecrets,
  queueNames,
  readProduction,
  requireLogin,
  requireOwnSettings,
} from './lib/cloudflare.ts'
import { inRoot } from './lib/paths.ts'
import { runMain, say, step } from './lib/progress.ts'
import { makeSecrets } from './lib/secrets.ts'

await runMain(async () => {
  requireOwnSettings(await readFile(inRoot('wrangler.toml'), 'utf8'))
  await step('Cloudflare account', requireLogin)
  const production = readProduction()
  const origin = String(production.vars['PUBLIC_ORIGIN'])
  const dir = await mkdtemp(path.join(tmpdir(), 'lantern-deploy-'))
  try {
    await step('Database', () => ensureDatabase(production))
    for (const { bucket_name: bucket = '' } of production.r2_buckets) {
      await step(`Bucket ${bucket}`, () => ensureBucket(bucket, origin, dir))
    }
    for (const queue of queueNames(production)) {
      await step(`Queue ${queue}`, () =>
        ensure(`the queue ${queue}`, ['queues', 'info', queue], ['queues', 'create', queue]),
      )
    }
    const secrets = missingSecrets(await listSecrets(), await makeSecrets(), process.env)
    const secretsFile = path.join(dir, 'secrets.json')
    await writeFile(secretsFile, JSON.stringify(secrets), { mode: 0o600 })
    await step('Web app', ensureWeb)
    // Before the code that needs them: migrations only ever add what old code does not know.
    await step('Migrations', () =>
      cloudflare('d1', 'migrations', 'apply', 'DB', '--remote', '--env', 'production'),
    )
    const names = Object.keys(secrets)
    await step('Worker and transcoder image (this needs Docker)', () =>
      cloudflare(
        ...['deploy', '--env', 'production'],
        ...(names.length > 0 ? ['--secrets-file', secretsFile] : []),
      ),
    )
    if (names.length > 0) say(`New secrets: ${names.join(', ')}`)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
  say(`Deployed. See that it is well: LANTERN_URL=${origin} npm run doctor`)
})

async function ensureBucket(bucket: string, origin: string, dir: string): Promise<void> {
  const isThere = ['r2', 'bucket', 'info', bucket]
  await ensure(`the bucket ${bucket}`, isThere, ['r2', 'bucket', 'create', bucket])
  const file = path.join(dir, 'cors.json')
  await writeFile(file, JSON.stringify(corsRules(origin)))
  await cloudflare('r2', 'bucket', 'cors', 'set', bucket, '--file', file, '--force')
}
