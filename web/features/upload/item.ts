import type { Video } from '#contracts/video.ts'
import type { Upload } from '../../api/upload.ts'

export type UploadState =
  | 'starting'
  | 'uploading'
  | 'paused'
  | 'completing'
  | 'done' // the file has arrived; the video is processed
  | 'failed'
  | 'needs-file' // known to the server from before; its file must be chosen again

export interface UploadItem {
  key: string
  fileName: string
  sizeBytes: number
  state: UploadState
  /** While uploading: no part has had its turn yet. */
  isWaiting: boolean
  percent: number
  bytesPerSecond: number | null
  timeLeftMs: number | null
  error: { message: string; requestId?: string | undefined; canRetry: boolean } | null
  upload: Upload | null
  video: Video | null
  /** An object URL of a frame of the local file. */
  stillUrl: string | null
}

export type ItemChange = Partial<UploadItem>

export const newItem = (key: string, fileName: string, sizeBytes: number): UploadItem => ({
  key,
  fileName,
  sizeBytes,
  state: 'starting',
  isWaiting: false,
  percent: 0,
  bytesPerSecond: null,
  timeLeftMs: null,
  error: null,
  upload: null,
  video: null,
  stillUrl: null,
})

/** Bytes are on their way; closing the page would stop them. */
export const isMoving = (item: UploadItem): boolean =>
  item.state === 'starting' || item.state === 'uploading' || item.state === 'completing'

/** Some of its bytes are on the server, or on their way and not in the queue. */
export const hasBegun = (item: UploadItem): boolean =>
  item.percent > 0 || item.state === 'done' || (item.state === 'uploading' && !item.isWaiting)

/** "A_boathouse-winter.final.mp4" makes a fair first title: "A boathouse-winter.final". */
export function titleFromFileName(fileName: string): string {
  const stem = fileName
    .replace(/\.[a-z0-9]{1,5}$/i, '')
    .replaceAll('_', ' ')
    .trim()
  return (stem || fileName).slice(0, 200)
}
