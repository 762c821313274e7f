import { formatSpeed, formatTimeLeft } from '../../ui/format.ts'
import type { UploadItem } from './item.ts'

export interface UploadWords {
  line: string
  /** Speed and time left, where they are known. */
  rest?: string
}

interface Circumstance {
  isOnline: boolean
  /** What has arrived can be watched. */
  plays: boolean
}

/** How the sending of a file stands, until it is done or has failed. */
export function uploadWords(item: UploadItem, { isOnline, plays }: Circumstance): UploadWords {
  const percent = `${Math.floor(item.percent)}%`
  const share = plays ? `Plays already, ${percent} uploaded` : percent
  const needsNetwork = item.state !== 'paused' && item.state !== 'needs-file'
  if (!isOnline && needsNetwork) return { line: `${share}. Will go on when you are online.` }
  switch (item.state) {
    case 'starting':
      return { line: plays ? share : 'Starting' }
    case 'paused':
      return { line: `${share}, paused` }
    case 'completing':
      return { line: plays ? share : 'All parts are up' }
    case 'needs-file':
      return { line: plays ? share : `${percent} has arrived` }
    default:
      if (item.isWaiting) return { line: plays ? share : 'Waiting for its turn' }
      return { line: plays ? share : `Uploading, ${percent}`, ...pace(item) }
  }
}

function pace({ bytesPerSecond, timeLeftMs }: UploadItem): { rest?: string } {
  const speed = bytesPerSecond === null ? [] : [formatSpeed(bytesPerSecond)]
  const left = timeLeftMs === null ? [] : [formatTimeLeft(timeLeftMs)]
  const rest = [...speed, ...left].join(', ')
  return rest ? { rest } : {}
}

/** The steps of 10 % that are spoken, so that a screen reader is not flooded. */
export const spokenPercent = (percent: number): string => `${Math.floor(percent / 10) * 10}%`
