import { globSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Endpoint } from '#contracts/endpoint.ts'
import { type World, createWorld } from './world.ts'

let world: World
let mounted: string[]

beforeAll(async () => {
  world = await createWorld()
  const { paths } = (await world.as().get('/api/v1/openapi.json')).body as {
    paths: Record<string, Record<string, { operationId: string }>>
  }
  mounted = Object.values(paths).flatMap((methods) =>
    Object.values(methods).map((operation) => operation.operationId),
  )
})
afterAll(() => world.stop())

const isEndpoint = (value: unknown): value is Endpoint =>
  typeof value === 'object' && value !== null && 'auth' in value && 'path' in value

async function readContracts(): Promise<Endpoint[]> {
  const folder = path.resolve(import.meta.dirname, '../contracts')
  const files = globSync('*.ts', { cwd: folder, exclude: ['*.test.ts'] })
  const rooms = await Promise.all(files.map((file) => import(path.join(folder, file))))
  return rooms.flatMap((room) => Object.values(room).filter(isEndpoint))
}

test('each contract is mounted, once', async () => {
  const contracts = await readContracts()
  expect(contracts.length).toBeGreaterThan(20)
  expect(mounted.toSorted()).toEqual(contracts.map(({ id }) => id).toSorted())
})

test('an unknown address and a wrong method are told apart', async () => {
  expect(await world.as().get('/api/v1/nothing')).toMatchObject({
    status: 404,
    body: { code: 'not_found' },
  })
  const wrong = await world.as().put('/api/v1/me')
  expect(wrong).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } })
  expect(wrong.headers.get('allow')).toBe('GET, PATCH, DELETE')
})

test('every answer names its request, and a given id is kept', async () => {
  const reply = await world.as().get('/healthz')
  expect(reply.headers.get('x-request-id')).toMatch(/^req_/)
  const given = 'req_01kaf3v9gq8y2n5s7t4w6x0z1b'
  const again = await world.as().get('/healthz', { 'x-request-id': given })
  expect(again.headers.get('x-request-id')).toBe(given)
})

test('the Worker refuses to start without a secret, and names it to the log alone', async () => {
  const bare = await createWorld({ env: { TASK_SECRET: '' } })
  const reply = await bare.as().get('/healthz')
  expect(reply.status).toBe(500)
  expect(JSON.stringify(reply.body)).not.toContain('TASK_SECRET')
  await bare.stop()
})

test('odd spellings of addresses get the web app or a problem, never a failure', async () => {
  for (const path of ['/%2e%2e/p/x', '//api/v1/me', '/api/v1/%00', '/p/%', '/watch/%F0%9F%98%80']) {
    const response = await fetch(world.url + path)
    expect(response.status, path).toBeLessThan(500)
    await response.body?.cancel()
  }
})
