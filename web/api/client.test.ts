import { expect, test, vi } from 'vitest'
import type { Session } from '#contracts/auth.ts'
import { createClient } from './client.ts'

const sessionOf = (accessToken: string, expiresIn = 1800): Session => ({
  user: {
    id: 'usr_test',
    email: 'name@example.com',
    displayName: 'Name',
    isEmailVerified: true,
    bio: '',
    avatarUrl: null,
    createdAt: '2026-11-20T12:00:00.000Z',
  },
  accessToken,
  expiresIn,
})

const problem = (status: number, code: string, headers: Record<string, string> = {}) =>
  Response.json(
    { code, detail: 'A sentence.', requestId: 'req_1', status, title: '', type: '' },
    { status, headers },
  )

/** A server that takes one token; the refresh gives it. */
function setUp(options: { takes?: string; nowMs?: () => number } = {}) {
  const takes = options.takes ?? 'new'
  const onSession = vi.fn<(session: Session | null) => void>()
  const fetch = vi.fn<typeof globalThis.fetch>(async (url, init) => {
    if (String(url).endsWith('/auth/refresh')) return Response.json(sessionOf('new'))
    const bearer = new Headers(init?.headers).get('authorization')
    if (bearer !== `Bearer ${takes}`) return problem(401, 'token_expired')
    return Response.json({ url })
  })
  const client = createClient({
    fetch,
    lock: (run) => run(),
    now: options.nowMs ?? (() => 0),
    isOnline: () => true,
    onSession,
  })
  const refreshes = () =>
    fetch.mock.calls.filter(([url]) => String(url).endsWith('/auth/refresh')).length
  return { client, fetch, onSession, refreshes }
}

test('calls that meet an expired token share one refresh and are repeated', async () => {
  const { client, refreshes } = setUp()
  client.use(sessionOf('old'))
  const answers = await Promise.all(['/a', '/b', '/c'].map((path) => client.call('GET', path)))
  expect(answers).toEqual([{ url: '/a' }, { url: '/b' }, { url: '/c' }])
  expect(refreshes()).toBe(1)
})

test('a token about to end is renewed before it is used', async () => {
  let nowMs = 0
  const { client, fetch, refreshes } = setUp({ nowMs: () => nowMs })
  client.use(sessionOf('old', 60))
  nowMs = 50_000
  await client.call('GET', '/a')
  expect(refreshes()).toBe(1)
  expect(fetch).toHaveBeenCalledTimes(2)
})

test('a second refusal is an error, not a loop', async () => {
  const { client, refreshes } = setUp({ takes: 'neither' })
  client.use(sessionOf('old'))
  await expect(client.call('GET', '/a')).rejects.toMatchObject({ code: 'token_expired' })
  expect(refreshes()).toBe(1)
})

test('a stranger is refused without a refresh', async () => {
  const { client, refreshes } = setUp()
  await expect(client.call('GET', '/a')).rejects.toMatchObject({ status: 401, requestId: 'req_1' })
  expect(refreshes()).toBe(0)
})

test('a session that has ended is told, once', async () => {
  const { client, fetch, onSession } = setUp()
  fetch.mockImplementation(async (url) =>
    problem(401, String(url).endsWith('/auth/refresh') ? 'session_ended' : 'token_expired'),
  )
  client.use(sessionOf('old'))
  await expect(client.call('GET', '/a')).rejects.toMatchObject({ code: 'session_ended' })
  expect(onSession.mock.calls).toEqual([[null]])
})

test('calls wait for the first refresh of the page', async () => {
  const { client } = setUp()
  client.holdFor(client.refresh())
  await expect(client.call('GET', '/a')).resolves.toEqual({ url: '/a' })
})

test('no network is an error of its own', async () => {
  const { client, fetch } = setUp()
  fetch.mockRejectedValue(new TypeError('Failed to fetch'))
  await expect(client.call('GET', '/a')).rejects.toMatchObject({ status: 0, code: 'network' })
})

test('an error carries its fields and how long to wait', async () => {
  const { client, fetch } = setUp()
  fetch.mockResolvedValue(problem(429, 'rate_limited', { 'retry-after': '42' }))
  await expect(client.call('POST', '/a')).rejects.toMatchObject({
    code: 'rate_limited',
    retryAfterMs: 42_000,
  })
})

test('a page in place of an answer is named as unreadable', async () => {
  const { client, fetch } = setUp()
  fetch.mockResolvedValue(new Response('<html>', { status: 502 }))
  await expect(client.call('GET', '/a')).rejects.toMatchObject({ code: 'unreadable', status: 502 })
})
