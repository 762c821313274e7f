import { formatTimeLeft } from './format.ts'

interface Stateful {
  status: 'uploading' | 'processing' | 'ready' | 'failed'
  playable: boolean
  progress: {
    phase: 'queued' | 'starting' | 'fetch' | 'probe' | 'encode' | 'store' | 'retry'
    timeLeftMs: number | null
    queuePlace: number | null
  } | null
  failure: { message: string } | null
}

/** The state of a video in plain words, with the time left where it is known. */
export function statusLine(video: Stateful): string {
  if (video.status === 'ready') return 'Ready'
  if (video.status === 'uploading') return 'Waiting for its file'
  if (video.status === 'failed') return video.failure?.message ?? 'Converting failed.'
  const progress = video.progress
  if (!progress) return 'Waiting to be converted'
  const left = progress.timeLeftMs === null ? '' : `, ${formatTimeLeft(progress.timeLeftMs)}`
  if (video.playable) return `Playable now, getting sharper${left}`
  switch (progress.phase) {
    case 'queued':
      if (progress.queuePlace === 1) return 'Next in the queue'
      return progress.queuePlace ? `Number ${progress.queuePlace} in the queue` : 'In the queue'
    case 'starting':
    case 'fetch':
      return 'Fetching the file'
    case 'probe':
      return 'Looking at the file'
    case 'encode':
      return `Converting${left}`
    case 'store':
      return 'Putting it in place'
    case 'retry':
      return 'Interrupted; it will be tried again'
  }
}
