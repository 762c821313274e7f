import { Agent, request } from 'node:http'

/** A generator of the same numbers each run: Mulberry32. */
export function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const marks = [
  ...[
    '~',
    '%00',
    '%2f',
    '%5c',
    '\\',
    '..%2f',
    '%2e%2e/',
    '//',
    '/../',
    '/./',
    ';',
    ';a=b',
    '?',
    '#',
  ],
  ...['%252e', '%252f', '%25', '.', '..', '%', '%c0%af', '%ff', '+', ':', '@', '*', '&', '=', '|'],
]
const queries = [
  ...['?', '??', '?a', '?token=x', '?v=1&v=2', '?path=/p/', '?__proto__=1', '?x[]=1', '?%00', '?;'],
  ...['?response-content-type=text/html', '?versionId=1', '?uploads', '?list-type=2', '?cf=1'],
]

/** The address with one thing wrong, or with the one thing more that changes nothing. */
export function mutate(path: string, pick: (below: number) => number, others: string[]): string {
  const at = 1 + pick(path.length)
  const [before, after] = [path.slice(0, at), path.slice(at)]
  const parts = path.split('/')
  const part = 1 + pick(parts.length - 1)
  const withPart = (...text: string[]) => parts.toSpliced(part, 1, ...text).join('/')
  const mark = marks[pick(marks.length)]!
  const other = others[pick(others.length)]!.split('/')
  const flip = (letter: string) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()
  const ways = [
    () => before + mark + after,
    () => before.slice(0, -1) + mark + after,
    () => before.slice(0, -1) + after,
    () => before.slice(0, -1) + flip(before.at(-1)!) + after,
    () => before + before.at(-1)! + after,
    () => withPart(),
    () => withPart(parts[part]!, parts[part]!),
    () => withPart(other[part] ?? mark),
    () => withPart(parts[part]!, mark),
    () => withPart(encodeURIComponent(encodeURIComponent(`../${parts[part]}`))),
    () => withPart([...parts[part]!].map((c) => `%${c.charCodeAt(0).toString(16)}`).join('')),
    () => parts.slice(0, part + 1).join('/'),
    () => path + queries[pick(queries.length)]!,
    () => `${path}?${other.join('/')}`,
    () => `${parts.slice(0, 3).join('/')}/${other.slice(3).join('/')}`,
    () => `${path}/..${other.join('/')}`,
    () => `${parts.slice(0, 3).join('/')}/x/..%2f${parts.slice(3).join('/')}`,
    () => path.replace(/[^/]*$/, (name) => `${name.toUpperCase()}`),
    () => path.replace('/p/', '/P/'),
  ]
  return ways[pick(ways.length)]!()
}

const ranges = [
  ...['bytes=0-', 'bytes=0-0', 'bytes=-1', 'bytes=-0', 'bytes=5-2', 'bytes=0-1,4-5', 'bytes=-'],
  ...[
    'bytes=999999999999-',
    'bytes=0-99999999999999999999',
    'bytes=a-b',
    'lines=0-1',
    'bytes',
    '=',
  ],
  ...['bytes=0-0,0-0,0-0,0-0', 'BYTES=0-3', 'bytes = 0-3', 'bytes=0x0-0x9', 'bytes=--1'],
]
const methods = [
  'GET',
  'GET',
  'GET',
  'HEAD',
  'OPTIONS',
  'POST',
  'PUT',
  'DELETE',
  'PATCH',
  'PROPFIND',
]

/** Headers by which servers have been led to another address than the one that they checked. */
export function oddHeaders(pick: (below: number) => number, other: string): Record<string, string> {
  const all: Record<string, string>[] = [
    {},
    { range: ranges[pick(ranges.length)]! },
    { range: 'bytes=0-9', 'if-range': '*' },
    { 'x-original-url': other },
    { 'x-rewrite-url': other, 'x-forwarded-prefix': '/p' },
    { 'x-forwarded-host': 'media.lantern.internal', 'x-forwarded-proto': 'https' },
    { forwarded: 'for=127.0.0.1;host=localhost' },
    { 'x-http-method-override': 'GET', 'x-method-override': 'GET' },
    { host: 'media.lantern.internal' },
    { origin: 'null' },
    { 'if-none-match': '*' },
    { 'x-forwarded-for': '127.0.0.1', 'cf-connecting-ip': '127.0.0.1', 'cf-worker': 'x' },
    { authorization: 'Bearer x', cookie: 'token=x' },
    { 'cache-control': 'no-cache', pragma: 'no-cache', 'cdn-loop': 'cloudflare' },
    { te: 'trailers', 'accept-encoding': 'gzip, br, zstd' },
  ]
  return all[pick(all.length)]!
}

export const pickMethod = (pick: (below: number) => number) => methods[pick(methods.length)]!

export interface RawAnswer {
  status: number
  type: string
  body: Buffer
}

/** Sends a path as it is; `fetch` would tidy it up first. */
export function createRawClient(origin: string, connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const { hostname, port } = new URL(origin)
  const send = (path: string, method = 'GET', headers: Record<string, string> = {}) =>
    new Promise<RawAnswer>((resolve, reject) => {
      const asked = request({ hostname, port, path, method, headers, agent }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const type = response.headers['content-type'] ?? ''
          resolve({ status: response.statusCode ?? 0, type, body: Buffer.concat(chunks) })
        })
      })
      asked.setTimeout(20_000, () => asked.destroy(new Error(`no answer to ${method} ${path}`)))
      asked.on('error', reject).end()
    })
  return { send, stop: () => agent.destroy() }
}
