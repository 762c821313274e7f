import { createRoot, createSignal } from 'solid-js'
import type { Membership } from '#contracts/auth.ts'
import type { ApiError } from './error.ts'

const keyOf = (userId: string) => `lantern-workspace-${userId}`

/** By account; over what is stored, for browsers that store nothing. */
const [choices, setChoices] = createRoot(() => createSignal<Record<string, string>>({}))

function stored(userId: string): string | null {
  try {
    return localStorage.getItem(keyOf(userId))
  } catch {
    return null
  }
}

export function rememberWorkspace(userId: string, workspaceId: string): void {
  setChoices((all) => ({ ...all, [userId]: workspaceId }))
  try {
    localStorage.setItem(keyOf(userId), workspaceId)
  } catch {
    // The choice then lasts as long as the page.
  }
}

/** The one that the account chose last, here or in another tab; else the first. */
export function pickWorkspace(
  workspaces: Membership[],
  userId: string | undefined,
): Membership | undefined {
  const chosen = userId && (choices()[userId] ?? stored(userId))
  return workspaces.find(({ id }) => id === chosen) ?? workspaces[0]
}

/** Takes over what another tab chooses. */
export function followWorkspaceChoice(): void {
  addEventListener('storage', (event) => {
    if (event.key?.startsWith(keyOf(''))) setChoices({})
  })
}

/** What was refused may be so because a role has changed, or a membership has ended. */
export function castsDoubt({ code }: ApiError, method: string, path: string): boolean {
  if (code === 'forbidden' || code === 'suspended') return true
  // A video that is gone is seen often; looking at one says nothing about who looks.
  return code === 'not_found' && (method !== 'GET' || path.startsWith('/api/v1/workspaces/'))
}
