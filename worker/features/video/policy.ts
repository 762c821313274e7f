import type { Role } from '#contracts/auth.ts'
import type { VideoRow } from './table.ts'

type Watchable = Pick<VideoRow, 'visibility' | 'deletedAt'>

/** May this person see the video at all? Doubt denies. `role`: theirs in the video's workspace. */
export function canWatch(video: Watchable, role: Role | undefined): boolean {
  if (video.deletedAt !== null) return false
  if (role) return true
  return video.visibility === 'public' || video.visibility === 'unlisted'
}

export const canEdit = (role: Role | undefined): boolean =>
  role === 'owner' || role === 'admin' || role === 'editor'
