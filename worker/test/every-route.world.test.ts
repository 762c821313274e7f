import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Endpoint } from '#contracts/endpoint.ts'
import { type ErrorCode, Problem, errorCodes } from '#contracts/error.ts'
import type { Reply } from '../../scripts/lib/client.ts'
import { takesBearer } from '../core/actor.ts'
import { bodies, readContracts, spoil } from './every-route.ts'
import { type Team, createTeam, taskToken } from './matrix-principals.ts'
import { readTables } from './matrix-state.ts'
import type { TestUser } from './user.ts'
import { type World, createWorld } from './world.ts'

interface Operation {
  operationId: string
  responses: Record<string, { description: string }>
}

let world: World
let contracts: Endpoint[]
let operations: Operation[]
let team: Team
let owner: TestUser
let keeper: TestUser
let stranger: TestUser
let otherOwner: TestUser
let taskId: string

beforeAll(async () => {
  world = await createWorld({ env: { PLATFORM_ADMINS: 'root@example.com' } })
  ;[stranger, otherOwner] = [await world.user(), await world.user()]
  keeper = await world.user({ email: 'root@example.com' })
  team = await createTeam(world, 'Team')
  owner = team.owner
  await world.video({ owner: otherOwner, visibility: 'public' })
  taskId = team.ids['taskId']!

  contracts = await readContracts()
  const { paths } = (await world.as().get('/api/v1/openapi.json')).body as {
    paths: Record<string, Record<string, Operation>>
  }
  operations = Object.values(paths).flatMap((methods) => Object.values(methods))
})
afterAll(() => world.stop())

const own = (): Record<string, string> => team.ids
const missing = (): Record<string, string> => ({
  ...team.ids,
  videoId: world.id('video'),
  workspaceId: world.id('workspace'),
  uploadId: world.id('upload'),
  taskId: world.id('task'),
  userId: world.id('user'),
  invitationId: world.id('invitation'),
  keyId: world.id('apiKey'),
  passkeyId: world.id('passkey'),
  sessionId: world.id('session'),
  name: '4320p',
})

/** Who may call it: the owner, or who keeps the server. */
const callerOf = ({ auth }: Endpoint): { user?: TestUser } => {
  if (auth === 'admin') return { user: keeper }
  return takesBearer(auth) ? { user: owner } : {}
}

const requestId = 'req_01kaf3v9gq8y2n5s7t4w6x0z1b'
let callers = 0

interface Call {
  ids: Record<string, string>
  user?: TestUser
  /** JSON of it is sent; a string as it is. */
  body?: unknown
  query?: string
  headers?: Record<string, string>
}

/** Always under one request id, so that equal answers are equal to the byte. */
function call(contract: Endpoint, { ids, user, body, query = '', headers }: Call): Promise<Reply> {
  const address = contract.path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name]!) + query
  callers += 1
  const all = {
    'x-request-id': requestId,
    'x-forwarded-for': `10.77.${callers >> 8}.${callers & 255}`,
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(contract.auth === 'task' &&
      !user && { authorization: `Bearer ${taskToken(world, ids['taskId']!)}` }),
    ...headers,
  }
  const client = world.as(user)
  return contract.method === 'get'
    ? client.get(address, all)
    : client[contract.method](address, body, all)
}

const shown = ({ status, body, headers }: Reply) => {
  const { date: _date, ...rest } = Object.fromEntries(headers)
  return { status, body, headers: rest }
}

/** A problem of RFC 9457 whose code and status the route's documentation lists. */
function expectProblem(contract: Endpoint, reply: Reply, what: string): ErrorCode {
  const where = `${contract.id}: ${what}: ${reply.status} ${JSON.stringify(reply.body)}`
  expect(reply.headers.get('content-type'), where).toBe('application/problem+json')
  const { code, status } = Problem.parse(reply.body)
  expect([status, reply.status], where).toEqual([errorCodes[code][0], errorCodes[code][0]])
  expect(status, where).toBeLessThan(500)
  const { responses } = operations.find(({ operationId }) => operationId === contract.id)!
  expect(responses[status]?.description, where).toContain(`\`${code}\``)
  return code
}

test('no route is left out', () => {
  const mounted = operations.map(({ operationId }) => operationId).toSorted()
  expect(Object.keys(bodies).toSorted()).toEqual(mounted)
  for (const contract of contracts) {
    expect(bodies[contract.id] !== null, contract.id).toBe(contract.body !== undefined)
    if (contract.body) contract.body.parse(bodies[contract.id])
  }
})

test('a made-up link says the same of a private video and of a missing one', async () => {
  const link = (id: string) => `/p/k1.e30.AAAAAAAAAAAAAAAAAAAAAA/v/${id}/master.m3u8`
  const headers = { 'x-request-id': requestId }
  const hidden = await world.as(stranger).get(link(team.ids['videoId']!), headers)
  const absent = await world.as(stranger).get(link(world.id('video')), headers)
  expect(shown(hidden)).toEqual(shown(absent))
  expect(hidden).toMatchObject({ status: 403, body: { code: 'playback_denied' } })
})

test('no list of a stranger holds what is private', async () => {
  for (const user of [undefined, stranger, otherOwner]) {
    const { body } = await world.as(user).get('/api/v1/videos?limit=100')
    expect(JSON.stringify(body)).not.toContain(team.ids['videoId']!)
  }
  const own = await world.as(stranger).get(`/api/v1/workspaces/${stranger.workspaceId}/videos`)
  expect(own.body.items).toEqual([])
})

test('a wrong body is refused by each route with a listed code, and nothing is written', async () => {
  const before = await readTables(world)
  let refused = 0
  for (const contract of contracts.filter((one) => one.body)) {
    const valid = bodies[contract.id] as Record<string, unknown>
    const user = callerOf(contract)
    const send = (body: unknown, headers: Record<string, string> = {}) =>
      call(contract, { ids: own(), body, headers, ...user })
    const expectCode = async (code: ErrorCode, what: string, reply: Promise<Reply>) => {
      expect(expectProblem(contract, await reply, what), `${contract.id}: ${what}`).toBe(code)
      refused += 1
    }
    const wrong: [ErrorCode, string, () => Promise<Reply>][] = []
    for (const text of ['', '{', '{"a":', 'nonsense', '{"a":1}}', '\u0000']) {
      wrong.push(['invalid_request', JSON.stringify(text), () => send(text)])
    }
    for (const json of ['null', '[]', '5', '"x"', 'true', '[{}]', '{}', '{"__proto__":{}}']) {
      if (contract.body!.safeParse(JSON.parse(json)).success) continue
      wrong.push(['invalid_fields', json, () => send(json)])
    }
    const asText = { 'content-type': 'text/plain' }
    wrong.push(['unsupported_media_type', 'text', () => send(JSON.stringify(valid), asText)])
    const bytes = (contract.auth === 'task' ? 16 * 2 ** 20 : 256 * 2 ** 10) + 1
    const huge = JSON.stringify({ ...valid, more: 'x'.repeat(bytes) })
    wrong.push(['body_too_large', 'huge', () => send(huge)])
    for (const [what, body] of spoil(valid)) {
      if (contract.body!.safeParse(body).success) continue
      wrong.push(['invalid_fields', what, () => send(body)])
    }
    for (let at = 0; at < wrong.length; at += 16) {
      const some = wrong.slice(at, at + 16)
      await Promise.all(some.map(([code, what, ask]) => expectCode(code, what, ask())))
    }
  }
  expect(refused).toBeGreaterThan(400)
  expect(await readTables(world)).toEqual(before)
}, 240_000)

const wrongIds = ['x', 'vid_', '%00', '..%2f..', 'null', "'%20or%201=1--", 'a'.repeat(5000)]

test('a wrong or unknown id is nothing, and a wrong query is refused', async () => {
  const before = await readTables(world)
  // A browser comes back to `finishOutside`: it is led to a page whatever is wrong.
  const named = contracts.filter(({ params, id }) => params && id !== 'finishOutside')
  for (const contract of named) {
    const body = bodies[contract.id] ?? undefined
    const user = callerOf(contract)
    const names = [...contract.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!)
    for (const name of names) {
      const taken = own()[name]!
      const wrong = [
        ...wrongIds,
        `${taken}x`,
        taken.slice(1),
        taken.toUpperCase(),
        world.id('lease'),
      ]
      if (name === 'partNumber') wrong.splice(0, Infinity, '0', '-1', '1.5', 'x', '10001', '1e9')
      for (const id of wrong) {
        const headers: Record<string, string> =
          contract.auth === 'task' ? { authorization: `Bearer ${taskToken(world, taskId)}` } : {}
        const reply = await call(contract, {
          ids: { ...own(), [name]: id },
          body,
          headers,
          ...user,
        })
        expectProblem(contract, reply, `${name} ${id.slice(0, 20)}`)
        expect(reply.status, `${contract.id} ${id}`).toBe(404)
      }
    }
    if (contract.auth === 'task') continue
    const reply = await call(contract, { ids: missing(), body, ...callerOf(contract) })
    // A token in the body is judged first, and a wrong one says the same of every video.
    const isByToken = contract.id === 'sendBeacon'
    const code = isByToken ? 'playback_denied' : 'not_found'
    expect(expectProblem(contract, reply, 'missing')).toBe(code)
  }
  const paged = contracts.filter(({ query }) => query && 'limit' in query.shape)
  for (const contract of paged) {
    const ask = (query: string) => call(contract, { ids: own(), query, ...callerOf(contract) })
    for (const query of [
      '?limit=0',
      '?limit=101',
      '?limit=x',
      '?limit=',
      `?cursor=${'x'.repeat(201)}`,
    ]) {
      expect(expectProblem(contract, await ask(query), query)).toBe('invalid_fields')
    }
    for (const query of ['?cursor=%00', "?cursor='--", '?cursor=.', '?cursor=9e999.x', '?x[]=1']) {
      expect((await ask(query)).status, `${contract.id} ${query}`).toBeLessThan(500)
    }
  }
  expect(await readTables(world)).toEqual(before)
})

test('another method at the same address is told what the address takes', async () => {
  for (const address of new Set(contracts.map((contract) => contract.path))) {
    const here = contracts.filter((contract) => contract.path === address)
    const [contract] = here
    const taken = here.map(({ method }) => method)
    const method = (['put', 'delete', 'patch'] as const).find((one) => !taken.includes(one))!
    const reply = await call({ ...contract!, method }, { ids: own(), user: owner })
    expect(reply, address).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } })
    const allowed = reply.headers.get('allow')?.toLowerCase().split(', ')
    expect(allowed?.toSorted()).toEqual(taken.toSorted())
  }
})

test('a token that is wrong or has expired opens no route', async () => {
  const tokens = ['', 'x', 'a.b.c', `${owner.accessToken}x`, owner.accessToken.replace('.', '..')]
  const before = await readTables(world)
  const guarded = contracts.filter(({ auth }) => auth !== 'public' && auth !== 'refresh')
  const tryAll = async (tokensToTry: string[], code: ErrorCode) => {
    for (const contract of guarded) {
      const body = bodies[contract.id] ?? undefined
      for (const token of tokensToTry) {
        const headers = { authorization: `Bearer ${token}` }
        const reply = await call(contract, { ids: own(), body, headers })
        const isTask = contract.auth === 'task'
        expect(expectProblem(contract, reply, token)).toBe(isTask ? 'unauthorized' : code)
      }
    }
  }
  await tryAll([...tokens, taskToken(world, 'tsk_x')], 'unauthorized')
  const expiring = taskToken(world, taskId, world.now() + 1000)
  world.tick(31 * 60_000)
  await tryAll([owner.accessToken], 'token_expired')
  for (const contract of guarded.filter(({ auth }) => auth === 'task')) {
    const headers = { authorization: `Bearer ${expiring}` }
    const reply = await call(contract, { ids: own(), body: bodies[contract.id], headers })
    expect(expectProblem(contract, reply, 'expired')).toBe('unauthorized')
  }
  const refresh = contracts.find(({ id }) => id === 'refresh')!
  for (const cookie of ['', 'lantern_refresh=', 'lantern_refresh=x', 'lantern_refresh=a.b.c']) {
    const reply = await call(refresh, { ids: own(), headers: { cookie } })
    expectProblem(refresh, reply, cookie)
    expect(reply.status).toBe(401)
  }
  expect(await readTables(world)).toEqual(before)
})
