import { createEffect } from 'solid-js'
import { queryClient } from '../../api/query.ts'
import { currentUser, currentWorkspace, workspaces } from '../../api/session.ts'
import { notify } from '../../ui/toast.tsx'
import { newsOf, type Stand } from './membership-news.ts'

/** Says when a role has changed or a membership ended, and reads anew what hangs on it. */
export function watchMembership(): void {
  createEffect<Stand>(
    (before) => {
      const now = { userId: currentUser()?.id, workspace: currentWorkspace() }
      const news = newsOf(before, now, workspaces())
      if (news) {
        notify(news)
        void queryClient.invalidateQueries()
      }
      return now
    },
    { userId: undefined, workspace: undefined },
  )
}
