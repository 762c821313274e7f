import { formatOrdinal, formatPace, formatTimeLeft } from './format.ts'

export interface NamedRendition {
  name: string
  kind?: 'video' | 'audio'
  codec?: 'h264' | 'hevc' | 'av1' | null
  /** Of sound: what players call it. */
  label?: string | null
  channels?: number | null
}

interface MovingRendition {
  state: 'queued' | 'running' | 'ready'
  percent: number
  speed: number | null
  timeLeftMs: number | null
  queuePlace: number | null
}

export const codecNames = { h264: 'H.264', hevc: 'HEVC', av1: 'AV1' } as const

const layouts: Record<number, string> = { 1: 'Mono', 2: 'Stereo', 6: '5.1', 8: '7.1' }

/** `720p`, `AV1 1080p`, `Stereo`, `Deutsch (5.1)`. */
export function renditionTitle(rendition: NamedRendition): string {
  if (rendition.name === 'source') return 'Original'
  if (isSound(rendition)) return soundTitle(rendition)
  const rung = /^\d+p/.exec(rendition.name)?.[0] ?? rendition.name
  const { codec } = rendition
  return codec && codec !== 'h264' ? `${codecNames[codec]} ${rung}` : rung
}

const isSound = ({ name, kind }: NamedRendition): boolean =>
  kind === 'audio' || name.startsWith('audio')

/** The words of the player's menu, so that one sound has one name. */
function soundTitle({ label, channels }: NamedRendition): string {
  if (!channels) return label ?? 'Sound'
  const layout = layouts[channels] ?? `${channels} channels`
  if (!label) return layout
  return channels > 2 && !label.includes(layout) ? `${label} (${layout})` : label
}

/** A title for each; a second `Stereo` is `Stereo 2`. */
export function renditionTitles(renditions: NamedRendition[]): string[] {
  const seen = new Map<string, number>()
  return renditions.map(renditionTitle).map((title) => {
    const count = (seen.get(title) ?? 0) + 1
    seen.set(title, count)
    return count === 1 ? title : `${title} ${count}`
  })
}

/** How the making of one stands; the server counts, so nothing here runs back. */
export function paceLine(rendition: MovingRendition & NamedRendition, hasPicture: boolean): string {
  const { state, percent, speed, timeLeftMs, queuePlace } = rendition
  if (state === 'queued') return queueLine(queuePlace)
  if (percent >= 100) {
    return hasPicture && isSound(rendition) ? 'Done, waiting for the picture' : 'Being stored'
  }
  const parts = [
    ...(speed === null ? [] : [formatPace(speed)]),
    ...(timeLeftMs === null ? [] : [formatTimeLeft(timeLeftMs)]),
  ]
  return parts.join(', ') || 'Being made'
}

export function queueLine(place: number | null): string {
  if (place === null) return 'Waiting for its turn'
  return place === 1 ? 'Next in the queue' : `${formatOrdinal(place)} in the queue`
}
