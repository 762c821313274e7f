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
      return video.progress ? remakingLine(video.progress) : 'Ready'
    case 'failed':
      return failedLine(video)
    case 'uploading':
      return video.playable ? 'Plays already, the rest is on its way' : 'Waiting for its file'
    case 'processing':
      return video.playable ? comingLine(video) : preparingLine(video)
  }
}

/** How long the versions take, or how far back they wait; undefined where nobody knows. */
export function timeLeftLine(video: Stateful): string | undefined {
  const progress = isBeingMade(video) ? video.progress : null
  if (!progress) return undefined
  if (progress.timeLeftMs !== null) return formatTimeLeft(progress.timeLeftMs)
  return video.playable ? placeLine(progress) : undefined
}

type Progress = NonNullable<Stateful['progress']>

const placeLine = ({ phase, queuePlace }: Progress): string | undefined =>
  phase === 'queued' ? queueLine(queuePlace) : undefined

const remakingLine = ({ phase }: Progress): string =>
  phase === 'retry'
    ? 'Plays; making one version again was interrupted and will be tried again'
    : 'Plays; one version is being made again'

const comingLine = ({ progress }: Stateful): string =>
  progress?.phase === 'retry'
    ? 'Plays now; converting was interrupted and will be tried again'
    : 'Plays now, sharper versions coming'

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
