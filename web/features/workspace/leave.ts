import type { WorkspaceId } from '#contracts/id.ts'
import { queryClient } from '../../api/query.ts'
import { chooseWorkspace, workspaces } from '../../api/session.ts'
import { reloadAfterMyDoing } from './membership-watch.ts'

/** After leaving or deleting: another workspace is shown before this one drops out of the list. */
export async function turnAwayFrom(id: WorkspaceId, go: (path: string) => void): Promise<void> {
  const other = workspaces().find((one) => one.id !== id)
  if (other) chooseWorkspace(other.id)
  go('/studio')
  await reloadAfterMyDoing()
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey.includes(id) })
}
