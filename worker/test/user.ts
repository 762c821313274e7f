import type { Client } from '../../scripts/lib/client.ts'
import { expectStatus } from '../../scripts/lib/client.ts'

export interface TestUser {
  id: string
  email: string
  password: string
  displayName: string
  accessToken: string
  workspaceId: string
  handle: string
  /** `name=value`, as a browser would send it back. */
  refreshCookie: string
}

export interface Registration {
  displayName?: string
  email?: string
  /** Of a person who has not confirmed their address yet: false. */
  isVerified?: boolean
}

/** Signs up through the real route, so the account has its workspace and session. */
export async function registerUser(
  stranger: Client,
  count: number,
  options: Registration,
): Promise<TestUser> {
  const displayName = options.displayName ?? `Person ${count}`
  const email = options.email ?? `person${count}@example.com`
  const password = `correct horse ${count}`
  // Each person calls from an address of their own, so the limit on sign-ups holds none back.
  const headers = { 'x-forwarded-for': `10.9.${count >> 8}.${count & 255}` }
  const signUp = { email, password, displayName }
  const reply = await stranger.post('/api/v1/auth/register', signUp, headers)
  const { user, accessToken } = expectStatus(reply, 201, `register ${email}`)

  const bearer = { authorization: `Bearer ${accessToken}` }
  const me = expectStatus(await stranger.get('/api/v1/me', bearer), 200, 'me')
  const [workspace] = me.workspaces
  return {
    id: user.id,
    email,
    password,
    displayName,
    accessToken,
    workspaceId: workspace.id,
    handle: workspace.handle,
    refreshCookie: reply.headers.getSetCookie()[0]?.split(';')[0] ?? '',
  }
}
