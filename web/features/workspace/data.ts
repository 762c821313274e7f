import { useQuery } from '@tanstack/solid-query'
import type { Role } from '#contracts/auth.ts'
import type { Workspace } from '#contracts/workspace.ts'
import { keys } from '../../api/query.ts'
import { currentWorkspace } from '../../api/session.ts'
import { getWorkspace } from '../../api/workspace.ts'

/** Settings pages live and die with their workspace, so its id holds for a whole page. */
export function createCurrentWorkspace() {
  const id = currentWorkspace()!.id
  const query = useQuery(() => ({
    queryKey: keys.workspace(id),
    queryFn: ({ signal }) => getWorkspace(id, signal),
  }))
  const workspace = (): Workspace | undefined => (query.isSuccess ? query.data : undefined)
  const membership = () => {
    const current = currentWorkspace()
    return current?.id === id ? current : undefined
  }
  return {
    id,
    query,
    workspace,
    name: () => membership()?.name ?? workspace()?.name ?? 'this workspace',
    /** In a suspended workspace everybody only looks. */
    role: (): Role | undefined => (workspace()?.isSuspended ? 'viewer' : membership()?.role),
  }
}

export type CurrentWorkspace = ReturnType<typeof createCurrentWorkspace>
