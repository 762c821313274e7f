import { readFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}
const texts = /html|javascript|css|json|svg|mpegurl|vtt/

/**
 * One origin for Lantern and, below `/others/`, for a folder of pages: text goes out as gzip, as a
 * network in front of servers does it, so that each player is counted alike. Addresses in answers
 * are its own: pages and films come from one place, as the policy of our pages asks.
 */
export async function startFront(target: string, others: string) {
  async function answer(request: IncomingMessage, response: ServerResponse) {
    const url = request.url ?? '/'
    if (url.startsWith('/others/')) {
      const file = path.join(others, new URL(url, target).pathname.slice('/others'.length))
      return send(
        response,
        200,
        { 'content-type': types[path.extname(file)] ?? '' },
        await readFile(file),
      )
    }
    const address = request.headers.host ?? ''
    const headers = Object.entries(request.headers).flatMap(([name, value]) =>
      name === 'connection' || name === 'content-length' || value === undefined
        ? []
        : [[name, String(value)] as [string, string]],
    )
    const { method = 'GET' } = request
    const body = method === 'GET' || method === 'HEAD' ? undefined : await buffer(request)
    const from = await fetch(target + url, {
      ...{ method, headers, redirect: 'manual' },
      ...(body && { body }),
    })
    const kept = Object.fromEntries(
      [...from.headers].filter(
        ([name]) => !/^(content-(length|encoding)|transfer-encoding)$/.test(name),
      ),
    )
    const bytes = Buffer.from(await from.arrayBuffer())
    const isText = texts.test(kept['content-type'] ?? '')
    const own = () => Buffer.from(bytes.toString().replaceAll(target, `http://${address}`))
    return send(response, from.status, kept, isText ? own() : bytes)
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(404).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return { url: `http://127.0.0.1:${port}`, stop: () => void server.close() }
}

/** Of the same bytes once: no network in front of servers does it for each viewer. */
const zipped = new Map<string, Buffer>()
function zip(body: Buffer): Buffer {
  const key = createHash('sha1').update(body).digest('hex')
  const known = zipped.get(key) ?? gzipSync(body, { level: 6 })
  zipped.set(key, known)
  return known
}

function send(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: Buffer,
): void {
  const isZipped = texts.test(headers['content-type'] ?? '')
  const bytes = isZipped ? zip(body) : body
  const encoding = isZipped ? { 'content-encoding': 'gzip' } : {}
  response.writeHead(status, { ...headers, ...encoding, 'content-length': bytes.length }).end(bytes)
}
