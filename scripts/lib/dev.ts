import { watch } from 'node:fs'
import { createServer } from 'vite'
import { buildWorker } from './build.ts'
import type { Lantern } from './lantern.ts'
import { inRoot } from './paths.ts'
import { say } from './progress.ts'
import type { Settings } from './settings.ts'
import { keepSignals } from './signals.ts'

/** Vite on the public port in front of the edge; Worker and transcoder follow their files. */
export async function startDev(
  settings: Settings,
  port: number,
  lantern: Lantern,
  stops: (() => Promise<void>)[],
): Promise<void> {
  process.env['LANTERN_EDGE_URL'] = lantern.url // read by web/vite.config.ts
  const vite = await keepSignals(async () => {
    const server = await createServer({
      configFile: inRoot('web/vite.config.ts'),
      server: { host: settings.host, port, strictPort: true },
    })
    return server.listen()
  })
  stops.push(() => vite.close())

  const reloadWorker = async () => {
    const startedAt = Date.now()
    await lantern.edge.reload(await buildWorker(inRoot('dist/dev-worker')))
    say(`Worker reloaded in ${Date.now() - startedAt} ms`)
  }
  const restartTranscoder = async () => {
    await lantern.transcoder.restart()
    say('Transcoder restarted')
  }
  follow(['worker', 'wrangler.toml'], reloadWorker, stops)
  follow(['transcoder', 'worker/contracts'], restartTranscoder, stops)
}

/** Calls `react` once for a burst of changes, and again for changes made meanwhile. */
function follow(
  sources: string[],
  react: () => Promise<void>,
  stops: (() => Promise<void>)[],
): void {
  let timer: NodeJS.Timeout | undefined
  let work = Promise.resolve()
  const onChange = (_event: string, file: string | null) => {
    if (file?.includes('.test.')) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      work = work.then(react).catch((error: Error) => say(error.message))
    }, 100)
  }
  for (const source of sources) {
    const watcher = watch(inRoot(source), { recursive: !source.includes('.') }, onChange)
    stops.push(async () => watcher.close())
  }
}
