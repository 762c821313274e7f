import { createEffect, createRoot, on, onCleanup } from 'solid-js'
import { createStore, produce, reconcile } from 'solid-js/store'
import type { WorkspaceId } from '#contracts/id.ts'
import type { Video } from '#contracts/video.ts'
import { hasCode } from '../../api/error.ts'
import { refetchVideos } from '../../api/query.ts'
import { sessionStatus } from '../../api/session.ts'
import { uploadApi } from '../../api/upload.ts'
import { getVideo } from '../../api/video.ts'
import type { UploadItem } from './item.ts'
import { isMoving } from './item.ts'
import { busyElsewhere, createMarks } from './marks.ts'
import { createUploadManager } from './manager.ts'
import { browserPacing } from './pacing.ts'
import { putPart } from './put.ts'
import { createSlots } from './slots.ts'
import { stillOf } from './still.ts'

/** One more than a single file takes, so that a small file never waits for a large one. */
const parallelPuts = 4

const marks = createMarks()
const [items, setItems] = createRoot(() => createStore<UploadItem[]>([]))

const manager = createUploadManager({
  api: uploadApi,
  put: putPart,
  slots: createSlots(parallelPuts),
  pacing: browserPacing,
  now: () => performance.now(),
  id: randomKey,
  onChange: (key, item) => {
    marks.follow(key, item)
    const index = items.findIndex((each) => each.key === key)
    if (item === null) {
      const stillUrl = items[index]?.stillUrl
      if (stillUrl) URL.revokeObjectURL(stillUrl)
      setItems(produce((all) => void (index >= 0 && all.splice(index, 1))))
    } else if (index < 0) setItems(produce((all) => void insert(all, item)))
    else setItems(index, reconcile(item))
  },
  onDone: () => void refetchVideos(),
})

/** New files on top; what waits from earlier visits below them. */
const insert = (all: UploadItem[], item: UploadItem) =>
  item.state === 'needs-file' ? all.push(item) : all.unshift(item)

/** All uploads of this page, newest first. */
export const uploads = (): UploadItem[] => items
export const movingUploads = (): UploadItem[] => items.filter(isMoving)
export const { pause, resume, cancel, drop } = manager

/** The upload on this page that brings a video its file. */
export const uploadOf = (videoId: string): UploadItem | undefined =>
  items.find((item) => item.video?.id === videoId)

/** Puts the server's newer state of the video into its row. */
export const setVideo = (key: string, video: Video): void => manager.change(key, { video })

export function addFiles(workspaceId: WorkspaceId, files: File[]): void {
  const keys = manager.add(workspaceId, files)
  void drawStills(keys, files)
}

/** Goes on with a file chosen again. Throws an Error with a sentence for another file. */
export function giveFile(key: string, file: File): void {
  manager.giveFile(key, file)
  void drawStills([key], [file])
}

/** One after the other: decoding many films at once would stall the page. */
async function drawStills(keys: string[], files: File[]) {
  for (const [index, file] of files.entries()) {
    const stillUrl = await stillOf(file)
    if (stillUrl) manager.change(keys[index]!, { stillUrl })
  }
}

/** Shows uploads of earlier visits that can go on. Throws ApiError. */
export async function adoptOpenUploads(workspaceId: WorkspaceId): Promise<void> {
  const [{ items: open }, busy] = await Promise.all([uploadApi.list(workspaceId), busyElsewhere()])
  for (const upload of open) {
    if (upload.state !== 'open' || busy.has(upload.id)) continue
    const video = await getVideo(upload.videoId).catch((error: unknown) => {
      if (hasCode(error, 'not_found')) return undefined
      throw error
    })
    if (video) manager.adopt(workspaceId, upload, { video })
  }
}

/** crypto.randomUUID exists only in secure contexts; a server at home may speak plain http. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

const warn = (event: BeforeUnloadEvent) => event.preventDefault()

createRoot(() => {
  createEffect(() => {
    if (!movingUploads().length) return
    addEventListener('beforeunload', warn)
    onCleanup(() => removeEventListener('beforeunload', warn))
  })
  createEffect(on(sessionStatus, (status) => status === 'signed-out' && manager.clear()))
})
