import { type OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Answer, Auth, Endpoint, Input } from '#contracts/endpoint.ts'
import { type ErrorCode, type FieldError, Problem, errorCodes } from '#contracts/error.ts'
import { type Identify, readActor, takesBearer } from './actor.ts'
import type { Ctx } from './context.ts'
import { AppError } from './error.ts'
import { onceOnly } from './idempotency.ts'
import { countCall } from './rate-limit.ts'

export type App = OpenAPIHono<{ Variables: { ctx: Ctx } }>

/** A handler gets parsed input. It answers the response's shape, or a whole Response of its own. */
type Handler<E extends Endpoint> = (
  ctx: Ctx,
  input: Input<E> & { request: Request },
) => Promise<Answer<E> | Response>

export interface Route {
  contract: Endpoint
  handle: (ctx: Ctx, input: never) => Promise<unknown>
}

export const on = <E extends Endpoint>(contract: E, handle: Handler<E>): Route => ({
  contract,
  handle,
})

/** JSON bodies of people are small; a transcoder's report lists every segment of a long film. */
const bodyLimit = (auth: Auth) => (auth === 'task' ? 16 * 2 ** 20 : 256 * 2 ** 10)

/** Mounts each route, and answers 405 where only the method is wrong. */
export function mount(app: App, routes: Route[], identify: Identify): void {
  const methodsByPath = new Map<string, string[]>()
  for (const { contract, handle } of routes) {
    const path = contract.path.replace(/\{(\w+)\}/g, ':$1')
    methodsByPath.set(path, [...(methodsByPath.get(path) ?? []), contract.method.toUpperCase()])
    app.on(contract.method.toUpperCase(), path, (c) => run(c, { contract, handle }, identify))
    app.openAPIRegistry.registerPath(describe(contract))
  }
  for (const [path, methods] of methodsByPath) {
    app.all(path, () => {
      throw new AppError('method_not_allowed', undefined, {
        headers: { allow: methods.join(', ') },
      })
    })
  }
}

async function run(
  c: Context<{ Variables: { ctx: Ctx } }>,
  { contract, handle }: Route,
  identify: Identify,
): Promise<Response> {
  const ctx = c.get('ctx')
  const request = c.req.raw
  ctx.actor = await readActor(ctx, request, contract, identify)
  await countCall(ctx, request)
  const bodyText = contract.body ? await readBody(request, bodyLimit(contract.auth)) : ''
  const input = {
    params: contract.params && parseParams(contract.params, c.req.param()),
    query: contract.query && parseFields(contract.query, c.req.query()),
    body: contract.body && parseFields(contract.body, toJson(bodyText)),
    request,
  }
  const act = async () => {
    const answer = await handle(ctx, input as never)
    return answer instanceof Response ? answer : reply(contract, answer)
  }
  const key = contract.isIdempotent ? request.headers.get('idempotency-key') : null
  return key ? onceOnly(ctx, { key, contract, path: c.req.path, bodyText }, act) : act()
}

/** The response is parsed on the way out, so a column that nobody promised cannot leak. */
function reply(contract: Endpoint, answer: unknown): Response {
  const headers = { 'cache-control': 'no-store' }
  if (!contract.response) return new Response(null, { status: 204, headers })
  const parsed = contract.response.safeParse(answer)
  if (!parsed.success) throw new Error(`${contract.id} broke its contract`, { cause: parsed.error })
  return Response.json(parsed.data, { status: contract.status ?? 200, headers })
}

/** A malformed id in a path names nothing, like an unknown one. */
function parseParams(schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw new AppError('not_found', 'There is nothing at this address.')
  return parsed.data
}

function parseFields(schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const fields: FieldError[] = parsed.error.issues
    .slice(0, 20)
    .map((issue) => ({ field: issue.path.join('.'), message: issue.message }))
  const first = fields[0]
  const sentence = first ? `${first.field ? `${first.field}: ` : ''}${first.message}` : undefined
  throw new AppError('invalid_fields', sentence, { fields })
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('invalid_request', 'The body is not valid JSON.', { cause })
  }
}

/** Reads at most `limitBytes`, whatever Content-Length says. */
async function readBody(request: Request, limitBytes: number): Promise<string> {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/json\b/i.test(type)) throw new AppError('unsupported_media_type')
  const tooLarge = new AppError('body_too_large', `Send at most ${limitBytes / 1024} KiB.`)
  if (Number(request.headers.get('content-length') ?? 0) > limitBytes) throw tooLarge
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of request.body ?? []) {
    sizeBytes += chunk.byteLength
    if (sizeBytes > limitBytes) throw tooLarge
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Errors that follow from what an operation takes and who may call it. */
function errorsOf(contract: Endpoint): ErrorCode[] {
  const implied: ErrorCode[] = ['internal']
  if (contract.auth !== 'task') implied.push('rate_limited')
  if (contract.auth !== 'public') implied.push('unauthorized')
  if (takesBearer(contract.auth)) implied.push('token_expired', 'insufficient_scope')
  if (takesBearer(contract.auth) && contract.params) implied.push('suspended')
  if (contract.auth === 'admin') implied.push('not_found')
  if (contract.isStepUp) implied.push('step_up_required')
  if (contract.params) implied.push('not_found')
  if (contract.query || contract.body) implied.push('invalid_fields')
  if (contract.body) implied.push('invalid_request', 'body_too_large', 'unsupported_media_type')
  if (contract.isIdempotent) implied.push('idempotency_in_progress', 'idempotency_mismatch')
  return [...new Set([...implied, ...(contract.errors ?? [])])]
}

const security: Record<Auth, Record<string, string[]>[]> = {
  public: [],
  optional: [{}, { bearer: [] }],
  user: [{ bearer: [] }],
  refresh: [{ refreshCookie: [] }],
  task: [{ taskToken: [] }],
  admin: [{ bearer: [] }],
}

/** Scopes stand with the bearer token: an API key needs the named one. */
const securityOf = ({ auth, scope }: Endpoint) =>
  security[auth].map((one) =>
    'bearer' in one && scope && scope !== 'session' ? { bearer: [scope] } : one,
  )

function describe(contract: Endpoint) {
  const problems = Map.groupBy(errorsOf(contract), (code) => errorCodes[code][0])
  const success = contract.response
    ? { description: 'Done', content: { 'application/json': { schema: contract.response } } }
    : contract.responseType
      ? { description: 'Done', content: { [contract.responseType]: { schema: z.string() } } }
      : { description: 'Done' }
  const successStatus = contract.response || contract.responseType ? 200 : 204
  const idempotency = z.object({
    'Idempotency-Key': z.string().min(1).max(200).optional().meta({
      description: 'A repeat with the same key gets the first reply, for 24 hours',
    }),
  })
  return createRoute({
    operationId: contract.id,
    method: contract.method,
    path: contract.path,
    tags: [contract.tag],
    summary: contract.summary,
    ...(contract.description && { description: contract.description }),
    security: securityOf(contract),
    request: {
      ...(contract.params && { params: contract.params }),
      ...(contract.query && { query: contract.query }),
      ...(contract.isIdempotent && { headers: idempotency }),
      ...(contract.body && {
        body: {
          required: true,
          content: { 'application/json': { schema: contract.body } },
        },
      }),
      ...(contract.bodyType && {
        body: { required: true, content: { [contract.bodyType]: { schema: z.string() } } },
      }),
    },
    responses: {
      [contract.status ?? successStatus]: success,
      ...Object.fromEntries(
        [...problems].map(([status, codes]) => [
          status,
          {
            description: codes.map((code) => `\`${code}\`: ${errorCodes[code][1]}`).join('. '),
            content: { 'application/problem+json': { schema: Problem } },
          },
        ]),
      ),
    },
  })
}
