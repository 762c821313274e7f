import { formatTimeLeft } from './format.ts'
import { queueLine } from './rendition-words.ts'

type Phase = 'queued' | 'starting' | 'fetch' | 'probe' | 'encode' | 'store' | 'retry'

export interface Stateful {
  status: 'uploading' | 'processing' | 'ready' | 'failed'
  playable: boolean
  renditions: { name: string; state: 'queued' | 'running' | 'ready' }[]
  progress: { phase: Phase; timeLeftMs: number | null; queuePlace: number | null } | null
  failure: { code?: string; message: string } | null
}

/** Something is being made of it: the first time, or again while it plays. */
export const isBeingMade = (video: Pick<Stateful, 'status'> & { progress: unknown }): boolean =>
  video.status === 'processing' || (video.status === 'ready' && video.progress !== null)

export const wasStopped = (video: Pick<Stateful, 'status' | 'failure'>): boolean =>
  video.status === 'failed' && video.failure?.code === 'cancelled'

/** The state of a video in plain words. That it plays comes first: all else is a detail then. */
export function statusLine(video: Stateful): string {
  switch (video.status) {
    case 'ready':
      return video.progress ? 'Plays; one version is being made again' : 'Ready'
    case 'failed':
      return failedLine(video)
    case 'uploading':
      return video.playable ? 'Plays already, the rest is on its way' : 'Waiting for its file'
    case 'processing':
      return video.playable ? 'Plays now, sharper versions coming' : preparingLine(video)
  }
}

/** How long the versions take, or how far back they wait; undefined where nobody knows. */
export function timeLeftLine(video: Stateful): string | undefined {
  const progress = isBeingMade(video) ? video.progress : null
  if (!progress) return undefined
  if (progress.timeLeftMs !== null) return formatTimeLeft(progress.timeLeftMs)
  return video.playable ? placeLine(progress) : undefined
}

/** Who is next does not wait long enough to be told. */
function placeLine({ phase, queuePlace }: NonNullable<Stateful['progress']>): string | undefined {
  return phase === 'queued' && queuePlace !== null && queuePlace > 1
    ? queueLine(queuePlace)
    : undefined
}

/** Why a video that still plays has no more versions; undefined where the line says it all. */
export const failureReason = (video: Stateful): string | undefined =>
  video.status === 'failed' && video.playable && !wasStopped(video)
    ? video.failure?.message
    : undefined

/** The uploaded file itself plays, as it is. */
export const playsFromSource = (video: Pick<Stateful, 'renditions'>): boolean =>
  video.renditions.some(({ name, state }) => name === 'source' && state === 'ready')

function failedLine(video: Stateful): string {
  if (wasStopped(video)) return stoppedLine(video)
  if (!video.playable) return video.failure?.message ?? 'Converting failed.'
  return playsFromSource(video)
    ? 'Plays as uploaded; the other versions could not be made'
    : 'Plays; sharper versions could not be made'
}

function stoppedLine(video: Stateful): string {
  if (!video.playable) return 'Converting was stopped'
  return playsFromSource(video)
    ? 'Plays as uploaded; converting was stopped'
    : 'Plays; converting was stopped'
}

/** Once it is taken up, seconds are missing: which step of them it is helps nobody. */
function preparingLine({ progress }: Stateful): string {
  if (progress?.phase === 'retry') return 'Interrupted; it will be tried again'
  return (progress && placeLine(progress)) ?? 'Preparing the first seconds'
}
