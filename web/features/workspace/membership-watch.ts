import { createEffect, onCleanup } from 'solid-js'
import { queryClient } from '../../api/query.ts'
import { currentUser, currentWorkspace, reloadMe, workspaces } from '../../api/session.ts'
import { notify } from '../../ui/toast.tsx'
import { newsOf, type Stand } from './membership-news.ts'

let isMyDoing = false

/** After an act of one's own: what it changed is read again, and is no news. */
export async function reloadAfterMyDoing(): Promise<void> {
  isMyDoing = true
  try {
    await reloadMe()
  } finally {
    isMyDoing = false
  }
}

const lookEveryMs = 30_000

/** Whoever comes back to the page after a while sees what they may do by now. */
function lookOnReturn(): void {
  let lookedAt = Date.now()
  const look = () => {
    if (!document.hasFocus() || !currentUser() || Date.now() - lookedAt < lookEveryMs) return
    lookedAt = Date.now()
    reloadMe().catch(() => undefined) // what is known stays
  }
  addEventListener('focus', look)
  onCleanup(() => removeEventListener('focus', look))
}

/** Says when a role has changed or a membership ended, and reads anew what hangs on it. */
export function watchMembership(): void {
  lookOnReturn()
  createEffect<Stand>(
    (before) => {
      const now = { userId: currentUser()?.id, workspace: currentWorkspace() }
      const news = newsOf(before, now, workspaces())
      if (news) {
        if (!isMyDoing) notify(news)
        void queryClient.invalidateQueries()
      }
      return now
    },
    { userId: undefined, workspace: undefined },
  )
}
