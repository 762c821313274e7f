import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { releaseTask } from '#contracts/callback.ts'
import {
  Heartbeat,
  TaskFailure,
  TaskPublication,
  TaskReport,
  TaskSplit,
  partKey,
} from '#contracts/task.ts'
import type { TaskSpec } from '#contracts/task.ts'
import { defaultAudio, defaultLadder, gopSeconds, segmentSeconds } from '#contracts/ladder.ts'

export interface Call {
  name: string
  body: unknown
  requestId: string | undefined
  token: string | undefined
}

export interface StoredObject {
  body: Buffer
  type: string | undefined
  cacheControl: string | undefined
}

/** What the transcoder talks to: an S3 endpoint in memory and the Worker's callbacks. */
export interface TestServer {
  url: string
  objects: Map<string, StoredObject>
  calls: Call[]
  /** The reply to a callback; default 200. */
  answer: (call: Call) => { status: number; body: object } | undefined
  /** Resolves with the first call, past or coming, that fits. */
  until: (fits: (call: Call) => boolean) => Promise<Call>
  put: (key: string, file: string) => void
  /** Lay a file down as an upload does: in objects of `partBytes`. */
  putParts: (key: string, file: string, partBytes: number) => void
  /** Break off the answer to the next reading of `key` after so many bytes. */
  breakOff: (key: string, afterBytes: number) => void
  /** What was read of the source, in this order: key and first byte. */
  reads: [key: string, from: number][]
  close: () => Promise<void>
}

const schemas: Record<string, { parse: (body: unknown) => unknown }> = {
  heartbeat: Heartbeat,
  complete: TaskReport,
  publish: TaskPublication,
  split: TaskSplit,
  fail: TaskFailure,
  release: releaseTask.body!,
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export const etagOf = (body: Buffer): string => createHash('md5').update(body).digest('hex')

export async function startServer(): Promise<TestServer> {
  const objects = new Map<string, StoredObject>()
  const calls: Call[] = []
  const reads: [string, number][] = []
  const breaks = new Map<string, number>()
  const keep = (key: string, body: Buffer) =>
    objects.set(key, { body, type: undefined, cacheControl: undefined })
  const waiting: { fits: (call: Call) => boolean; resolve: (call: Call) => void }[] = []

  function s3(request: IncomingMessage, key: string, body: Buffer, response: ServerResponse) {
    if (request.method === 'PUT') {
      const { 'content-type': type, 'cache-control': cacheControl } = request.headers
      objects.set(key, { body, type, cacheControl })
      return response.writeHead(200, { etag: '"x"' }).end()
    }
    const found = objects.get(key)
    if (!found) {
      return response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>')
    }
    const wanted = request.headers['if-match']
    if (wanted && wanted !== `"${etagOf(found.body)}"`) {
      return response.writeHead(412).end('<Error><Code>PreconditionFailed</Code></Error>')
    }
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
    const from = Number(range?.[1] ?? 0)
    reads.push([key, from])
    const rest = found.body.subarray(from, range?.[2] ? Number(range[2]) + 1 : undefined)
    response.writeHead(range ? 206 : 200, { 'content-length': rest.length })
    const breakAfter = breaks.get(key)
    if (breakAfter === undefined) return response.end(rest)
    breaks.delete(key)
    return response.write(rest.subarray(0, breakAfter), () => response.destroy())
  }

  function takeCall(
    request: IncomingMessage,
    name: string,
    body: Buffer,
    response: ServerResponse,
  ) {
    const json: unknown = JSON.parse(body.toString())
    schemas[name]?.parse(json)
    const { authorization, 'x-request-id': requestId } = request.headers
    const call = { name, body: json, requestId: requestId?.toString(), token: authorization }
    calls.push(call)
    for (const { fits, resolve } of waiting) if (fits(call)) resolve(call)
    const reply = server.answer(call) ?? {
      status: 200,
      body: name === 'heartbeat' ? { leaseUntil: 1, isCancelled: false } : { ok: true },
    }
    response.writeHead(reply.status).end(JSON.stringify(reply.body))
  }

  const http = createServer((request, response) => {
    void read(request).then((body) => {
      const { pathname } = new URL(request.url ?? '/', 'http://test')
      const name = /^\/internal\/v1\/tasks\/\w+\/(\w+)$/.exec(pathname)?.[1]
      if (name) takeCall(request, name, body, response)
      else s3(request, pathname.replace('/s3/media/', ''), body, response)
      return undefined
    })
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const address = http.address()
  const server: TestServer = {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    objects,
    calls,
    answer: () => undefined,
    until: (fits) =>
      new Promise((resolve) => {
        const past = calls.find(fits)
        if (past) resolve(past)
        else waiting.push({ fits, resolve })
      }),
    reads,
    put: (key, file) => void keep(key, readFileSync(file)),
    putParts: (key, file, partBytes) => {
      const body = readFileSync(file)
      for (let n = 1; (n - 1) * partBytes < body.length; n++) {
        keep(partKey(key, n), body.subarray((n - 1) * partBytes, n * partBytes))
      }
    },
    breakOff: (key, afterBytes) => void breaks.set(key, afterBytes),
    close: () =>
      new Promise((resolve) => {
        http.closeAllConnections()
        http.close(() => resolve())
      }),
  }
  return server
}

const ulid = '01kaf3v9gq8y2n5s7t4w6x0z1b'

/** What the Worker asks for when a film does not play from its source. */
export const opening: Partial<TaskSpec> = {
  kind: 'opening',
  lane: 'opening',
  ladder: defaultLadder.slice(-1),
  segmentSeconds: 2,
  gopSeconds: 2,
}

/** A task for a file that was put under `source`, with the ladder as it is by default. */
export function makeSpec(
  server: TestServer,
  file: string,
  change: Partial<TaskSpec> = {},
): TaskSpec {
  const sizeBytes = statSync(file).size
  server.put('source', file)
  return {
    v: 1,
    taskId: `tsk_${ulid}`,
    videoId: `vid_${ulid}`,
    encodeId: `enc_${ulid}`,
    leaseId: `lse_${ulid}`,
    kind: 'encode',
    lane: 'short',
    codecs: ['h264'],
    isPerTitle: false,
    fleetSlots: 1,
    isWhole: false,
    longSeconds: 60,
    only: null,
    choices: null,
    split: null,
    chunk: null,
    pictures: null,
    attempt: 1,
    requestId: `req_${ulid}`,
    input: { bucket: 'media', key: 'source', sizeBytes, partBytes: null },
    output: { bucket: 'media', prefix: 'v/out/a1/' },
    s3: { endpoint: `${server.url}/s3`, region: 'auto', accessKeyId: 'a', secretAccessKey: 'b' },
    ladder: defaultLadder,
    audio: defaultAudio,
    segmentSeconds,
    gopSeconds,
    callback: { baseUrl: server.url, token: 'the-token' },
    deadlines: { heartbeatSeconds: 15, leaseSeconds: 120, hardSeconds: 600 },
    ...change,
  }
}
