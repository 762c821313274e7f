import { formatOrdinal, formatPace, formatRoughTimeLeft } from './format.ts'

export interface NamedRendition {
  name: string
  kind?: 'video' | 'audio'
  codec?: 'h264' | 'hevc' | 'av1' | null
  language?: string | null
  channels?: number | null
}

interface MovingRendition {
  state: 'queued' | 'running' | 'ready'
  speed: number | null
  timeLeftMs: number | null
  queuePlace: number | null
}

export const codecNames = { h264: 'H.264', hevc: 'HEVC', av1: 'AV1' } as const

const layouts: Record<number, string> = { 1: 'Mono', 2: 'Stereo', 6: '5.1', 8: '7.1' }

/** `720p`, `AV1 1080p`, `Stereo`, `German 5.1`. */
export function renditionTitle(rendition: NamedRendition): string {
  if (rendition.name === 'source') return 'Original'
  if (rendition.kind === 'audio' || rendition.name.startsWith('audio')) return soundTitle(rendition)
  const rung = /^\d+p/.exec(rendition.name)?.[0] ?? rendition.name
  const { codec } = rendition
  return codec && codec !== 'h264' ? `${codecNames[codec]} ${rung}` : rung
}

function soundTitle({ language, channels }: NamedRendition): string {
  const spoken = language ? languageName(language) : undefined
  if (!channels) return spoken ?? 'Sound'
  const layout = layouts[channels] ?? `${channels} channels`
  if (!spoken) return layout
  return channels > 2 ? `${spoken} ${layout}` : spoken
}

const languages = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' })

/** `German` of `de`, `deu` and `ger`; undefined where nobody knows the code. */
export function languageName(code: string): string | undefined {
  try {
    return languages.of(code)
  } catch {
    return undefined
  }
}

/** A title for each; a second English is `English 2`. */
export function renditionTitles(renditions: NamedRendition[]): string[] {
  const seen = new Map<string, number>()
  return renditions.map(renditionTitle).map((title) => {
    const count = (seen.get(title) ?? 0) + 1
    seen.set(title, count)
    return count === 1 ? title : `${title} ${count}`
  })
}

/** How the making of one stands; the server counts, so nothing here runs back. */
export function paceLine({ state, speed, timeLeftMs, queuePlace }: MovingRendition): string {
  if (state === 'queued') return queueLine(queuePlace)
  const parts = [
    ...(speed === null ? [] : [formatPace(speed)]),
    ...(timeLeftMs === null ? [] : [formatRoughTimeLeft(timeLeftMs)]),
  ]
  return parts.join(', ') || 'Being made'
}

export function queueLine(place: number | null): string {
  if (place === null) return 'Waiting'
  return place === 1 ? 'Next in the queue' : `${formatOrdinal(place)} in the queue`
}
