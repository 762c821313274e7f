import { TOTP } from 'otpauth'
import { expectStatus } from '../../scripts/lib/client.ts'
import type { TestUser } from './user.ts'
import type { World } from './world.ts'

const stepMs = 30_000

/** The six digits that an app shows `steps` from now. */
export const codeOf = (world: World, secret: string, steps = 0): string =>
  TOTP.generate({
    ...TOTP.defaults,
    secret: secretOf(secret),
    timestamp: world.now() + steps * stepMs,
  })

const secretOf = (secret: string) => new TOTP({ secret }).secret

/** Turns an authenticator app on, and waits for the code after the one that this took. */
export async function addTotp(world: World, user: TestUser) {
  const { secret } = expectStatus(await world.as(user).post('/api/v1/me/totp'), 200, 'start')
  const confirm = await world.as(user).put('/api/v1/me/totp', { code: codeOf(world, secret) })
  const { recoveryCodes } = expectStatus(confirm, 200, 'confirm')
  world.tick(stepMs)
  return { secret: secret as string, recoveryCodes: recoveryCodes as string[] }
}
