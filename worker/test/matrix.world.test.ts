import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Endpoint } from '#contracts/endpoint.ts'
import { type ErrorCode, errorCodes } from '#contracts/error.ts'
import type { Reply } from '../../scripts/lib/client.ts'
import { bodies, readContracts } from './every-route.ts'
import { type Principal, type Team, createTeam, listPrincipals } from './matrix-principals.ts'
import { type Place, rights, verdictOf } from './matrix-verdict.ts'
import { readObjects, readTables } from './matrix-state.ts'
import { type World, createWorld } from './world.ts'

let world: World
let contracts: Endpoint[]
let first: Team
let second: Team
let principals: Principal[]
let places: Record<Place, Record<string, string>>

beforeAll(async () => {
  world = await createWorld({ env: { PLATFORM_ADMINS: 'root@example.com' } })
  const { paths } = (await world.as().get('/api/v1/openapi.json')).body as {
    paths: Record<string, Record<string, { operationId: string }>>
  }
  const routes = Object.values(paths).flatMap((methods) => Object.values(methods))
  const mounted = new Set(routes.map(({ operationId }) => operationId))
  contracts = (await readContracts()).filter(({ id }) => mounted.has(id))
  first = await createTeam(world, 'First')
  second = await createTeam(world, 'Second')
  const gone = await createTeam(world, 'Gone')
  await removeTeam(gone)
  principals = await listPrincipals(world, first, second)
  places = { first: first.ids, second: second.ids, deleted: gone.ids, missing: nobody(first) }
}, 120_000)
afterAll(() => world.stop())

/** As the verbs leave it: rows that are marked, or gone. */
async function removeTeam(team: Team): Promise<void> {
  const { db } = world
  const { ids, workspaceId } = team
  const run = (sql: string, ...values: unknown[]) => db.prepare(sql).bind(...values)
  await db.batch([
    run('update workspaces set deleted_at = ? where id = ?', world.now(), workspaceId),
    run(
      'update videos set deleted_at = ?, purged_at = ? where id = ?',
      world.now(),
      world.now(),
      ids['videoId'],
    ),
    run(
      `update uploads set state = 'aborted', ended_at = ? where id = ?`,
      world.now(),
      ids['uploadId'],
    ),
    run('delete from memberships where workspace_id = ?', workspaceId),
    run('delete from invitations where workspace_id = ?', workspaceId),
    run('update api_keys set revoked_at = ? where workspace_id = ?', world.now(), workspaceId),
    run('update signing_keys set revoked_at = ? where workspace_id = ?', world.now(), workspaceId),
    run('delete from passkeys where id = ?', ids['passkeyId']),
    run('delete from links where id = ?', ids['linkId']),
    run('update sessions set ended_at = ? where id = ?', world.now(), ids['sessionId']),
    run('delete from users where id = ?', ids['userId']),
  ])
}

const nobody = (team: Team): Record<string, string> => ({
  ...team.ids,
  workspaceId: world.id('workspace'),
  videoId: world.id('video'),
  uploadId: world.id('upload'),
  taskId: world.id('task'),
  userId: world.id('user'),
  invitationId: world.id('invitation'),
  keyId: world.id('apiKey'),
  signingKeyId: world.id('signingKey'),
  passkeyId: world.id('passkey'),
  linkId: world.id('link'),
  sessionId: world.id('session'),
})

const requestId = 'req_01kaf3v9gq8y2n5s7t4w6x0z1b'
let callers = 0

/** Always under one request id, so that equal answers are equal to the byte. */
function call(contract: Endpoint, ids: Record<string, string>, headers: object): Promise<Reply> {
  const address = contract.path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name]!)
  callers += 1
  const body = bodies[contract.id] ?? undefined
  const all = {
    'x-request-id': requestId,
    'x-forwarded-for': `10.${60 + (callers >> 16)}.${(callers >> 8) & 255}.${callers & 255}`,
    ...(body && { 'content-type': 'application/json' }),
    ...headers,
  }
  const client = world.as()
  return contract.method === 'get'
    ? client.get(address, all)
    : client[contract.method](address, body, all)
}

const shown = ({ status, body, headers }: Reply) => {
  const { date: _date, ratelimit: _left, ...rest } = Object.fromEntries(headers)
  return { status, body, headers: rest }
}

const codeOf = (reply: Reply): string => (reply.body as { code?: string } | undefined)?.code ?? ''
const isRefusal = (code: string) => [401, 403, 404].includes(errorCodes[code as ErrorCode]?.[0])

test('each route has a right of its own', () => {
  expect(Object.keys(rights).toSorted()).toEqual(contracts.map(({ id }) => id).toSorted())
  expect(Object.keys(bodies).toSorted()).toEqual(contracts.map(({ id }) => id).toSorted())
})

/** Every id in the path from one place; and where there are two, one of them from another. */
function* spots(
  contract: Endpoint,
): Generator<{ place: Place; ids: Record<string, string>; what: string }> {
  for (const [place, ids] of Object.entries(places)) {
    yield { place: place as Place, ids, what: place }
    if (!contract.params) return
  }
  const names = [...contract.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!)
  const inner = names.slice(1).filter((name) => name.endsWith('Id'))
  for (const name of inner) {
    for (const place of ['second', 'deleted', 'missing'] as const) {
      const ids = { ...first.ids, [name]: places[place][name]! }
      yield { place: 'missing', ids, what: `${name} of ${place}` }
    }
  }
}

/** Every call of a route that must be refused. */
const refusals = (contract: Endpoint) =>
  principals.flatMap((principal) =>
    [...spots(contract)].flatMap(({ place, ids, what }) => {
      const expected = nestedVerdict(contract, principal, { place, what })
      return expected === null ? [] : [{ principal, ids, what, expected }]
    }),
  )

test('nobody gets in where they do not belong, and whoever is refused changes nothing', async () => {
  const startedAt = performance.now()
  const before = [await readTables(world), await readObjects(world)]
  const wrong: string[] = []
  let cells = 0
  for (const contract of contracts) {
    const refused = refusals(contract)
    cells += refused.length
    const found = await Promise.all(
      refused.map(async ({ principal, ids, what, expected }) => {
        const reply = await call(contract, ids, principal.headers)
        if (codeOf(reply) === expected) return []
        const got = `${reply.status} ${codeOf(reply)}`
        return [`${contract.id}, ${what}, ${principal.name}: ${expected}, not ${got}`]
      }),
    )
    wrong.push(...found.flat())
  }
  const after = [await readTables(world), await readObjects(world)]
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(
    `${contracts.length} routes × ${principals.length} principals: ${cells} refusals in ${seconds} s`,
  )
  expect(wrong).toEqual([])
  expect(after).toEqual(before)
  expect(cells).toBeGreaterThan(3000)
}, 300_000)

/** Of a nested object that is another's, roles are judged first: who may not act learns no more. */
function nestedVerdict(
  contract: Endpoint,
  principal: Principal,
  { place, what }: { place: Place; what: string },
): ErrorCode | null {
  const isNested = what.includes(' of ')
  const verdict = verdictOf(contract, principal, {
    place: isNested ? 'first' : place,
    teams: { first, second },
  })
  // Whoever may list the members learns nothing by asking for one who is none.
  const isSeen = verdict === 'forbidden' && /^(?:update|remove)Member$/.test(contract.id)
  return isNested && (verdict === null || isSeen) ? 'not_found' : verdict
}

test('whoever belongs gets in', async () => {
  const wrong: string[] = []
  let cells = 0
  for (const contract of contracts.filter(({ method }) => method === 'get')) {
    for (const principal of principals) {
      for (const { place, ids, what } of spots(contract)) {
        if (nestedVerdict(contract, principal, { place, what }) !== null) continue
        // Of what strangers may read by its name, a missing one is missing.
        if (contract.auth === 'public' && contract.params) continue
        cells += 1
        const reply = await call(contract, ids, principal.headers)
        if (reply.status < 300 || !isRefusal(codeOf(reply))) continue
        wrong.push(`${contract.id}, ${what}, ${principal.name}: ${reply.status} ${codeOf(reply)}`)
      }
    }
  }
  console.log(`${cells} reads let in`)
  expect(wrong).toEqual([])
}, 300_000)

test('what is another team’s answers as what is deleted and what never was, to the byte', async () => {
  const wrong: string[] = []
  let cells = 0
  for (const contract of contracts.filter(({ params, auth }) => params && auth !== 'public')) {
    for (const principal of principals.filter(({ second: role, isAdmin }) => !role && !isAdmin)) {
      const ask = async (place: Place) =>
        JSON.stringify(shown(await call(contract, places[place], principal.headers)))
      const [foreign, deleted, missing] = await Promise.all([
        ask('second'),
        ask('deleted'),
        ask('missing'),
      ])
      cells += 3
      if (foreign !== missing)
        wrong.push(`${contract.id} ${principal.name}: ${foreign} / ${missing}`)
      if (deleted !== missing)
        wrong.push(`${contract.id} ${principal.name}: ${deleted} / ${missing}`)
    }
  }
  console.log(`${cells} answers compared`)
  expect(wrong).toEqual([])
}, 300_000)

test('a team’s words reach nobody outside it', async () => {
  const outsiders = principals.filter(({ first: role, isAdmin }) => !role && !isAdmin)
  const reads = contracts.filter(({ method, params }) => method === 'get' && !params)
  for (const principal of outsiders) {
    for (const contract of reads) {
      const text = JSON.stringify((await call(contract, first.ids, principal.headers)).body ?? '')
      for (const secret of ['First film', 'First admin', 'First target', first.workspaceId]) {
        expect(text, `${contract.id} for ${principal.name}`).not.toContain(secret)
      }
    }
  }
}, 120_000)
