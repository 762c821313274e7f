import { mkdtemp, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { buildWorker, ensureWeb } from '../../scripts/lib/build.ts'
import { inRoot } from '../../scripts/lib/paths.ts'
import { loadSecrets } from '../../scripts/lib/secrets.ts'
import { makeMedia } from './media.ts'

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(path.join(tmpdir(), 'lantern-build-'))
  // Only browsers need the newest web; the assets binding needs some.
  if (project.name === 'e2e' || !existsSync(inRoot('dist/web/embed.html'))) await ensureWeb()
  await Promise.all([
    buildWorker(dir),
    loadSecrets(path.join(dir, 'secrets.json')),
    makeMedia(path.join(dir, 'media')),
  ])
  project.provide('workerScript', path.join(dir, 'index.js'))
  project.provide('secretsFile', path.join(dir, 'secrets.json'))
  project.provide('mediaDir', path.join(dir, 'media'))
  project.onTestsRerun(async () => void (await buildWorker(dir)))
  return () => rm(dir, { recursive: true, force: true })
}
