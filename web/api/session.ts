import { createRoot, createSignal } from 'solid-js'
import type { Me, Membership, Session, User } from '#contracts/auth.ts'
import type { WorkspaceId } from '#contracts/id.ts'
import { createClient } from './client.ts'
import {
  castsDoubt,
  followWorkspaceChoice,
  pickWorkspace,
  rememberWorkspace,
} from './current-workspace.ts'
import { hasCode } from './error.ts'

export type SessionStatus = 'unknown' | 'signed-in' | 'signed-out'

interface Account {
  status: SessionStatus
  user?: User
  workspaces: Membership[]
  isAdmin?: boolean
}

/** Says that a refresh cookie may exist: strangers then never ask, and see no 401. */
const hintKey = 'lantern-signed-in'
const retryMs = 3000

const [account, setAccount] = createRoot(() =>
  createSignal<Account>({ status: 'unknown', workspaces: [] }),
)

export const sessionStatus = (): SessionStatus => account().status
export const currentUser = (): User | undefined => account().user
/** Keeps this server. */
export const isAdmin = (): boolean => account().isAdmin === true
export const workspaces = (): Membership[] => account().workspaces
/** Undefined for strangers, and for those who have left every workspace. */
export const currentWorkspace = (): Membership | undefined =>
  pickWorkspace(account().workspaces, account().user?.id)

export function chooseWorkspace(id: WorkspaceId): void {
  const user = currentUser()
  if (user) rememberWorkspace(user.id, id)
}

export const client = createClient({
  fetch: (...args) => fetch(...args),
  lock: (run) =>
    // Web Locks exist only in secure contexts; without them each tab refreshes alone.
    'locks' in navigator ? navigator.locks.request('lantern-refresh', run) : run(),
  now: () => Date.now(),
  isOnline: () => navigator.onLine,
  onSession: (session) => {
    if (!session) signedOut()
  },
  onRefused: (error, method, path) => {
    if (castsDoubt(error, method, path)) void reloadMe()
  },
})

const storage = {
  get: (): boolean => {
    try {
      return localStorage.getItem(hintKey) === '1'
    } catch {
      return false
    }
  },
  set: (isSignedIn: boolean) => {
    try {
      if (isSignedIn) localStorage.setItem(hintKey, '1')
      else localStorage.removeItem(hintKey)
    } catch {
      // Without storage the session lasts as long as the page.
    }
  },
}

function signedOut() {
  client.use(null)
  storage.set(false)
  setAccount({ status: 'signed-out', workspaces: [] })
}

/** Reads again who this is, for what has changed on the server. */
export async function loadMe(): Promise<void> {
  const me = await client.call<Me>('GET', '/api/v1/me')
  const { user, workspaces, isAdmin } = me
  setAccount({ status: 'signed-in', user, workspaces, isAdmin })
  storage.set(true)
}

let reloading: Promise<void> | undefined
/** Concurrent callers share one request; where it fails, what is known stays. */
async function reloadMe(): Promise<void> {
  reloading ??= loadMe().finally(() => (reloading = undefined))
  await reloading.catch(() => undefined)
}

async function enter(path: string, body: unknown): Promise<void> {
  const session = await client.call<Session>('POST', path, { body, auth: 'none' })
  client.use(session)
  await loadMe()
}

/** Throws ApiError: `invalid_credentials`, `invalid_fields`, `rate_limited`. */
export const login = (body: { email: string; password: string }): Promise<void> =>
  enter('/api/v1/auth/login', body)

/** Throws ApiError: `email_taken`, `invalid_fields`, `rate_limited`. */
export const register = (body: {
  email: string
  password: string
  displayName: string
}): Promise<void> => enter('/api/v1/auth/register', body)

/** Ends the session here and, through the storage event, in the other tabs. */
export async function logout(): Promise<void> {
  await client.call<void>('POST', '/api/v1/auth/logout', { auth: 'none' })
  signedOut()
}

async function restore(): Promise<void> {
  try {
    const refreshed = client.refresh()
    client.holdFor(refreshed)
    await refreshed
    await loadMe()
  } catch (error) {
    if (hasCode(error, 'session_ended', 'unauthorized', 'invalid_request')) return signedOut()
    // The server did not say that the session ended, so keep trying.
    setTimeout(() => void restore(), retryMs)
  }
}

export function startSession(): void {
  if (storage.get()) void restore()
  else signedOut()

  followWorkspaceChoice()
  addEventListener('storage', (event) => {
    if (event.key !== hintKey) return
    if (event.newValue === null) signedOut()
    else if (account().status !== 'signed-in') void restore()
  })
}
