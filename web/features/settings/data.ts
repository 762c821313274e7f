import { useQuery } from '@tanstack/solid-query'
import { createSignal } from 'solid-js'
import type { TranscodeSettings } from '#contracts/workspace.ts'
import { createAutosave } from '../../api/autosave.ts'
import { hasCode } from '../../api/error.ts'
import { keys, queryClient } from '../../api/query.ts'
import { currentWorkspace } from '../../api/session.ts'
import { getTranscodeSettings, updateTranscodeSettings } from '../../api/settings.ts'
import { canChangeSettings, leftOf } from './policy.ts'

type Change = Partial<TranscodeSettings>

/** How the workspace's films are converted: shown as chosen, saved at once. */
export function createTranscodeSettings() {
  // What waits to be saved when the reader turns to another workspace belongs to this one.
  const id = currentWorkspace()!.id
  const query = useQuery(() => ({
    queryKey: keys.transcodeSettings(id),
    queryFn: ({ signal }) => getTranscodeSettings(id, signal),
  }))
  /** Chosen and not saved yet: over whatever is read meanwhile. */
  const [chosen, setChosen] = createSignal<Change>({})
  const known = () => (query.isPending || query.isLoadingError ? undefined : query.data)

  async function take(answer: TranscodeSettings): Promise<void> {
    const queryKey = keys.transcodeSettings(id)
    // A look that began before would bring the former state back.
    await queryClient.cancelQueries({ queryKey })
    queryClient.setQueryData<TranscodeSettings>(queryKey, answer)
  }
  const autosave = createAutosave<Change>(async (change) => {
    try {
      await take(await updateTranscodeSettings(id, change))
      setChosen((all) => leftOf(all, change))
    } catch (error) {
      // Somebody took the right away meanwhile: what is shown must be what is true.
      if (hasCode(error, 'forbidden')) {
        setChosen({})
        void query.refetch()
      }
      throw error
    }
  })
  return {
    query,
    settings(): TranscodeSettings | undefined {
      const settings = known()
      return settings && { ...settings, ...chosen() }
    },
    autosave,
    canChange: () =>
      canChangeSettings(currentWorkspace()?.role) && !hasCode(autosave.error(), 'forbidden'),
    choose(change: Change): void {
      setChosen((all) => ({ ...all, ...change }))
      autosave.choose(change)
    },
  }
}

export type Settings = ReturnType<typeof createTranscodeSettings>
