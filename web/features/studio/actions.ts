import type { Video, Visibility } from '#contracts/video.ts'
import { patchVideo } from '../../api/query.ts'
import { updateVideo, watchUrl } from '../../api/video.ts'
import { copyText } from '../../ui/clipboard.ts'
import { notify, notifyError } from '../../ui/toast.tsx'

/** Shows the change at once, offers to undo it, and takes it back where it fails. */
export async function changeVisibility(video: Video, visibility: Visibility): Promise<void> {
  const before = video.visibility
  patchVideo(video.id, { visibility })
  try {
    await updateVideo(video.id, { visibility })
    notify('Saved.', () => void changeVisibility({ ...video, visibility }, before))
  } catch (error) {
    patchVideo(video.id, { visibility: before })
    notifyError(error)
  }
}

/** Where the browser refuses, the link itself is shown for copying by hand. */
export async function copyLink(id: string): Promise<void> {
  const isCopied = await copyText(watchUrl(id))
  notify(isCopied ? 'The link is copied.' : watchUrl(id))
}
