// Prints the OpenAPI document as the Worker serves it, or writes it to the file that is named.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ensureWorker } from './lib/build.ts'
import { freePort, startEdge } from './lib/edge.ts'
import { root } from './lib/paths.ts'
import { runMain } from './lib/progress.ts'
import { makeSecrets } from './lib/secrets.ts'

await runMain(async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'lantern-openapi-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const edge = await startEdge({
    ...{ root, port, scriptPath: await ensureWorker(), stateDir: dir, host: '127.0.0.1' },
    env: { ...(await makeSecrets()), CALLBACK_URL: url, LINK_ORIGIN: url },
    s3: { accessKeyId: 'none', secretAccessKey: 'none' },
  })
  try {
    const response = await fetch(`${edge.url}/api/v1/openapi.json`)
    if (!response.ok) throw new Error(`openapi.json: ${response.status} ${await response.text()}`)
    const text = `${JSON.stringify(await response.json(), null, 2)}\n`
    const [file] = process.argv.slice(2)
    if (file) await writeFile(file, text)
    else process.stdout.write(text)
  } finally {
    await edge.stop()
    await rm(dir, { recursive: true, force: true })
  }
})
