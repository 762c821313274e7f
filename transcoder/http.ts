import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { TaskSpec } from '#contracts/task.ts'
import type { TranscoderHealth } from '#contracts/task.ts'
import type { Desk } from './desk.ts'
import type { Log } from './log.ts'

interface HttpOptions {
  desk: Desk
  key: string
  version: string
  ffmpeg: string
  wall: string
  log: Log
}

type Answer = [status: number, body: object]

const maxBodyBytes = 256_000
const digest = (text: string) => createHash('sha256').update(text).digest()

/** Digests have one length, so the comparison tells nothing, not even how long the key is. */
const isEqual = (a: string, b: string) => timingSafeEqual(digest(a), digest(b))

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBodyBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function parseSpec(text: string): TaskSpec | string {
  try {
    const parsed = TaskSpec.safeParse(JSON.parse(text))
    if (parsed.success) return parsed.data
    return parsed.error.issues
      .map(({ path, message }) => `${path.join('.')}: ${message}`)
      .join('; ')
  } catch {
    return 'The body is not JSON'
  }
}

const problem = (status: number, detail: string): Answer => [status, { status, detail }]

/** The API of one transcoder: health for anybody, tasks for whoever holds the key. */
export function createHttp({ desk, key, version, ffmpeg, wall, log }: HttpOptions): Server {
  const health = (): TranscoderHealth => ({
    status: desk.isDraining() ? 'draining' : 'ok',
    version,
    ffmpeg,
    wall,
    slotsFree: desk.slotsFree(),
  })

  async function take(request: IncomingMessage): Promise<Answer> {
    const text = await readBody(request)
    if (text === null) return problem(413, 'The body is too large')
    const spec = parseSpec(text)
    if (typeof spec === 'string') return problem(422, spec)
    const status = desk.take(spec)
    return [status, { accepted: status < 300, slotsFree: desk.slotsFree() }]
  }

  async function answer(request: IncomingMessage): Promise<Answer> {
    const url = URL.parse(request.url ?? '/', 'http://transcoder')
    if (!url) return problem(400, 'The address cannot be read')
    if (url.pathname === '/healthz' && request.method === 'GET') return [200, health()]
    if (!url.pathname.startsWith('/v1/')) return problem(404, 'No such path')
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    if (!isEqual(bearer, key)) return problem(401, 'The key is missing or wrong')

    if (url.pathname === '/v1/tasks' && request.method === 'POST') return take(request)
    const taskId = /^\/v1\/tasks\/(\w{1,64})$/.exec(url.pathname)?.[1]
    if (!taskId) return problem(404, 'No such path')
    if (request.method === 'GET') {
      const state = desk.find(taskId)
      return state ? [200, { taskId, ...state }] : problem(404, 'That task does not run here')
    }
    if (request.method !== 'DELETE') return problem(405, 'This path takes GET and DELETE')
    const isHere = desk.cancel(taskId, Number(url.searchParams.get('attempt')))
    return isHere ? [202, { accepted: true }] : problem(404, 'That attempt does not run here')
  }

  async function serve(request: IncomingMessage, response: ServerResponse) {
    const [status, body] = await answer(request).catch((error: unknown): Answer => {
      log.error('request failed', { path: request.url, error: String(error) })
      return problem(500, 'Something went wrong here')
    })
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }

  return createServer((request, response) => void serve(request, response))
}
