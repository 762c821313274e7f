import { OAuth2Server } from 'oauth2-mock-server'
import type { Reply } from '../../../../scripts/lib/client.ts'
import type { TestUser } from '../../../test/user.ts'
import type { World } from '../../../test/world.ts'

type Claims = Record<string, unknown>

/** A service that vouches for people, as a test wants it. */
export interface Service {
  server: OAuth2Server
  issuer: string
  /** Of every ID token from now on. */
  claims: Claims
  /** Changes the next answer of the token endpoint. */
  spoil: ((body: Record<string, unknown>) => unknown) | undefined
  /** Parameters of the way back, changed or added. */
  back: Record<string, string>
}

export async function startService(): Promise<Service> {
  const server = new OAuth2Server()
  await server.issuer.keys.generate('RS256')
  await server.start(0, '127.0.0.1')
  const issuer = `http://127.0.0.1:${server.address().port}`
  server.issuer.url = issuer
  const service: Service = { server, issuer, claims: {}, spoil: undefined, back: {} }
  server.service.on('beforeTokenSigning', (token: { payload: Claims }) => {
    Object.assign(token.payload, service.claims)
  })
  server.service.on('beforeResponse', (response: { body: unknown; statusCode: number }) => {
    const { spoil } = service
    service.spoil = undefined
    const spoilt = spoil?.(response.body as Record<string, unknown>)
    if (typeof spoilt === 'number') response.statusCode = spoilt
  })
  server.service.on('beforeAuthorizeRedirect', ({ url }: { url: URL }) => {
    for (const [name, value] of Object.entries(service.back)) url.searchParams.set(name, value)
  })
  return service
}

export const cookiesOf = (reply: Reply): Record<string, string> =>
  Object.fromEntries(
    reply.headers.getSetCookie().map((line) => {
      const [name = '', value = ''] = line.split(';')[0]!.split('=')
      return [name, value]
    }),
  )

interface Start {
  provider?: string
  /** Links for them instead of signing in. */
  by?: TestUser
  next?: string
}

/** Begins in a browser: where it is sent, and what it keeps. */
export async function begin(world: World, { provider = 'mock', by, next }: Start = {}) {
  const reply = by
    ? await world.as(by).post(`/api/v1/me/outside/${provider}`, {})
    : await world.as().post(`/api/v1/auth/outside/${provider}`, next ? { next } : {})
  const cookie = `lantern_outside=${cookiesOf(reply)['lantern_outside']}`
  return { reply, url: reply.body.url as string, cookie }
}

/** Signs in there, and answers the path that the browser is sent back to. */
export async function visit(url: string): Promise<string> {
  const response = await fetch(url, { redirect: 'manual' })
  const back = new URL(response.headers.get('location') ?? '')
  return back.pathname + back.search
}

export const comeBack = (world: World, path: string, cookie: string) =>
  world.as().get(path, { cookie })

/** The whole way: begin, sign in there, come back. */
export async function goThrough(world: World, start: Start = {}): Promise<Reply> {
  const { url, cookie } = await begin(world, start)
  return comeBack(world, await visit(url), cookie)
}

export const placeOf = (reply: Reply) => [reply.status, reply.headers.get('location')]

/** Who is signed in by the cookie that a reply sets. */
export async function whoIs(world: World, reply: Reply) {
  const cookie = `lantern_refresh=${cookiesOf(reply)['lantern_refresh']}`
  const session = await world.as().post('/api/v1/auth/refresh', undefined, { cookie })
  const bearer = { authorization: `Bearer ${session.body.accessToken}` }
  const me = await world.as().get('/api/v1/me', bearer)
  return { ...me.body, bearer }
}
