import type { Role } from '#contracts/auth.ts'
import type { Access } from '../workspace/access.ts'
import type { VideoRow } from './table.ts'

type Watchable = Pick<VideoRow, 'visibility' | 'deletedAt'>

/** May this person see the video at all? Doubt denies. `access`: theirs to its workspace. */
export function canWatch(video: Watchable, { role, isOpen }: Access): boolean {
  if (video.deletedAt !== null) return false
  if (role) return true
  if (!isOpen) return false
  return video.visibility === 'public' || video.visibility === 'unlisted'
}

export const canEdit = (role: Role | undefined): boolean =>
  role === 'owner' || role === 'admin' || role === 'editor'
