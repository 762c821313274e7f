import { Secret, TOTP } from 'otpauth'
import { type Reply, expectStatus } from '../../scripts/lib/client.ts'
import { type Authenticator, createAuthenticator } from './authenticator.ts'
import type { TestUser } from './user.ts'
import type { World } from './world.ts'

const stepMs = 30_000

/** The six digits that an app shows `steps` from now. */
export const totpCode = (world: World, secret: string, steps = 0): string =>
  TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: world.now() + steps * stepMs })

/** Turns an authenticator app on, and waits for the code after the one that this took. */
export async function addTotp(world: World, user: TestUser) {
  const { secret } = expectStatus(await world.as(user).post('/api/v1/me/totp'), 200, 'start')
  const confirm = await world.as(user).put('/api/v1/me/totp', { code: totpCode(world, secret) })
  const { recoveryCodes } = expectStatus(confirm, 200, 'confirm')
  world.tick(stepMs)
  return { secret: secret as string, recoveryCodes: recoveryCodes as string[] }
}

/** Makes a passkey for `user`, in an authenticator of its own unless one is given. */
export async function addPasskey(
  world: World,
  user: TestUser,
  key: Authenticator = createAuthenticator(world.url),
) {
  const ask = await world.as(user).post('/api/v1/me/passkeys/options')
  const { challenge, options } = expectStatus(ask, 200, 'ask for a passkey')
  const made = { challenge, name: 'Laptop', answer: key.make(options) }
  const added = await world.as(user).post('/api/v1/me/passkeys', made)
  return { key, id: expectStatus(added, 201, 'add a passkey').id as string }
}

let places = 0
/** The headers of a caller whom no limit knows yet. */
export const somewhere = () => ({ 'x-forwarded-for': `198.51.100.${++places}` })

export const login = (world: World, { email, password }: TestUser, headers = {}) =>
  world.as().post('/api/v1/auth/login', { email, password }, { ...somewhere(), ...headers })

/** The token of the second step that a right password leads to. */
export async function startLogin(world: World, user: TestUser): Promise<string> {
  const { challenge } = expectStatus(await login(world, user), 200, 'login')
  return challenge.token
}

export const outcomeOf = (reply: Reply) => [reply.status, reply.body?.code]

/** Like `outcomeOf`, of many at once and in order, so that a race reads well. */
export const outcomesOf = (replies: Reply[]) => replies.map(outcomeOf).toSorted()

/** Subjects of the mails to somebody, the oldest first. */
export async function subjectsTo(world: World, { email }: TestUser): Promise<string[]> {
  const read = world.db.prepare('select subject from mails where recipient = ? order by id')
  const { results } = await read.bind(email).all<{ subject: string }>()
  return results.map(({ subject }) => subject)
}

/** Kinds of the facts about somebody's factors, the oldest first. */
export async function factorFacts(world: World, { id }: TestUser): Promise<string[]> {
  const read = world.db.prepare(
    `select kind from events where kind like 'factor.%' and data ->> 'userId' = ? order by seq`,
  )
  const { results } = await read.bind(id).all<{ kind: string }>()
  return results.map(({ kind }) => kind)
}

export async function countSessions(world: World, { id }: TestUser): Promise<number> {
  const read = world.db.prepare('select count(*) as n from sessions where user_id = ?').bind(id)
  return (await read.first<number>('n')) ?? 0
}
