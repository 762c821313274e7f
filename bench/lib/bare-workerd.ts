import { Log, LogLevel, Miniflare, convertV4MiniflareOptions } from 'miniflare'
import { freePort } from '../../scripts/lib/edge.ts'

type V4Options = Parameters<typeof convertV4MiniflareOptions>[0]

/** The least a Worker can do: bytes that it holds, on a socket of its own. */
const script = (sizeBytes: number) => `
const headers = { 'content-type': 'video/mp4', 'cache-control': 'private, max-age=86400' }
const bytes = new Uint8Array(${sizeBytes})
export default { fetch: () => new Response(bytes, { headers }) }`

export interface BareWorkerd {
  url: string
  /** Its first socket, by which its process is known. */
  entryPort: number
  stop: () => Promise<void>
}

/** How fast workerd itself can be here: no gate, no token, no storage. */
export async function startBareWorkerd(sizeBytes: number): Promise<BareWorkerd> {
  const [entryPort, port] = [await freePort(), await freePort()]
  const options = {
    host: '127.0.0.1',
    port: entryPort,
    cf: false,
    log: new Log(LogLevel.ERROR),
    workers: [
      {
        name: 'bare',
        modules: true,
        script: script(sizeBytes),
        compatibilityDate: '2026-09-01',
        unsafeDirectSockets: [{ host: '127.0.0.1', port }],
      },
    ],
  }
  const mf = new Miniflare(convertV4MiniflareOptions(options as unknown as V4Options))
  await mf.ready
  return { url: `http://127.0.0.1:${port}/`, entryPort, stop: () => mf.dispose() }
}
