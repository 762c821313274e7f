import { useQuery } from '@tanstack/solid-query'
import type { TranscodeSettings } from '#contracts/workspace.ts'
import { createAutosave } from '../../api/autosave.ts'
import { hasCode } from '../../api/error.ts'
import { keys, queryClient } from '../../api/query.ts'
import { currentWorkspace } from '../../api/session.ts'
import { getTranscodeSettings, updateTranscodeSettings } from '../../api/settings.ts'
import { canChangeSettings } from './policy.ts'

type Change = Partial<TranscodeSettings>

const workspaceId = () => currentWorkspace()?.id

/** How the workspace's films are converted: shown as chosen, saved at once. */
export function createTranscodeSettings() {
  const query = useQuery(() => ({
    queryKey: keys.transcodeSettings(workspaceId()),
    queryFn: ({ signal }) => getTranscodeSettings(workspaceId()!, signal),
    enabled: workspaceId() !== undefined,
  }))
  const show = (change: Change) =>
    queryClient.setQueryData<TranscodeSettings>(
      keys.transcodeSettings(workspaceId()),
      (known) => known && { ...known, ...change },
    )
  const autosave = createAutosave<Change>(async (change) => {
    try {
      await updateTranscodeSettings(workspaceId()!, change)
    } catch (error) {
      // Somebody took the right away meanwhile: what is shown must be what is true.
      if (hasCode(error, 'forbidden')) void query.refetch()
      throw error
    }
  })
  return {
    query,
    settings: () => (query.isPending || query.isLoadingError ? undefined : query.data),
    autosave,
    canChange: () =>
      canChangeSettings(currentWorkspace()?.role) && !hasCode(autosave.error(), 'forbidden'),
    async choose(change: Change): Promise<void> {
      // An answer on its way would bring the former state back.
      await queryClient.cancelQueries({ queryKey: keys.transcodeSettings(workspaceId()) })
      show(change)
      autosave.choose(change)
    },
  }
}

export type Settings = ReturnType<typeof createTranscodeSettings>
