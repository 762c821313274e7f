import { createRoot, createSignal } from 'solid-js'
import type { Challenge, Me, Membership, Session, User } from '#contracts/auth.ts'
import type { WorkspaceId } from '#contracts/id.ts'
import { createClient } from './client.ts'
import {
  castsDoubt,
  followWorkspaceChoice,
  pickWorkspace,
  rememberWorkspace,
} from './current-workspace.ts'
import { hasCode } from './error.ts'
import { queryClient } from './query.ts'

export type SessionStatus = 'unknown' | 'signed-in' | 'signed-out'

interface Account {
  status: SessionStatus
  user?: User
  workspaces: Membership[]
  isAdmin?: boolean
}

/** What a sign-in still lacks. */
export type SecondStep = Challenge['challenge']

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
    if (!session) sessionEnded()
  },
  onRefused: (error, method, path) => {
    if (castsDoubt(error, method, path)) void lookAgain()
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
  if (account().status === 'signed-in') forgetAnswers()
  client.use(null)
  storage.set(false)
  setAccount({ status: 'signed-out', workspaces: [] })
}

/** What was read as somebody is not left for whoever comes next; open pages ask again as strangers. */
function forgetAnswers() {
  queryClient.removeQueries({ type: 'inactive' })
  void queryClient.resetQueries({ type: 'active' })
}

const [wasEnded, setEnded] = createRoot(() => createSignal(false))
/** True where the server ended the session, false where its holder left it. */
export const sessionWasEnded = wasEnded

function sessionEnded() {
  if (account().status === 'signed-out') return
  setEnded(storage.get())
  signedOut()
}

async function loadMe(): Promise<void> {
  const me = await client.call<Me>('GET', '/api/v1/me')
  const { user, workspaces, isAdmin } = me
  setAccount({ status: 'signed-in', user, workspaces, isAdmin })
  storage.set(true)
}

let reloading: Promise<void> | undefined
/** Looks again at who I am and what I may do where. Concurrent callers share one request. */
export function reloadMe(): Promise<void> {
  reloading ??= loadMe().finally(() => (reloading = undefined))
  return reloading
}

/** Where it fails, what is known stays. */
const lookAgain = (): Promise<void> => reloadMe().catch(() => undefined)

/** Shows what an answer says of this person. */
export const takeUser = (user: User): void => void setAccount((known) => ({ ...known, user }))

async function enter<T extends Session | Challenge = Session>(path: string, body: unknown) {
  const answer = await client.call<T>('POST', path, { body, auth: 'none' })
  if ('challenge' in answer) return answer.challenge
  client.use(answer)
  await loadMe()
  setEnded(false)
  return undefined
}

/**
 * Signs in, or answers the second step that is asked for. Throws ApiError: `invalid_credentials`,
 * `invalid_fields`, `suspended`, `rate_limited`.
 */
export const login = (body: { email: string; password: string }): Promise<SecondStep | undefined> =>
  enter<Session | Challenge>('/api/v1/auth/login', body)

/** What proves who somebody is, beside or in place of a password. */
interface PasskeyProof {
  challenge: string
  answer: object
}
type SecondProof =
  | { method: 'totp' | 'recovery'; token: string; code: string }
  | ({ method: 'passkey'; token: string } & PasskeyProof)

/** Throws ApiError: `code_wrong`, `challenge_ended`, `passkey_unknown`, `suspended`, `rate_limited`. */
export async function answerChallenge(body: SecondProof): Promise<void> {
  await enter('/api/v1/auth/challenge', body)
}

/** Throws ApiError: `challenge_ended`, `passkey_unknown`, `suspended`, `rate_limited`. */
export async function enterByPasskey(body: PasskeyProof): Promise<void> {
  await enter('/api/v1/auth/passkey', body)
}

/** Throws ApiError: `email_taken`, `invalid_fields`, `rate_limited`. */
export async function register(body: {
  email: string
  password: string
  displayName: string
}): Promise<void> {
  await enter('/api/v1/auth/register', body)
}

/** Ends the session here and, through the storage event, in the other tabs. */
export async function logout(): Promise<void> {
  await client.call<void>('POST', '/api/v1/auth/logout', { auth: 'none' })
  signedOut()
}

/** For what ends every session on the server: a new password by mail, the end of the account. */
export const forgetSession = signedOut

async function restore(): Promise<void> {
  try {
    const refreshed = client.refresh()
    client.holdFor(refreshed)
    await refreshed
    await loadMe()
  } catch (error) {
    if (hasCode(error, 'session_ended', 'unauthorized', 'invalid_request')) return sessionEnded()
    // The server did not say that the session ended, so keep trying.
    setTimeout(() => void restore(), retryMs)
  }
}

const expectedKey = 'lantern-expected'
/** A sign-in at another service may come back with a cookie and without a word. */
export function expectSession(): void {
  try {
    sessionStorage.setItem(expectedKey, '1')
  } catch {
    // The next visit then begins at the log-in page.
  }
}
function isExpected(): boolean {
  try {
    const isSet = sessionStorage.getItem(expectedKey) !== null
    sessionStorage.removeItem(expectedKey)
    return isSet
  } catch {
    return false
  }
}

export function startSession(): void {
  if (isExpected() || storage.get()) void restore()
  else signedOut()

  followWorkspaceChoice()
  addEventListener('storage', (event) => {
    if (event.key !== hintKey) return
    if (event.newValue === null) signedOut()
    else if (account().status !== 'signed-in') void restore()
  })
}
