import { mkdir, readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Miniflare } from 'miniflare'
import { unstable_splitSqlQuery as splitSqlQuery } from 'wrangler'
import { whenChanged } from './fingerprint.ts'
import { inRoot } from './paths.ts'
import { runTool } from './run.ts'

/**
 * Bundles the Worker as a deployment would and answers the path of the script. `entry` stands in
 * for wrangler.toml's `main`, as a path from the root.
 */
export async function buildWorker(outDir: string, entry?: string): Promise<string> {
  await mkdir(inRoot('dist/web'), { recursive: true }) // wrangler refuses a missing assets folder
  const args = ['deploy', ...(entry ? [entry] : []), '--dry-run', '--env=', '--outdir', outDir]
  await runTool('wrangler/bin/wrangler.js', args)
  return path.join(outDir, `${path.basename(entry ?? 'index.ts', '.ts')}.js`)
}

const shared = ['worker/contracts', 'package.json', 'package-lock.json']

/** Bundles the Worker into dist/worker unless it is there already; answers the script's path. */
export async function ensureWorker(): Promise<string> {
  await whenChanged({
    sources: ['worker', 'wrangler.toml', ...shared],
    output: 'dist/worker/index.js',
    marker: 'dist/.worker-built-from',
    build: () => buildWorker(inRoot('dist/worker')),
  })
  return inRoot('dist/worker/index.js')
}

/** Builds the web app into dist/web unless it is there already. */
export const ensureWeb = (): Promise<boolean> =>
  whenChanged({
    sources: ['web', ...shared],
    output: 'dist/web/embed.html',
    marker: 'dist/.web-built-from',
    build: () => runTool('vite/bin/vite.js', ['build', '--config', 'web/vite.config.ts']),
  })

/** The table and its names are those of `wrangler d1 migrations apply`. */
const migrationTable = `CREATE TABLE IF NOT EXISTS d1_migrations(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`

/**
 * Applies what is new under migrations/, oldest first, and answers the names. Each file is one
 * batch, so a crash leaves a migration wholly applied or not at all.
 */
export async function applyMigrations(mf: Miniflare): Promise<string[]> {
  const db = await mf.getD1Database('DB', 'lantern')
  await db.prepare(migrationTable).run()
  const { results } = await db.prepare('SELECT name FROM d1_migrations').all<{ name: string }>()
  const applied = new Set(results.map((row) => row.name))
  const files = (await readdir(inRoot('migrations'))).filter((name) => name.endsWith('.sql'))
  const fresh = files.toSorted().filter((name) => !applied.has(name))
  for (const name of fresh) {
    const statements = splitSqlQuery(await readFile(inRoot('migrations', name), 'utf8'))
    await db.batch([
      ...statements.map((sql) => db.prepare(sql)),
      db.prepare('INSERT INTO d1_migrations (name) VALUES (?)').bind(name),
    ])
  }
  return fresh
}
